"""Paying in parts."""

from django.urls import URLPattern, path

from dashboard.views import arrangement_new, arrangements, settings_arrangements

urlpatterns: list[URLPattern] = [
    path("regelingen/", arrangements.arrangements, name="arrangements"),
    path("regelingen/nieuw/", arrangement_new.new, name="arrangement_new"),
    path("regelingen/<str:public_id>/", arrangements.arrangement, name="arrangement"),
    path("regelingen/<str:public_id>/akkoord/", arrangements.agree, name="arrangement_agreement"),
    path("regelingen/<str:public_id>/afwijzing/", arrangements.decline, name="arrangement_refusal"),
    path("regelingen/<str:public_id>/tegenvoorstel/", arrangement_new.counter, name="arrangement_counter"),
    path("regelingen/<str:public_id>/intrekking/", arrangements.cancel, name="arrangement_cancel"),
    path("rapporten/regelingen/", arrangements.kept, name="report_arrangements"),
    path("instellingen/betalingsregelingen/", settings_arrangements.limits, name="settings_arrangements"),
]
