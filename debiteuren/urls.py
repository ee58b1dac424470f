"""Every address. What lies under /a/<slug>/ is one tenant's (tenants.middleware)."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from debiteuren.health import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("gezond/", health, name="health"),
    path("taal/", include("django.conf.urls.i18n")),
    path("webhooks/mail/", include("connectors.email.urls")),
    path("webhooks/mollie/", include("connectors.mollie.urls")),
    path("betalen/", include("portal.urls")),
    path("account/email/", RedirectView.as_view(pattern_name="mfa_index"), name="account_email"),
    path("account/", include("allauth.urls")),
    path("", include("dashboard.urls")),
]

if settings.ENVIRONMENT != "production":
    urlpatterns += [path("kit/", include("dashboard.kit"))]  # the style guide
