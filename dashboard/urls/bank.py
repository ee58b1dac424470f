"""The bank: accounts, statements, matching, small rests."""

from django.urls import URLPattern, path

from dashboard.views import bank, known_accounts, matching, matching_actions, settings_bank, small_rests

urlpatterns: list[URLPattern] = [
    path("bank/", bank.bank, name="bank"),
    path("bank/rekeningen/<str:public_id>/", bank.account, name="bank_account"),
    path("bank/afschriften/<str:public_id>/", bank.statement, name="bank_statement"),
    path("afletteren/", matching.matching, name="matching"),
    path("afletteren/bulk/", matching_actions.bulk, name="matching_bulk"),
    path("afletteren/<str:public_id>/", matching.matching_line, name="matching_line"),
    path("afletteren/<str:public_id>/buiten/", matching_actions.leave_out, name="matching_leave_out"),
    path("afletteren/<str:public_id>/terug/", matching_actions.again, name="matching_again"),
    path("afletteren/<str:public_id>/ongedaan/", matching_actions.undo, name="matching_undo"),
    path(
        "afletteren/<str:public_id>/terugboeking/<str:payment_id>/",
        matching_actions.went_back,
        name="matching_went_back",
    ),
    path("restanten/", small_rests.small_rests, name="small_rests"),
    path("restanten/afboeking/", small_rests.write_off, name="small_rests_write_off"),
    path("debiteuren/<str:public_id>/rekening-vergeten/", known_accounts.forget, name="known_account_forget"),
    path("instellingen/bank/", settings_bank.matching, name="settings_bank"),
]
