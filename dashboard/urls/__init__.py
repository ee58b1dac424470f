"""Addresses of the dashboard: Dutch nouns. Those of a tenant are reached under /a/<slug>/ (tenants.middleware)."""

from dashboard.urls import claims, money, post, settings, today

app_name = "dashboard"
urlpatterns = [
    *today.urlpatterns,
    *settings.urlpatterns,
    *claims.urlpatterns,
    *money.urlpatterns,
    *post.urlpatterns,
]
