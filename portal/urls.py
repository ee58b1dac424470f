"""Addresses of the page of a debtor: /betalen/<token>/… A token is <public id of the tenant>.<secret>."""

from django.urls import include, path

from portal import entering
from portal.views import files, mandates, page, paying

app_name = "portal"
urlpatterns = [
    path("<str:token>/", page.page, name="page"),
    path("<str:token>/keuze/", page.choose, name="choose"),
    path("<str:token>/betaling/", paying.pay, name="pay"),
    path("<str:token>/betaling/<str:public_id>/", paying.back, name="back"),
    path("<str:token>/machtiging/<str:public_id>/", mandates.mandate, name="mandate"),
    path("<str:token>/facturen/<str:public_id>.pdf", files.invoice, name="invoice"),
    path("<str:token>/brief.pdf", files.letter, name="letter"),
    path("<str:token>/code.png", files.code, name="bank_code"),
    path("<str:token>/huisstijl.css", files.colours, name="colours"),
    path("<str:token>/logo", files.logo, name="logo"),
    path("<str:token>/", include("portal.urls_answers")),
    path("", entering.nowhere),
    path("<path:rest>", entering.nowhere),
]
