"""A policy tried: on one debtor, and on the coming ninety days."""

from datetime import date

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common import clock
from correspondence.states import ChannelKind
from dashboard.forms_policies import TrialForm
from dashboard.rows.policies import ICONS, kind_label
from dashboard.shell import Chart, Event, Point
from dashboard.templatetags.kit_words import dutch
from dashboard.views.policies import crumbs, policy_or_404
from debtors.models import Debtor
from dunning import foresight, reasons
from dunning.models import Case, Policy
from dunning.simulation import Moment
from dunning.snapshot import Kind
from invoices.models import Invoice
from tenants.access import Right, TenantRequest, require

AHEAD = 90
SAMPLE = 400  # debtors whose coming weeks are played
MOST_FOUND = 20


@require(Right.SEE)
def trial(request: TenantRequest, public_id: str) -> HttpResponse:
    policy, day = policy_or_404(public_id), clock.today()
    form = TrialForm(request.GET if "debiteur" in request.GET else None)
    found: list[Debtor] = []
    if form.is_valid():
        found = _found(form.cleaned_data["debiteur"])
        if not found:
            form.add_error("debiteur", _("Geen debiteur met dit nummer of deze naam heeft iets openstaan."))
    context = {"policy": policy, "form": form, "crumbs": crumbs(policy)}
    if len(found) > 1:
        context["choices"] = found
    elif found:
        context |= _played(policy, found[0], day)
    return render(
        request, "dashboard/policies/trial.html", context, status=422 if form.is_bound and form.errors else 200
    )


def _found(text: str) -> list[Debtor]:
    """Give who is meant: by number or public id exactly, else by a part of the name; only who owes something."""
    exact = Debtor.objects.filter(Q(number=text) | Q(public_id=text))[:1]
    if exact:
        return list(exact)
    owing = Case.objects.active().filter(invoice__is_open=True).values("debtor_id")
    return list(Debtor.objects.filter(name__icontains=text, pk__in=owing).order_by("number")[:MOST_FOUND])


def _played(policy: Policy, debtor: Debtor, day: date) -> dict[str, object]:
    future = foresight.foreseen(debtor.pk, day=day, policy=policy)
    numbers = Invoice.objects.filter(pk__in=[claim.invoice_id for claim in future.claims])
    invoices = dict(numbers.values_list("pk", "number"))
    stuck = [
        (invoices.get(_invoice_of(future, one.case_id), ""), reasons.sentence(one.why, until=one.until))
        for one in future.stuck
    ]
    return {
        "debtor": debtor,
        "claims": len(future.claims),
        "moments": [_event(moment, invoices) for moment in future.moments],
        "stuck": stuck,
    }


def _invoice_of(future: foresight.Future, case_id: int) -> int:
    return next((claim.invoice_id for claim in future.claims if claim.case_id == case_id), 0)


def _event(moment: Moment, invoices: dict[int, str]) -> Event:
    numbers = ", ".join(dict.fromkeys(invoices.get(invoice, "") for invoice, _key in moment.rungs))
    text = [_("€ %(amount)s over %(invoices)s") % {"amount": dutch(moment.total), "invoices": numbers}]
    if moment.announced:
        text.append(_("kondigt € %(amount)s kosten aan") % {"amount": dutch(moment.announced)})
    if moment.term_ends_on:
        text.append(_("termijn t/m %(day)s") % {"day": f"{moment.term_ends_on:%d-%m-%Y}"})
    is_end = moment.kind == "end_of_ladder"
    return Event(
        title=_("Einde van de ladder") if is_end else kind_label(moment.kind),
        at=moment.day,
        icon=_icon(moment),
        text="; ".join(text),
        tone="legal" if moment.kind in {Kind.DEFAULT_NOTICE, Kind.FOURTEEN_DAY_LETTER} else "accent",
        is_planned=True,
    )


def _icon(moment: Moment) -> str:
    other = {Kind.CALL.value: "phone", Kind.HANDOFF.value: "briefcase", "end_of_ladder": "flag"}
    if moment.kind in other:
        return other[moment.kind]
    return ICONS[ChannelKind.POST if ChannelKind.POST in moment.channels else ChannelKind.EMAIL]


@require(Right.SEE)
def ahead(request: TenantRequest, public_id: str) -> HttpResponse:
    policy, day = policy_or_404(public_id), clock.today()
    coming = foresight.ahead(policy, day=day, days=AHEAD, sample=SAMPLE)
    total = sum(sum(week.numbers.values()) for week in coming.weeks)
    context = {
        "policy": policy,
        "coming": coming,
        "total": total,
        "chart": _chart(coming),
        "sums": [(kind_label(kind), sum(week.numbers.get(kind, 0) for week in coming.weeks)) for kind in coming.kinds],
        "debtors_url": reverse("dashboard:policy_debtors", args=[policy.public_id]),
        "crumbs": crumbs(policy),
    }
    return render(request, "dashboard/policies/ahead.html", context)


def _groups() -> list[tuple[str, set[str]]]:
    """Give sorts of rung as a chart shows them: no more than a chart has colours for."""
    return [
        (_("Herinnering"), {Kind.COURTESY, Kind.REMINDER, Kind.SECOND_REMINDER}),
        (_("Aanmaning of ingebrekestelling"), {Kind.DEMAND, Kind.DEFAULT_NOTICE}),
        (kind_label(Kind.FOURTEEN_DAY_LETTER), {Kind.FOURTEEN_DAY_LETTER}),
        (kind_label(Kind.FINAL_DEMAND), {Kind.FINAL_DEMAND}),
        (_("Bellen of overdragen"), {Kind.CALL, Kind.HANDOFF}),
    ]


def _chart(coming: foresight.Ahead) -> Chart:
    groups = [group for group in _groups() if group[1] & set(coming.kinds)]
    busiest = max(coming.weeks, key=lambda week: sum(week.numbers.values()))
    number = sum(busiest.numbers.values())
    return Chart(
        id="ahead",
        title=_("Per week, als niemand betaalt"),
        kind="stacked",
        unit="count",
        series=[label for label, _kinds in groups],
        points=[
            Point(
                f"{week.monday:%d-%m}", [sum(week.numbers.get(kind, 0) for kind in kinds) for _label, kinds in groups]
            )
            for week in coming.weeks
        ],
        text=ngettext(
            "De drukste week begint op %(day)s, met %(n)s stap.",
            "De drukste week begint op %(day)s, met %(n)s stappen.",
            number,
        )
        % {"day": f"{busiest.monday:%d-%m}", "n": number},
    )
