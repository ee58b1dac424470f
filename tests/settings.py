"""Ten lines over the real settings: quick passwords, mail in memory, a broker that cannot work."""

from debiteuren.settings import *  # noqa: F403
from debiteuren.settings import LOGGING

CELERY_BROKER_URL = "you-forgot-to-mock-celery://"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LOGGING = LOGGING | {"root": {"handlers": ["stderr"], "level": "ERROR"}}
MESSAGE_CHANNELS = {"email": "tests.fakes.channel.FakeMail"}
MOLLIE_API_ENDPOINT = "http://127.0.0.1:1"  # nobody listens: a test that pays runs the sandbox
