"""Arrangements as a page shows them: what runs, what would come of a proposal, and within which limits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from common.templatetags.amounts import format_date, format_euro
from invoices.models import Invoice
from payments import arranged, instalments
from payments.instalments import Part
from payments.models import ArrangedInvoice, Arrangement, Instalment
from payments.states import ArrangementState, InstalmentState
from portal.entering import LinkRequest


@dataclass(frozen=True, slots=True)
class Row:
    """An instalment."""

    number: int
    day: str
    amount: str
    state: str = ""
    tone: str = ""
    pay_url: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """An arrangement that runs, or a proposal that waits for an answer."""

    is_proposal: bool
    invoices: str
    total: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Running:
    """The arrangements about what a page shows, and the ids of the claims in them."""

    plans: tuple[Plan, ...]
    invoice_ids: frozenset[int]


@dataclass(frozen=True, slots=True)
class Schedule:
    """What would come of a proposal: its parts, and which limits it crosses (none: agreed at once)."""

    rows: tuple[Row, ...]
    total: str
    problems: tuple[str, ...]


def language() -> str:
    """Give the language of the page."""
    return get_language() or "nl"


def day(value: date) -> str:
    """Write a day in the language of the page."""
    return format_date(value, language())


def of_invoices(request: LinkRequest, invoices: Sequence[Invoice]) -> Running:
    """Give the arrangements that some claims are in, in a fixed number of queries."""
    rows = list(
        ArrangedInvoice.objects.filter(live=True, invoice__in=[one.pk for one in invoices])
        .select_related("arrangement", "invoice")
        .order_by("arrangement_id", "invoice__due_date", "pk")
    )
    parts: dict[int, list[Instalment]] = {}
    for part in Instalment.objects.filter(arrangement__in={row.arrangement_id for row in rows}).order_by("number"):
        parts.setdefault(part.arrangement_id, []).append(part)
    found = {row.arrangement_id: row.arrangement for row in rows}
    return Running(
        tuple(
            _plan(request, one, [row.invoice for row in rows if row.arrangement_id == pk], parts.get(pk, []))
            for pk, one in found.items()
        ),
        frozenset(row.invoice_id for row in rows),
    )


def _plan(request: LinkRequest, one: Arrangement, claims: Sequence[Invoice], parts: Sequence[Instalment]) -> Plan:
    is_proposal = one.state == ArrangementState.PROPOSED
    ids = [claim.public_id for claim in claims]
    first = next((part for part in parts if arranged.rest_of(part) > 0), None)
    return Plan(
        is_proposal,
        ", ".join(claim.number for claim in claims),
        format_euro(one.total, language()),
        tuple(_row(request, part, claims=ids, can_pay=part is first and not is_proposal) for part in parts),
    )


def _row(request: LinkRequest, part: Instalment, *, claims: Sequence[str], can_pay: bool) -> Row:
    rest = arranged.rest_of(part)
    words = {
        InstalmentState.PAID: (_("betaald"), "good"),
        InstalmentState.MISSED: (_("te laat"), "warn"),
        InstalmentState.ENDED: (_("vervallen"), ""),
    }
    state, tone = words.get(InstalmentState(part.state), ("", ""))
    if not state and part.paid:
        state = _("nog %(rest)s") % {"rest": format_euro(rest, language())}
    return Row(
        part.number,
        day(part.due_on),
        format_euro(part.amount, language()),
        state,
        tone,
        _pay_url(request, claims, rest) if can_pay else "",
    )


def _pay_url(request: LinkRequest, claims: Sequence[str], amount: Decimal) -> str:
    """Give the page on which exactly this part is paid, of the claims of the arrangement."""
    query = urlencode({"factuur": claims, "amount": f"{amount:.2f}".replace(".", ",")}, doseq=True)
    return f"{reverse('portal:choose', args=[request.token])}?{query}"


def schedule(request: LinkRequest, parts: Sequence[Part]) -> Schedule:
    """Give what would come of a proposal."""
    crossed = arranged.problems(request.debtor, parts, request.by.day, language()) if parts else []
    return Schedule(
        tuple(
            Row(number, day(part.due_on), format_euro(part.amount, language()))
            for number, part in enumerate(parts, start=1)
        ),
        format_euro(instalments.total_of(parts), language()),
        tuple(crossed),
    )


def limits(request: LinkRequest) -> tuple[str, ...]:
    """Say within which limits a proposal is agreed at once."""
    found = arranged.limits(request.debtor, request.by.day)
    if found.agreed_this_year >= found.per_year:
        return (_("U had het afgelopen jaar al een regeling. Een medewerker bekijkt daarom uw voorstel."),)
    return (
        _("in hoogstens %(months)s maanden") % {"months": found.max_months},
        _("de eerste termijn binnen %(days)s dagen, en minstens %(percent)s%% van het totaal")
        % {"days": found.first_within_days, "percent": found.first_percent},
        _("elke termijn minstens %(amount)s") % {"amount": format_euro(found.minimum_instalment, language())},
        _("samen hoogstens %(amount)s") % {"amount": format_euro(found.maximum_total, language())},
    )
