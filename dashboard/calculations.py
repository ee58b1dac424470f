"""How a claim was counted, on paper: default, interest day by day, costs by band, limitation, each with its source."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby

from django.utils.translation import gettext as _

from collections_handoff import building
from common.money import ZERO
from dashboard.rows.claim import Ledger
from dashboard.templatetags.kit_words import dutch
from dunning.models import Step
from dunning.states import RungKind
from invoices.balance import AmountDue
from invoices.models import Charge, Invoice
from invoices.states import ChargeKind, SettlementKind
from law import collection_costs, limitation, notices, printing
from payments import arranged
from tenants.models import Letterhead


@dataclass(frozen=True)
class Section:
    """One part of the calculation: a head and its lines."""

    title: str
    lines: Sequence[str]
    ids: Sequence[str] = ()  # of the bookings that it explains


def sections(invoice: Invoice, book: Ledger, due: AmountDue, steps: Sequence[Step], *, language: str) -> list[Section]:
    """Give the parts of the calculation of a claim, in the order in which a court reads them."""
    found = [Section(_("Verzuim"), _default_lines(invoice, steps, language))]
    if due.calculation is not None:
        ids = [row.public_id for row in book.charges if row.kind == ChargeKind.INTEREST]
        found.append(Section(_("Rente"), printing.interest_lines(due.calculation, language), ids))
    costs = [row for row in book.charges if row.kind != ChargeKind.INTEREST]
    if costs:
        found.append(Section(_("Incassokosten"), _costs_lines(costs, language), [row.public_id for row in costs]))
    found.append(Section(_("Verjaring"), printing.limitation_lines(_limitation(invoice, book, steps), language)))
    return found


def _default_lines(invoice: Invoice, steps: Sequence[Step], language: str) -> list[str]:
    lines = [
        _("De debiteur handelde als particulier.")
        if invoice.acted_as_consumer
        else _("De debiteur handelde zakelijk."),
        _("Vervaldatum: %(day)s.") % {"day": _day(invoice.due_date)}
        + (" " + _("De factuur noemt geen datum: factuurdatum plus termijn.") if invoice.due_date_derived else ""),
    ]
    if invoice.acted_as_consumer:
        lines.append(
            _("Een fatale termijn is afgesproken (art. 6:83 onder a BW).")
            if invoice.term_agreed
            else _("Geen fatale termijn afgesproken: verzuim na een ingebrekestelling (art. 6:82 lid 1 BW).")
        )
    for step in steps:
        lines += _term_lines(step, language)
    if invoice.default_since is not None:
        lines.append(_("In verzuim sinds %(day)s.") % {"day": _day(invoice.default_since)})
    else:
        lines.append(_("Nog niet in verzuim: er loopt geen rente."))
    return lines


def _term_lines(step: Step, language: str) -> list[str]:
    """Give how the term of a statutory letter was counted; one that did not arrive counts for nothing."""
    if step.joined or step.kind not in {RungKind.DEFAULT_NOTICE, RungKind.FOURTEEN_DAY_LETTER}:
        return []
    head = f"{str(step.get_kind_display()).capitalize()}, {_day(step.dispatched_on)}"
    if step.undelivered_on is not None:
        return [
            _("%(letter)s: niet aangekomen (%(day)s), telt niet.") % {"letter": head, "day": _day(step.undelivered_on)}
        ]
    channels = step.notice.channels if step.notice else ["post"]
    channel = notices.Channel.POST if "post" in channels else notices.Channel.EMAIL
    if step.kind == RungKind.DEFAULT_NOTICE:
        term = notices.default_notice_term(step.dispatched_on, channel=channel)
        return [f"{head}:", *printing.notice_term_lines(term, language)]
    letter = notices.fourteen_day_letter_term(step.dispatched_on)
    return [f"{head}:", *printing.letter_term_lines(letter, language)]


def _costs_lines(charges: Sequence[Charge], language: str) -> list[str]:
    """Give how the costs of each letter were counted: the band by band scale over what the letter asked, the share."""
    lines: list[str] = []
    for _notice, group in groupby(charges, key=lambda row: (row.booked_on, row.notice_ref)):
        rows = list(group)
        lines += _scale_lines(rows[0], language)
        lines += [
            f"{_day(row.booked_on)}: {row.get_kind_display()} € {dutch(row.amount)}"
            + (f" ({row.reason})" if row.reason else "")
            for row in rows
        ]
    return lines


def _scale_lines(charge: Charge, language: str) -> list[str]:
    kept = charge.calculation
    if not {"over", "notice_principal", "day"} <= kept.keys():
        return []
    over, whole = Decimal(kept["over"]), Decimal(kept["notice_principal"])
    lines = []
    if whole > ZERO:
        scale = collection_costs.collection_costs(whole, day=date.fromisoformat(kept["day"]))
        lines = printing.costs_lines(scale, language)
    if over != whole:
        said = _("Deze factuur in die brief: € %(over)s van € %(whole)s; de kosten zijn naar verhouding verdeeld.")
        lines.append(said % {"over": dutch(over), "whole": dutch(whole)})
    return lines


def _limitation(invoice: Invoice, book: Ledger, steps: Sequence[Step]) -> limitation.Limitation:
    acts = [
        limitation.Interruption(limitation.Act.WRITTEN_DEMAND, step.delivered_on)
        for step in steps
        if step.kind in building.limitation_letters() and not step.joined and step.undelivered_on is None
    ]
    undone = {row.reverses_id for row in book.settlements}
    acts += [
        limitation.Interruption(limitation.Act.PART_PAYMENT, row.booked_on)
        for row in book.settlements
        if row.kind == SettlementKind.PAYMENT and row.reverses_id is None and row.pk not in undone
    ]
    asked = arranged.requests_about(invoice)
    acts += [limitation.Interruption(limitation.Act.REQUEST_FOR_ARRANGEMENT, on) for on in asked]
    return limitation.limitation(building.limitation_kind(invoice), invoice.due_date, acts)


def last_day(invoice: Invoice, book: Ledger, steps: Sequence[Step] = ()) -> date:
    """Give the last day on which a claim is not barred by time."""
    return _limitation(invoice, book, steps).last_day


def creditor() -> Letterhead | None:
    """Give who the claim belongs to, as on the letters."""
    return Letterhead.objects.first()


def _day(day: date) -> str:
    return f"{day:%d-%m-%Y}"
