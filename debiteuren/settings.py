"""Every setting, in the order of the Django docs, our own last. The environment comes in here and nowhere else.

A variable that is missing or malformed stops the start with its name. Secrets may come from a file: NAME_FILE.
`.env.example` lists every variable with a comment.
"""

from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

import structlog
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from environs import EnvError, FileAwareEnv

BASE_DIR = Path(__file__).resolve().parent.parent

env = FileAwareEnv()
if (BASE_DIR / ".env").is_file() and env.str("ENVIRONMENT", "") not in {"demo", "test"}:
    env.read_env(str(BASE_DIR / ".env"))


def port(name: str, url: SplitResult, default: int) -> int:
    """Read the port of a URL."""
    try:
        return url.port or default
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}: {error}") from error


def database(name: str) -> dict[str, object]:
    """Read a postgresql:// URL: nothing but PostgreSQL is supported, and a role must be named."""
    url = urlsplit(env.str(name))
    if url.scheme not in {"postgresql", "postgres"} or not url.username or not url.path.strip("/"):
        raise ImproperlyConfigured(f"{name} must look like postgresql://role:password@host:5432/database")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(url.path.lstrip("/")),
        "USER": unquote(url.username),
        "PASSWORD": unquote(url.password or ""),
        "HOST": url.hostname or "",
        "PORT": str(port(name, url, 5432)),
        "ATOMIC_REQUESTS": True,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        # Compiling a plan takes longer than any of our statements runs.
        "OPTIONS": {"connect_timeout": 10, "options": "-c jit=off"},
        "TEST": {"NAME": f"test_{unquote(url.path.lstrip('/'))}"},
    }


try:
    # Core
    DEBUG = env.bool("DEBUG", False)
    SECRET_KEY = env.str("SECRET_KEY")
    # Behind this address people and debtors reach us; mails and letters carry it.
    SITE_URL = env.str("SITE_URL").rstrip("/")
    DATABASE_APP = database("DATABASE_URL")
    # Migrations run as the owner of the tables; web, worker and beat have no need of it, and no request opens it.
    DATABASE_OWNER = (
        database("DATABASE_OWNER_URL") | {"ATOMIC_REQUESTS": False} if env.str("DATABASE_OWNER_URL", "") else None
    )
    REDIS_URL = env.str("REDIS_URL")
    EMAIL_URL = urlsplit(env.str("EMAIL_URL"))
    # Encrypt what tenants entrust us (passwords of mail servers, keys of payment providers). The first one encrypts.
    ENCRYPTION_KEYS: list[str] = env.list("ENCRYPTION_KEYS")
    # production, demo or test. A demo or a test may use the sandboxes; production refuses them.
    ENVIRONMENT = env.str("ENVIRONMENT", "production")
    # Is there a proxy before us that says who asks and how; and should http go to https.
    BEHIND_PROXY = env.bool("BEHIND_PROXY", False)
    SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", True)
    # How long a worker may hold one message before it is taken for dead: longer than sending one may take.
    MESSAGE_LEASE_SECONDS = env.int("MESSAGE_LEASE_SECONDS", 120)
except EnvError as error:
    raise ImproperlyConfigured(str(error)) from error

_site = urlsplit(SITE_URL)
if _site.scheme not in {"http", "https"} or not _site.hostname:
    raise ImproperlyConfigured("SITE_URL must look like https://debiteuren.example")
if ENVIRONMENT not in {"production", "demo", "test"}:
    raise ImproperlyConfigured("ENVIRONMENT must be production, demo or test")
if urlsplit(REDIS_URL).scheme not in {"redis", "rediss", "unix"} and ENVIRONMENT != "test":
    raise ImproperlyConfigured("REDIS_URL must look like redis://host:6379/0")
if not ENCRYPTION_KEYS or any(len(key) < 40 for key in ENCRYPTION_KEYS):
    raise ImproperlyConfigured("ENCRYPTION_KEYS must be one or more keys of at least 40 characters, comma between")
_shortest_lease = 60 if ENVIRONMENT == "production" else 1
if _shortest_lease > MESSAGE_LEASE_SECONDS:
    raise ImproperlyConfigured("MESSAGE_LEASE_SECONDS must be 60 or more")
if len(SECRET_KEY) < 40:
    raise ImproperlyConfigured("SECRET_KEY must have at least 40 characters")

ALLOWED_HOSTS = [_site.hostname, *env.list("ALLOWED_HOSTS", [])]
CSRF_TRUSTED_ORIGINS = [SITE_URL]
ROOT_URLCONF = "debiteuren.urls"
WSGI_APPLICATION = "debiteuren.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "dashboard",
    "portal",
    "connectors",
    "reporting",
    "answers",
    "collections_handoff",
    "dunning",
    "payments",
    "invoices",
    "correspondence",
    "worklist",
    "debtors",
    "audit",
    "tenants",
    "common",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "anymail",
    "csp",
    "django_htmx",
    "template_partials",
    "rest_framework",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "tenants.middleware.language_of_the_user",
    "tenants.middleware.enter_the_tenant",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "dashboard.context.shell",
            ],
        },
    }
]

# Databases: `default` is the app role, under row-level security; `owner` is for migrations only.
DATABASES = {"default": DATABASE_APP} | ({"owner": DATABASE_OWNER} if DATABASE_OWNER else {})

# Passwords and login
AUTH_USER_MODEL = "tenants.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "dashboard:home"
ACCOUNT_ADAPTER = "tenants.accounts.AccountAdapter"  # no sign-up: people are invited
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # an invitation already proves the address
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True  # "your password was changed"
MFA_ALLOW_UNVERIFIED_EMAIL = True  # see above: the invitation proved it
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Debiteuren"

