"""Policies, settings, people."""

from django.urls import URLPattern, path

from dashboard.views import (
    agencies,
    people,
    policies,
    policy_edit,
    policy_trials,
    settings,
    settings_ladder,
    settings_letters,
    settings_mail,
)

urlpatterns: list[URLPattern] = [
    path("beleid/", policies.policies, name="policies"),
    path("beleid/nieuw/", policies.new, name="policy_new"),
    path("beleid/<str:public_id>/", policies.policy, name="policy"),
    path("beleid/<str:public_id>/stappen/", policy_edit.edit, name="policy_edit"),
    path("beleid/<str:public_id>/vrijgave/", policies.approvals, name="policy_approvals"),
    path("beleid/<str:public_id>/standaard/", policies.default, name="policy_default"),
    path("beleid/<str:public_id>/debiteuren/", policies.debtors, name="policy_debtors"),
    path("beleid/<str:public_id>/proef/", policy_trials.trial, name="policy_trial"),
    path("beleid/<str:public_id>/vooruit/", policy_trials.ahead, name="policy_ahead"),
    path("instellingen/", settings.index, name="settings"),
    path("instellingen/briefhoofd/", settings_letters.letterhead, name="settings_letterhead"),
    path("instellingen/briefhoofd/voorbeeld/", settings_letters.example, name="settings_letterhead_example"),
    path("instellingen/briefhoofd/voorbeeld.pdf", settings_letters.example_pdf, name="settings_letterhead_pdf"),
    path("instellingen/rente-en-kosten/", settings.claims, name="settings_claims"),
    path("instellingen/rente-en-kosten/tabel/", settings.rates, name="settings_rates"),
    path("instellingen/ladder/", settings_ladder.ladder, name="settings_ladder"),
    path("instellingen/ladder/aan-of-uit/", settings_ladder.switch, name="settings_ladder_switch"),
    path("instellingen/sluitingsdagen/", settings_ladder.closing_days, name="settings_closing_days"),
    path("instellingen/sluitingsdagen/<int:pk>/", settings_ladder.closing_day, name="settings_closing_day"),
    path("instellingen/mail/", settings_mail.mail, name="settings_mail"),
    path("instellingen/mail/proefmails/", settings_mail.tests, name="settings_mail_tests"),
    path("instellingen/post/", settings_mail.post, name="settings_post"),
    path("instellingen/incassobureaus/", agencies.agencies, name="settings_agencies"),
    path("instellingen/incassobureaus/nieuw/", agencies.new, name="settings_agency_new"),
    path("instellingen/incassobureaus/<str:public_id>/", agencies.agency, name="settings_agency"),
    path("instellingen/mensen/", people.people, name="settings_people"),
    path("instellingen/mensen/uitnodiging/", people.invite, name="settings_invite"),
    path("instellingen/mensen/<str:public_id>/rol/", people.role, name="settings_role"),
    path("instellingen/mensen/<str:public_id>/uitnodiging/", people.invite_again, name="settings_invite_again"),
    path("instellingen/mensen/<str:public_id>/vertrek/", people.remove, name="settings_member_removal"),
    path("instellingen/administratie/", settings.administration, name="settings_administration"),
]
