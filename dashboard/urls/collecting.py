"""Direct debit and refunds."""

from django.urls import URLPattern, path

from dashboard.views import debit_batches, mandates, refunds, settings_debits

urlpatterns: list[URLPattern] = [
    path("machtigingen/", mandates.mandates, name="mandates"),
    path("machtigingen/nieuw/", mandates.new, name="mandate_new"),
    path("machtigingen/formulier.pdf", mandates.blank_form, name="mandate_blank"),
    path("machtigingen/<str:public_id>/", mandates.mandate, name="mandate"),
    path("machtigingen/<str:public_id>/formulier.pdf", mandates.filled_form, name="mandate_form"),
    path("machtigingen/<str:public_id>/getekend/", mandates.signed, name="mandate_signed"),
    path("machtigingen/<str:public_id>/scan/", mandates.scan, name="mandate_scan"),
    path("machtigingen/<str:public_id>/incasseren/", mandates.collecting, name="mandate_collecting"),
    path("machtigingen/<str:public_id>/vrijgave/", mandates.unblock, name="mandate_unblock"),
    path("machtigingen/<str:public_id>/einde/", mandates.end, name="mandate_end"),
    path("incassobatches/", debit_batches.batches, name="debit_batches"),
    path("incassobatches/nieuw/", debit_batches.new, name="debit_batch_new"),
    path("incassobatches/<str:public_id>/", debit_batches.batch, name="debit_batch"),
    path("incassobatches/<str:public_id>/goedkeuring/", debit_batches.approve, name="debit_batch_approval"),
    path("incassobatches/<str:public_id>/verzending/", debit_batches.send, name="debit_batch_sending"),
    path("incassobatches/<str:public_id>/bestand/", debit_batches.file, name="debit_batch_file"),
    path("incassobatches/<str:public_id>/intrekking/", debit_batches.cancel, name="debit_batch_cancellation"),
    path("terugbetalingen/", refunds.refunds, name="refunds"),
    path("terugbetalingen/nieuw/", refunds.new, name="refund_new"),
    path("terugbetalingen/verzending/", refunds.send, name="refunds_sending"),
    path("terugbetalingen/<str:public_id>/goedkeuring/", refunds.approve, name="refund_approval"),
    path("terugbetalingen/<str:public_id>/intrekking/", refunds.cancel, name="refund_cancellation"),
    path("terugbetalingen/<str:public_id>/uitkomst/", refunds.outcome, name="refund_outcome"),
    path("terugbetalingen/<str:public_id>/bestand/", refunds.file, name="refund_file"),
    path("instellingen/incasso/", settings_debits.debits, name="settings_debits"),
]
