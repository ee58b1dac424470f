"""Addresses of the dashboard: Dutch nouns. Those of a tenant are reached under /a/<slug>/ (tenants.middleware)."""

from dashboard.urls import office, work

app_name = "dashboard"
urlpatterns = [*office.urlpatterns, *work.urlpatterns]
