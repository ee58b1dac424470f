"""Payments, promises, disputes, tasks, reports."""

from django.urls import URLPattern, path

from dashboard.views import booking, disputes, payments, promises, reports, task, tasks

urlpatterns: list[URLPattern] = [
    path("betalingen/", payments.payments, name="payments"),
    path("betalingen/nieuw/", booking.new, name="payment_new"),
    path("betalingen/<str:public_id>/", payments.payment, name="payment"),
    path("betalingen/<str:public_id>/verdeling/", booking.allocate, name="payment_allocate"),
    path("betalingen/<str:public_id>/terugdraaien/", payments.reverse_it, name="payment_reverse"),
    path("tegoeden/", booking.credit, name="credit"),
    path("beloften/", promises.promises, name="promises"),
    path("beloften/nieuw/", promises.new, name="promise_new"),
    path("beloften/<str:public_id>/intrekken/", promises.cancel, name="promise_cancel"),
    path("geschillen/", disputes.disputes, name="disputes"),
    path("geschillen/nieuw/", disputes.new, name="dispute_new"),
    path("geschillen/<str:public_id>/", disputes.dispute, name="dispute"),
    path("geschillen/<str:public_id>/antwoord/", disputes.resolve, name="dispute_resolve"),
    path("geschillen/<str:public_id>/termijn/", disputes.extend, name="dispute_extend"),
    path("taken/", tasks.tasks, name="tasks"),
    path("taken/nieuw/", tasks.new, name="task_new"),
    path("taken/bulk/toewijzen/", tasks.assign, name="tasks_assign"),
    path("taken/bulk/uitstellen/", tasks.snooze, name="tasks_snooze"),
    path("taken/<str:public_id>/", task.task, name="task"),
    path("taken/<str:public_id>/gesprek/", task.call, name="task_call"),
    path("taken/<str:public_id>/uitkomst/", task.finish, name="task_finish"),
    path("taken/<str:public_id>/uitstel/", task.snooze, name="task_snooze"),
    path("taken/<str:public_id>/eigenaar/", task.assign, name="task_assign"),
    path("rapporten/", reports.reports, name="reports"),
    path("rapporten/ouderdom/", reports.ageing, name="report_ageing"),
    path("rapporten/ouderdom/posten/", reports.items, name="report_items"),
    path("rapporten/dso/", reports.dso, name="report_dso"),
    path("rapporten/verwacht/", reports.expected, name="report_expected"),
    path("rapporten/rente/", reports.rates, name="report_rates"),
    path("rapporten/brieven/", reports.letters, name="report_letters"),
    path("rapporten/geschillen/", reports.disputes, name="report_disputes"),
    path("rapporten/beloften/", reports.promises, name="report_promises"),
]
