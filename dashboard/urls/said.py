"""What debtors said on their page."""

from django.urls import URLPattern, path

from dashboard.views import said

urlpatterns: list[URLPattern] = [
    path("antwoorden/bestanden/<str:public_id>/", said.file, name="answer_file"),
    path("antwoorden/<str:public_id>/overname/", said.acceptance, name="answer_acceptance"),
    path("antwoorden/<str:public_id>/weigering/", said.refusal, name="answer_refusal"),
]