# Sessions, cookies, transport
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _site.scheme == "https"
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = _site.scheme == "https" and SSL_REDIRECT
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if _site.scheme == "https" else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _site.scheme == "https"
SECURE_REFERRER_POLICY = "same-origin"
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# Logins are throttled by address: behind a proxy by the one that it saw, and not by the proxy's own for everybody.
ALLAUTH_TRUSTED_PROXY_COUNT = int(BEHIND_PROXY)
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-src": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}

# Cache: throttling of logins must be seen by every web process
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL, "KEY_PREFIX": "cache"}
}

# Language and time
LANGUAGE_CODE = "nl"
LANGUAGES = [("nl", "Nederlands"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Amsterdam"
USE_I18N = USE_TZ = True
USE_THOUSAND_SEPARATOR = False

# Static files and uploads
STATIC_URL = "/static/"  # from the root, whatever the script prefix of a tenant
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = BASE_DIR / "staticfiles"
WHITENOISE_USE_FINDERS = ENVIRONMENT != "production"  # demo and tests serve straight from static/
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if ENVIRONMENT == "production"
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 30 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

# Mail of the product itself (invitations, alarms); mail of tenants leaves through connectors/email
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
if EMAIL_URL.scheme not in {"smtp", "smtps", "smtp+tls"} or not EMAIL_URL.hostname:
    raise ImproperlyConfigured("EMAIL_URL must look like smtp://user:password@host:587 (or smtps://, smtp+tls://)")
EMAIL_HOST = EMAIL_URL.hostname
EMAIL_PORT = port("EMAIL_URL", EMAIL_URL, 25)
EMAIL_HOST_USER = unquote(EMAIL_URL.username or "")
EMAIL_HOST_PASSWORD = unquote(EMAIL_URL.password or "")
EMAIL_USE_SSL = EMAIL_URL.scheme == "smtps"
EMAIL_USE_TLS = EMAIL_URL.scheme == "smtp+tls"
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("DEFAULT_FROM_EMAIL", "") or f"Debiteuren <noreply@{_site.hostname}>"
OPERATOR_EMAILS: list[str] = env.list("OPERATOR_EMAILS", [])
ADMINS = [("operator", address) for address in OPERATOR_EMAILS]  # who gets the alarms

# Interface for machines
REST_FRAMEWORK = {"DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"]}

# Tasks. Why each line is what it is: docs/adr/0006-outbox.md
CELERY_BROKER_URL = REDIS_URL
CELERY_TIMEZONE = TIME_ZONE
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 600
CELERY_TASK_SOFT_TIME_LIMIT = 540
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 1800,
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 30
CELERY_WORKER_MAX_TASKS_PER_CHILD = 500
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE = {
    # tenants/tasks.py: what rows say is due is queued; a lost Redis costs a minute and no letter
    "wake": {"task": "tenants.tasks.wake", "schedule": 15.0},
    # dunning/tasks.py: the night; the second entry catches up a night that was missed
    "nightly-ladder": {"task": "dunning.tasks.start_nightly_runs", "schedule": crontab(hour="2", minute="0")},
    "missed-ladder": {"task": "dunning.tasks.start_nightly_runs", "schedule": crontab(minute="5-59/10")},
    # dunning/tasks.py: the alarm of its own when no run completed
    "ladder-alarm": {"task": "dunning.tasks.raise_the_alarm", "schedule": crontab(minute="20")},
}

# Logging: one line of JSON an event in production, plain lines elsewhere; ids and no personal data
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": "structlog.stdlib.ProcessorFormatter",
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
            "foreign_pre_chain": [
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                structlog.stdlib.add_log_level,
                structlog.stdlib.add_logger_name,
                structlog.processors.format_exc_info,
            ],
        },
        "plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
    },
    "filters": {"without_secrets": {"()": "common.redaction.WithoutSecrets"}},
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "json" if ENVIRONMENT == "production" else "plain",
            "filters": ["without_secrets"],
        }
    },
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", "INFO")},
    "loggers": {
        # Django's own would mail every crash to the operator, with what somebody filled in and the address of his page.
        "django": {"handlers": [], "level": "INFO"},
        "fontTools": {"level": "ERROR"},
        "weasyprint": {"level": "ERROR"},
    },
}

# Our own
# The channels by which messages leave, by kind (correspondence/channels.py).
MESSAGE_CHANNELS = {"email": "connectors.email.channel.EmailChannel"}  # post is printed and posted by people
# The payment providers, by name (payments/gateways.py), and where Mollie's API is; empty: at Mollie itself.
PAYMENT_GATEWAYS = {"mollie": "connectors.mollie.gateway.MollieGateway"}
MOLLIE_API_ENDPOINT = env.str("MOLLIE_API_ENDPOINT", "").rstrip("/")
if MOLLIE_API_ENDPOINT and ENVIRONMENT == "production":
    raise ImproperlyConfigured("MOLLIE_API_ENDPOINT is for the sandbox of the demo and the tests, not for production")
# What writes the files that the bank is sent (payments/sepa.py).
SEPA_WRITER = "connectors.sepa.writing.SepaWriter"
# Where the mail catcher of demo and tests can be asked for a message by our id; empty where there is none.
MAIL_CATCHER_URL = env.str("MAIL_CATCHER_URL", "")
if MAIL_CATCHER_URL and ENVIRONMENT == "production":
    raise ImproperlyConfigured("MAIL_CATCHER_URL is for the demo and the tests, not for production")
# The right-hand side of our message ids.
MESSAGE_ID_DOMAIN = env.str("MESSAGE_ID_DOMAIN", "") or _site.hostname
