"""What a debtor may answer instead of paying, under his link."""

from django.urls import URLPattern, path

from portal.views import answers_contact, answers_disputes, answers_more, answers_paying

urlpatterns: list[URLPattern] = [
    path("later/", answers_paying.promise, name="promise"),
    path("termijnen/", answers_paying.arrangement, name="arrangement"),
    path("al-betaald/", answers_paying.already_paid, name="already_paid"),
    path("bezwaar/", answers_disputes.dispute, name="dispute"),
    path("bezwaar/<str:invoice_id>/intrekking/", answers_disputes.withdrawal, name="withdrawal"),
    path("gegevens/", answers_contact.details, name="details"),
    path("vraag/", answers_contact.question, name="question"),
    path("ontvangen/<str:answer_id>/", answers_contact.received, name="heard"),
    path("andere-facturen/", answers_more.others, name="others"),
    path("andere-facturen/code/", answers_more.code, name="code"),
    path("andere-facturen/sluiten/", answers_more.fewer, name="fewer"),
]
