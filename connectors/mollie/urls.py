"""The address that Mollie calls. It carries the tenant; what it is told is a hint and no proof."""

from django.urls import path

from connectors.mollie.webhook import payment_changed

urlpatterns = [path("<slug:tenant>/", payment_changed, name="mollie_webhook")]
