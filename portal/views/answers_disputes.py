"""A debtor does not agree with an invoice, or thinks better of it."""

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from answers import operations, queries
from portal import answering
from portal.answering import Asked
from portal.claims import Claims
from portal.entering import LinkRequest, by_link
from portal.forms_answers import AnswerForm, DisputeForm


@by_link
@require_http_methods(["GET", "HEAD", "POST"])
def dispute(request: LinkRequest) -> HttpResponse:
    claims = Claims(request)
    if not claims.answerable:
        return answering.nothing_to_say(request, claims)
    form = DisputeForm(
        *answering.sent(request),
        today=request.by.day,
        claims=claims.answerable,
        initial={"claim": request.GET.get("factuur", "")},
    )
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        answer = answering.attempt(
            form,
            lambda: operations.dispute(
                said=answering.said(request, text=given["text"], file=given["file"]),
                invoice=form.chosen.invoice,
                reason=given["reason"],
                amount=given["amount"],
            ),
        )
        if answer:
            return answering.to_heard(request, answer)
    asked = Asked(
        _("Er klopt iets niet"),
        _("Verstuur"),
        (_("Leg uit wat er niet klopt. Zolang wij niet hebben geantwoord, herinneren wij u daar niet aan."),),
    )
    return answering.ask(request, form, asked)


@by_link
@require_http_methods(["GET", "HEAD", "POST"])
def withdrawal(request: LinkRequest, invoice_id: str) -> HttpResponse:
    shown = {invoice.public_id: invoice for invoice in Claims(request).invoices}
    if invoice_id not in shown:
        raise Http404
    invoice = shown[invoice_id]
    form = AnswerForm(*answering.sent(request), today=request.by.day)
    if form.is_bound and form.is_valid():
        answer = answering.attempt(
            form, lambda: operations.withdraw_dispute(said=answering.said(request), invoice=invoice)
        )
        if answer:
            return answering.to_heard(request, answer)
    elif invoice.pk not in queries.withdrawable([invoice]):
        raise Http404
    asked = Asked(
        _("Bezwaar intrekken"),
        _("Trek mijn bezwaar in"),
        (
            _("U trekt uw bezwaar tegen factuur %(number)s in.") % {"number": invoice.number},
            _("U bent het bedrag dan weer verschuldigd, en wij kunnen u er weer aan herinneren."),
        ),
    )
    return answering.ask(request, form, asked)
