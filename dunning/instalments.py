"""Which messages about instalments go out on a day: the small ladder of an arrangement, read and decided.

Before a part is due, and some days after it was missed. Every gate of the ladder holds here too, because the debtors
are loaded as the night loads them; a debtor gets one message a day. (docs/adr/0016-instalments.md)
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from correspondence.arranged_content import Kind
from correspondence.models import Message
from correspondence.states import ChannelKind, MessageState
from dunning import loading, queries
from dunning.models import Notice
from dunning.snapshot import Claim, Debtor
from dunning.states import NoticeState
from payments import arranged
from payments.models import ArrangedInvoice, ArrangementTerms, Instalment
from payments.states import ArrangementState, DebitState, InstalmentState

CHUNK = 1000
# A message in one of these did not reach the debtor; it may be made again by a way that was not tried.
NOT_ARRIVED = (MessageState.WITHDRAWN, MessageState.FAILED, MessageState.BOUNCED)


@dataclass(frozen=True, slots=True)
class Reminder:
    """A message about an instalment, and by which way."""

    instalment: Instalment
    kind: Kind
    channel: str  # "" where no address works
    tried: tuple[str, ...] = field(default=())

    @property
    def amount(self) -> Decimal:
        return self.instalment.amount - self.instalment.paid


def due(day: date, instalment_id: int | None = None) -> list[Reminder]:
    """Give the messages about instalments of a day, most late first and one a debtor; nothing is stored.

    Of one instalment, with `instalment_id`: empty if nothing would be said about it today.
    """
    if not Instalment.objects.filter(state__in=[InstalmentState.OPEN, InstalmentState.MISSED]).exists():
        return []
    settings = queries.ladder_settings()
    if queries.tenant_gate(settings, day) or not queries.sending_days(settings, day).is_one(day):
        return []
    terms = arranged.terms()
    found = [(row, kind) for row in _near(day, terms, instalment_id) if (kind := _kind(row, terms, day))]
    chosen = _one_a_debtor(found)
    reminders: list[Reminder] = []
    for start in range(0, len(chosen), CHUNK):
        reminders += _open_to(chosen[start : start + CHUNK], day, alone=instalment_id is not None)
    return reminders


def _near(day: date, terms: ArrangementTerms, instalment_id: int | None) -> Iterable[Instalment]:
    rows = Instalment.objects.filter(
        state__in=[InstalmentState.OPEN, InstalmentState.MISSED],
        due_on__lte=day + timedelta(days=terms.remind_days_before),
        arrangement__state=ArrangementState.ACTIVE,
    ).exclude(debits__state__in=[DebitState.PLANNED, DebitState.SENT])  # the bank is at it
    if instalment_id is not None:
        rows = rows.filter(pk=instalment_id)
    return rows.select_related("arrangement__debtor").order_by("due_on", "pk")


def _kind(row: Instalment, terms: ArrangementTerms, day: date) -> Kind | None:
    """Give what is to be said of an instalment; what follows the agreement at once was said by that."""
    agreed_on = row.arrangement.agreed_on
    if row.state == InstalmentState.MISSED or row.due_on < day:
        lapses_on = row.due_on + timedelta(days=terms.default_after_days)
        return Kind.MISSED if row.due_on + timedelta(days=terms.remind_days_after) <= day <= lapses_on else None
    remind_on = row.due_on - timedelta(days=terms.remind_days_before)
    is_news = agreed_on is not None and agreed_on < remind_on
    return Kind.BEFORE if is_news and not row.arrangement.by_direct_debit else None


def _one_a_debtor(found: Sequence[tuple[Instalment, Kind]]) -> list[tuple[Instalment, Kind]]:
    said: dict[int, list[tuple[Instalment, Kind]]] = defaultdict(list)
    for row, kind in found:
        said[row.arrangement.debtor_id].append((row, kind))
    return [min(mine, key=lambda one: (one[1] != Kind.MISSED, one[0].due_on)) for mine in said.values()]


def _open_to(chosen: Sequence[tuple[Instalment, Kind]], day: date, *, alone: bool) -> list[Reminder]:
    """Leave out whom a gate closes, who was told before, and who gets another message today."""
    debtors = [row.arrangement.debtor_id for row, _ in chosen]
    snapshot = loading.load(debtors, day=day, everything=True)
    by_id = {debtor.id: debtor for debtor in snapshot.debtors}
    held = _claims_of([row.arrangement_id for row, _ in chosen])
    told = _told([row.public_id for row, _ in chosen])
    busy = _gets_a_notice(debtors, day)
    reminders = []
    for row, kind in chosen:
        debtor = by_id[row.arrangement.debtor_id]
        claims = [one for one in snapshot.claims.get(debtor.id, ()) if one.invoice_id in held[row.arrangement_id]]
        states = told.get((row.public_id, kind.value), {})
        arrived = any(state not in NOT_ARRIVED for state in states.values())
        if (arrived and not alone) or debtor.id in busy or _is_stopped(debtor, claims):
            continue
        channel = _channel(debtor, () if alone else tuple(states))
        reminders.append(Reminder(row, kind, channel, tuple(states)))
    return reminders


def _claims_of(arrangement_ids: Sequence[int]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    rows = ArrangedInvoice.objects.filter(arrangement__in=arrangement_ids)
    for arrangement_id, invoice_id in rows.values_list("arrangement_id", "invoice_id"):
        found[arrangement_id].add(invoice_id)
    return found


def _told(subject_ids: Sequence[str]) -> dict[tuple[str, str], dict[str, str]]:
    """Give what was said of instalments before: by instalment and kind, the state of its message by channel."""
    found: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    rows = Message.objects.filter(subject_kind__in=[Kind.BEFORE, Kind.MISSED], subject_id__in=subject_ids)
    for subject_id, kind, channel, state in rows.values_list("subject_id", "subject_kind", "channel", "state"):
        found[subject_id, kind][channel] = state
    return found


def _gets_a_notice(debtor_ids: Sequence[int], day: date) -> set[int]:
    """Give the debtors to whom a letter leaves or left this day."""
    rows = Notice.objects.filter(debtor__in=debtor_ids)
    leaving = rows.filter(state__in=[NoticeState.APPROVED, NoticeState.QUEUED], planned_for__lte=day)
    left = rows.filter(dispatched_on=day)
    return set(leaving.values_list("debtor_id", flat=True)) | set(left.values_list("debtor_id", flat=True))


def _is_stopped(debtor: Debtor, claims: Sequence[Claim]) -> bool:
    if debtor.own_group or debtor.held or debtor.legal_state:
        return True
    return any(claim.held or claim.payment_pending for claim in claims)


def _channel(debtor: Debtor, tried: Sequence[str]) -> str:
    """Mail where it works, else paper; a way that was tried for this very message is not tried again."""
    works = {ChannelKind.EMAIL.value: debtor.takes_email, ChannelKind.POST.value: debtor.takes_post}
    return next((channel for channel, usable in works.items() if usable and channel not in tried), "")
