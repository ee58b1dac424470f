"""A debtor says when he pays, that he pays in parts, or that he paid."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from answers import operations
from common.money import CENT
from payments import arranged, instalments
from payments.instalments import Part
from payments.operations import last_promise_day
from portal import answering, plans
from portal.answering import Asked
from portal.claims import Claims
from portal.entering import LinkRequest, by_link
from portal.forms_answers import PaidForm, PlanForm, PromiseForm, ProposalForm

WHERE = "portal/answers/plan.html"


@by_link
@require_http_methods(["GET", "HEAD", "POST"])
def promise(request: LinkRequest) -> HttpResponse:
    claims, day = Claims(request), request.by.day
    if not claims.answerable:
        return answering.nothing_to_say(request, claims)
    held = arranged.of_invoices(claim.invoice.pk for claim in claims.answerable)
    free = [claim for claim in claims.answerable if claim.invoice.pk not in held]
    if not free:  # what is paid in parts has its days
        return HttpResponseRedirect(reverse("portal:arrangement", args=[request.token]))
    form = PromiseForm(*answering.sent(request), today=day, claims=free)
    last = last_promise_day(day)
    form.fields["promised_for"].widget.attrs.update(min=day.isoformat(), max=last.isoformat())
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        answer = answering.attempt(
            form,
            lambda: operations.promise(
                said=answering.said(request, text=given["text"]),
                invoices=form.invoices,
                amount=given["amount"],
                promised_for=given["promised_for"],
            ),
        )
        if answer:
            return answering.to_heard(request, answer)
    asked = Asked(
        _("Later betalen"),
        _("Zeg toe"),
        (
            _("Spreek af op welke dag u betaalt. Tot die dag sturen wij u over deze facturen geen herinnering."),
            _("U kunt kiezen tot en met %(last)s.") % {"last": plans.day(last)},
        ),
    )
    return answering.ask(request, form, asked)


@by_link
@require_http_methods(["GET", "HEAD", "POST"])
def arrangement(request: LinkRequest) -> HttpResponse:
    claims = Claims(request)
    running = plans.of_invoices(request, claims.invoices)
    free = [claim for claim in claims.answerable if claim.invoice.pk not in running.invoice_ids]
    if not free and not running.plans:
        return answering.nothing_to_say(request, claims)
    is_offered = bool(free) and arranged.terms().is_offered
    more: dict[str, Any] = {"running": running, "is_offered": is_offered}
    form = _plan_form(request, free)
    if not is_offered:
        form.is_bound = False
        return answering.ask(request, form, _plan_asked(), WHERE, **more)
    more["limits"] = plans.limits(request)
    if form.is_bound and form.is_valid():
        parts = _parts(form, request.by.day)
        if request.method == "POST":
            return _propose(request, form, parts, more)
        more |= {"schedule": plans.schedule(request, parts), "proposal": _hidden(form, request, free)}
    return answering.ask(request, form, _plan_asked(), WHERE, **more)


def _plan_asked() -> Asked:
    return Asked(
        _("Betalen in termijnen"),
        _("Bekijk het schema"),
        (_("Kies hoe u wilt betalen. U ziet eerst welk schema daar uitkomt; daarna stelt u het pas voor."),),
    )


def _plan_form(request: LinkRequest, free: Any) -> PlanForm:
    day = request.by.day
    if request.method == "POST":
        return ProposalForm(request.POST, today=day, claims=free)
    if "months" in request.GET:
        return PlanForm(request.GET, today=day, claims=free)
    return PlanForm(today=day, claims=free, initial={"first_on": day})


def _parts(form: PlanForm, day: date) -> tuple[Part, ...]:
    """Divide what can be arranged of what was chosen; nothing where all of it is disputed."""
    given = form.cleaned_data
    total = sum((amount for amount, _left_out in arranged.amounts(form.invoices, day).values()), start=Decimal(0))
    if total <= 0:
        return ()
    return instalments.plan(
        total, months=given["months"], first_on=given["first_on"], first_amount=given["first_amount"], minimum=CENT
    )


def _hidden(form: PlanForm, request: LinkRequest, free: Any) -> ProposalForm:
    """Give the form that proposes what was looked at: the same fields, hidden, and a word to go with it."""
    initial = {name: form.cleaned_data.get(name) for name in form.fields}
    proposal = ProposalForm(today=request.by.day, claims=free, initial=initial)
    for name in form.fields:
        field = proposal.fields[name]
        field.widget = field.hidden_widget()
    return proposal


def _propose(request: LinkRequest, form: PlanForm, parts: tuple[Part, ...], more: dict[str, Any]) -> HttpResponse:
    answer = answering.attempt(
        form,
        lambda: operations.propose_parts(
            said=answering.said(request, text=form.cleaned_data["text"]), invoices=form.invoices, schedule=parts
        ),
    )
    if answer:
        return answering.to_heard(request, answer)
    return answering.ask(request, form, _plan_asked(), WHERE, **more)


@by_link
@require_http_methods(["GET", "HEAD", "POST"])
def already_paid(request: LinkRequest) -> HttpResponse:
    claims, day = Claims(request), request.by.day
    if not claims.answerable:
        return answering.nothing_to_say(request, claims)
    form = PaidForm(*answering.sent(request), today=day, claims=claims.answerable)
    form.fields["paid_on"].widget.attrs.update(max=day.isoformat())
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        answer = answering.attempt(
            form,
            lambda: operations.say_paid(
                said=answering.said(request, text=given["text"], file=given["file"]),
                invoices=form.invoices,
                paid_on=given["paid_on"],
                iban=given["iban"],
            ),
        )
        if answer:
            return answering.to_heard(request, answer)
    asked = Asked(
        _("Al betaald"),
        _("Geef door"),
        (_("Hebt u al betaald? Dan zoeken wij uw betaling op en wachten wij met herinneren."),),
    )
    return answering.ask(request, form, asked)
