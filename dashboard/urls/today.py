"""Home, Vandaag, the nights and their letters, search."""

from django.urls import URLPattern, path

from dashboard.views import home, letters, nights, search, today, waiting

urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
    path("voorkeuren/", home.preferences, name="preferences"),
    path("alles/", home.everything, name="everything"),
    path("administraties/nieuw/", home.new, name="administration_new"),
    path("vandaag/", today.today, name="today"),
    path("betalingen-tm/", today.payments_until, name="payments_until"),
    path("nachten/", nights.runs, name="runs"),
    path("nachten/<str:public_id>/", nights.run, name="run"),
    path("nachten/<str:public_id>/gaat-niet-uit/", nights.stayed, name="run_stayed"),
    path("nachten/<str:public_id>/termijnen/", nights.instalments, name="run_instalments"),
    path("nachten/<str:public_id>/problemen/", nights.problems, name="run_problems"),
    path("nachten/<str:public_id>/voortgang/", nights.progress, name="run_progress"),
    path("gaat-niet-uit/", nights.why_not_now, name="why_not"),
    path("brieven/", waiting.waiting, name="waiting"),
    path("brieven/goedkeuring/", waiting.approvals, name="approvals"),
    path("brieven/tegenhouden/", waiting.holdbacks, name="holdbacks"),
    path("brieven/<str:public_id>/", letters.notice, name="notice"),
    path("brieven/<str:public_id>/brief.pdf", letters.letter, name="notice_letter"),
    path("brieven/<str:public_id>/mail/", letters.mail, name="notice_mail"),
    path("brieven/<str:public_id>/terug/", letters.put_back, name="notice_back"),
    path("zoeken/", search.search, name="search"),
]
