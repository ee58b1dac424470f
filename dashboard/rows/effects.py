"""What an action on several debtors or invoices would do, in sentences: shown before it is done."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from django.db.models import Count, F, Q, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.money import ZERO
from dashboard.templatetags.kit_words import dutch
from debtors.models import Debtor
from dunning.models import Case, Hold, Notice
from dunning.states import LIVE_NOTICE_STATES
from invoices.models import Invoice

SHOWN = 6  # names


def names(debtors: Sequence[Debtor]) -> str:
    """Name the debtors, as far as there is room."""
    listed = ", ".join(one.name for one in debtors[:SHOWN])
    if len(debtors) <= SHOWN:
        return listed
    return _("%(names)s en %(n)s anderen") % {"names": listed, "n": len(debtors) - SHOWN}


def numbers(invoices: Sequence[Invoice]) -> str:
    """Name the invoices, as far as there is room."""
    listed = ", ".join(one.number for one in invoices[:SHOWN])
    if len(invoices) <= SHOWN:
        return listed
    return _("%(names)s en %(n)s andere") % {"names": listed, "n": len(invoices) - SHOWN}


def _debtors(count: int) -> str:
    return ngettext("%(n)s debiteur", "%(n)s debiteuren", count) % {"n": count}


def _open(debtors: Iterable[Debtor]) -> tuple[int, Decimal]:
    found = (
        Invoice.objects.open()
        .filter(debtor__in=debtors)
        .aggregate(count=Count("id"), sum=Sum(F("principal_open") + F("interest_open") + F("costs_open")))
    )
    return found["count"], found["sum"] or ZERO


def waiting_letters(found: Q) -> list[str]:
    """Say which letters that wait would be withdrawn."""
    count = Notice.objects.filter(found, state__in=LIVE_NOTICE_STATES).distinct().count()
    if not count:
        return []
    said = ngettext(
        "%(n)s klaargezette brief wordt ingetrokken.", "%(n)s klaargezette brieven worden ingetrokken.", count
    )
    return [said % {"n": count}]


def of_hold(debtors: Sequence[Debtor], day: date) -> list[str]:
    """Say what holding debtors does."""
    count, amount = _open(debtors)
    held = (
        Hold.objects.filter(Q(until=None) | Q(until__gte=day), debtor__in=debtors, lifted_on=None)
        .values("debtor")
        .distinct()
        .count()
    )
    lines = [
        _("Geen brieven en belverzoeken voor %(debtors)s, over € %(amount)s aan open facturen (%(n)s).")
        % {"debtors": _debtors(len(debtors)), "n": count, "amount": dutch(amount)},
        *waiting_letters(Q(debtor__in=debtors)),
        _("Rente loopt door. Daarna gaat elke factuur verder op de stap waar hij stond."),
    ]
    if held:
        lines.append(_("Al aangehouden: %(debtors)s; de langste aanhouding telt.") % {"debtors": _debtors(held)})
    return lines


def of_owner(debtors: Sequence[Debtor]) -> list[str]:
    """Say what assigning debtors does."""
    owned = sum(1 for debtor in debtors if debtor.owner_id is not None)
    lines = [_("De eigenaar ziet ze onder “Mijn debiteuren”: %(debtors)s.") % {"debtors": _debtors(len(debtors))}]
    if owned:
        lines.append(_("De eigenaar van nu vervalt bij %(debtors)s.") % {"debtors": _debtors(owned)})
    return lines


def of_segment(debtors: Sequence[Debtor]) -> list[str]:
    """Say what labelling debtors does."""
    had = sorted({debtor.segment for debtor in debtors if debtor.segment})
    lines = [_("Het segment komt te staan bij %(debtors)s.") % {"debtors": _debtors(len(debtors))}]
    if had:
        lines.append(_("Nu nog in: %(segments)s.") % {"segments": ", ".join(had)})
    lines.append(_("Het beleid van een segment geldt voor facturen die nog komen; lopende ladders blijven staan."))
    return lines


def of_policy(debtors: Sequence[Debtor]) -> list[str]:
    """Say what choosing a policy for debtors does."""
    counts = (
        Case.objects.active()
        .filter(debtor__in=debtors, invoice__is_open=True)
        .aggregate(
            consumer=Count("id", filter=Q(invoice__acted_as_consumer=True)),
            business=Count("id", filter=Q(invoice__acted_as_consumer=False)),
        )
    )
    return [
        _("Open facturen die meegaan: %(business)s bij een zakelijk beleid, %(consumer)s bij een particulier beleid.")
        % counts,
        _("Elke factuur gaat verder op de stap van dezelfde soort; geen stap wordt herhaald."),
        *waiting_letters(Q(debtor__in=debtors)),
    ]


def of_legal_state(debtor: Debtor) -> list[str]:
    """Say what a legal state of a debtor does."""
    count, amount = _open([debtor])
    return [
        _("Open facturen: %(n)s (€ %(amount)s). Zij blijven openstaan en staan stil.")
        % {"n": count, "amount": dutch(amount)},
        *waiting_letters(Q(debtor=debtor)),
        _("Dien de vordering in bij de curator, bewindvoerder of erven: de berekening staat bij elke factuur."),
    ]


def of_invoice_hold(invoices: Sequence[Invoice]) -> list[str]:
    """Say what holding invoices does."""
    amount = sum((invoice.open_amount for invoice in invoices), start=ZERO)
    said = ngettext(
        "%(n)s factuur (€ %(amount)s) staat stil; andere facturen van de debiteur lopen door.",
        "%(n)s facturen (€ %(amount)s) staan stil; andere facturen van de debiteur lopen door.",
        len(invoices),
    )
    return [
        said % {"n": len(invoices), "amount": dutch(amount)},
        *waiting_letters(Q(lines__invoice__in=invoices, lines__live=True)),
        _("Rente loopt door. Daarna gaat elke factuur verder op de stap waar hij stond."),
    ]


def waiting_for(invoice: Invoice) -> list[str]:
    """Say that the letter that waits for an invoice would be withdrawn, if one does."""
    return waiting_letters(Q(lines__invoice=invoice, lines__live=True))
