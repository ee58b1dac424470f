"""Addresses of the dashboard: Dutch nouns. Those of a tenant are reached under /a/<slug>/ (tenants.middleware)."""

from dashboard.urls import arrangements, bank, claims, collecting, money, post, said, settings, today

app_name = "dashboard"
urlpatterns = [
    *today.urlpatterns,
    *settings.urlpatterns,
    *claims.urlpatterns,
    *money.urlpatterns,
    *arrangements.urlpatterns,
    *bank.urlpatterns,
    *collecting.urlpatterns,
    *post.urlpatterns,
    *said.urlpatterns,
]
