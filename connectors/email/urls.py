"""Addresses that mail providers call."""

from django.urls import path

from connectors.email.webhook import mail_events

urlpatterns = [path("<slug:provider>/<slug:tenant>/<str:secret>/", mail_events, name="mail_events")]
