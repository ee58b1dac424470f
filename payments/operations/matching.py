"""Bank lines find what they pay: by themselves where that is certain, else by a person."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from audit import operations as audit
from common.actor import Actor
from common.errors import DomainError
from common.money import ZERO
from debtors import queries as debtor_queries
from debtors.models import Debtor
from invoices import operations as claims
from invoices.models import CreditNote, Invoice
from payments import match_records, matching, queries, signals, spelling
from payments.models import BankLine, Payment
from payments.operations import bulk_booking, candidates, lines, returning
from payments.operations.lines import LineIsHandled
from payments.operations.payments import reverse_payment
from payments.states import LineState, MatchCertainty, PaymentMethod
from tenants import operations as tenants
from tenants.context import current_tenant_id

QUEUE = "payments.tasks.match_new_lines"
CHUNK = 4000  # lines a transaction
ONE_BY_ONE = 100  # of them that are booked the exact way; the others wait for the next chunk
TURN = 0x6D61_7463  # "matc": the advisory lock that lets one worker match a tenant


class MoreThanTheLine(DomainError):
    """More would be paid with a line than came in."""

    code = "more_than_the_line"
    sentence = _("De bedragen zijn samen € %(asked)s; er kwam € %(amount)s binnen.")


class NothingProposed(DomainError):
    """There is no proposal to confirm for this debtor."""

    code = "nothing_proposed"
    sentence = _("Er is geen voorstel voor deze regel. Kies eerst een debiteur en facturen.")


class NotAPayment(DomainError):
    """Only euros that came in can be booked on claims."""

    code = "line_is_not_a_payment"
    sentence = _("Alleen geld in euro dat binnenkwam kan op facturen worden geboekt.")


class CannotUndo(DomainError):
    """What the line did is undone in another place."""

    code = "line_cannot_be_undone"
    sentence = _("Deze regel kan niet ongedaan worden gemaakt: hij hoort bij een incasso of is een terugboeking.")


class NotThisMoney(DomainError):
    """Another amount goes back than came in with the payment."""

    code = "not_the_money_of_the_payment"
    sentence = _(
        "Van deze regel gaat € %(line)s terug en de betaling was € %(payment)s. Draai de betaling terug op haar eigen "
        "pagina en laat deze regel buiten beschouwing."
    )


def match_lines(*, by: Actor, limit: int = CHUNK, in_bulk: bool = True) -> bool:
    """Work off lines that nobody looked at: certain ones are booked, likely ones proposed, the others put on the list.

    One chunk in one transaction; gives whether there may be more. Safe to run twice and beside itself.
    """
    with transaction.atomic():
        if not _take_turn():
            return False
        rows = candidates.waiting(limit)
        if not rows:
            signals.lines_worked_off.send(BankLine, by=by)
            return False
        batch = returning.batch_of(rows)
        if batch is not None:  # it locks the debtors of a whole batch: alone in its transaction
            returning.book_batch(*batch, by=by)
            return True
        left = _work_off(rows, by, in_bulk=in_bulk)
        more = left > 0 or len(rows) == limit
        if not more:
            signals.lines_worked_off.send(BankLine, by=by)
    return more


def _take_turn() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [TURN, current_tenant_id() % 2**31])
        return bool(cursor.fetchone()[0])


def _work_off(rows: Sequence[candidates.Row], by: Actor, *, in_bulk: bool) -> int:
    """Do what is to be done with lines; gives how many of them wait for the next chunk."""
    plans = returning.plans(rows)
    plain = [row for row in rows if row.id not in plans]
    found = candidates.matches(plain)
    book_certain = queries.matching_settings().book_certain
    certain = [row for row in plain if book_certain and found[row.id].certainty == matching.CERTAIN]
    slow_plans = list(plans.values())[:ONE_BY_ONE]
    _lock_debtors(slow_plans, [found[row.id] for row in certain])
    booked = bulk_booking.book(_simple(certain, found), by=by) if in_bulk else set()
    slow = [row for row in certain if row.id not in booked]
    for plan in slow_plans:
        returning.carry_out(plan, by=by)
    done = [_book_certain(row, found[row.id], by) for row in slow[:ONE_BY_ONE]]
    sure = {row.id for row in certain}
    bulk_booking.tell([_told(row, found[row.id]) for row in plain if row.id not in sure])
    return len(plans) - len(slow_plans) + len(slow) - sum(done)


def _lock_debtors(plans: Iterable[returning.Plan], matches: Iterable[matching.Match]) -> None:
    locks = {plan.debtor_id for plan in plans} | {match.reading.party.id for match in matches if match.reading}
    debtor_queries.lock_ids({debtor_id for debtor_id in locks if debtor_id is not None})


def _party(match: matching.Match) -> matching.Party:
    assert match.reading is not None, "only what was read has a party"
    return match.reading.party


def _simple(certain: Sequence[candidates.Row], found: Mapping[int, matching.Match]) -> list[bulk_booking.ToBook]:
    """Give what may be booked in bulk: one claim to the cent, and no second line for that claim."""
    wanted: dict[int, bulk_booking.ToBook] = {}
    for row in certain:
        match = found[row.id]
        claim = matching.settles_at_once(match, row.amount)
        if claim is not None and claim.id not in wanted:
            wanted[claim.id] = bulk_booking.ToBook(row.id, claim, match, _remember(row, match))
    return list(wanted.values())


def _remember(row: candidates.Row, match: matching.Match) -> bool:
    """Tell whether the account may be noted as the debtor's: not where somebody else paid for him."""
    return bool(row.iban) and spelling.likeness(row.name, _party(match).name) > 0


def _told(row: candidates.Row, match: matching.Match) -> bulk_booking.Told:
    state = LineState.UNKNOWN if match.reading is None else LineState.PROPOSED
    debtor_id = match.reading.party.id if match.reading else None
    return bulk_booking.Told(row.id, state, match.certainty, debtor_id, match_records.as_record(match))


def _book_certain(row: candidates.Row, match: matching.Match, by: Actor) -> bool:
    """Book a line the exact way; give whether it is done with, or has to be looked at anew by the next chunk."""
    line = lines.locked(BankLine(pk=row.id))
    if line.state != LineState.NEW or match.reading is None:
        return True
    parts = {part.claim.id: part for part in match.reading.parts}
    invoices = {invoice.pk: invoice for invoice in Invoice.objects.filter(pk__in=parts)}
    if any(invoices[pk].open_amount != part.claim.open for pk, part in parts.items()):
        return False  # another line of this chunk paid it: the next chunk sees the claim as it is now
    debtor = Debtor.objects.get(pk=match.reading.party.id)
    amounts = {invoices[pk]: part.amount for pk, part in parts.items()}
    record = match_records.as_record(match)
    lines.book(line, debtor=debtor, amounts=amounts, match=record, certainty=MatchCertainty.CERTAIN, by=by)
    if _remember(row, match):
        lines.remember_account(line, debtor, by=by, by_a_person=False)
    return True


def confirm_match(
    *,
    line: BankLine,
    amounts: Mapping[Invoice, Decimal] | None,
    debtor: Debtor,
    by: Actor,
    remember: bool | None = True,
) -> Payment:
    """Book a line as a person says: so much for each claim, the rest stays credit of the debtor; None: as proposed.

    The account is remembered as the debtor's, unless he says not to. None: he did not look at it (many lines at once),
    so only where the payer's name looks like the debtor's: who pays for many debtors must not become one of them.

    :raises LineIsHandled: if somebody was earlier.
    :raises NothingProposed: if the proposal is to be taken and there is none for this debtor.
    :raises MoreThanTheLine: if the amounts are more than came in.
    :raises NotAPayment: if the money went out, or is not in euro.
    """
    with transaction.atomic():
        debtor_queries.lock(debtor.pk)
        line = lines.locked(line)
        if line.state not in lines.TO_DO:
            raise LineIsHandled(state=LineState(line.state).label)
        if line.amount <= 0 or line.currency != candidates.EURO:
            raise NotAPayment
        proposal = line.match if line.match.get("debtor") == debtor.public_id else {}
        if amounts is None:
            amounts = _proposed(proposal)
        if (asked := sum(amounts.values(), start=ZERO)) > line.amount and not proposal.get("takes_credit"):
            raise MoreThanTheLine(asked=asked, amount=line.amount)
        match = line.match if _is_as_proposed(proposal, amounts) else _by_hand(line, amounts, debtor)
        certainty = line.certainty or MatchCertainty.NONE
        if proposal.get("takes_credit") and match is line.match:
            amounts = _with_credit(amounts, debtor, line.amount, by)
        payment = lines.book(line, debtor=debtor, amounts=amounts, match=match, certainty=certainty, by=by)
        if remember or (remember is None and spelling.likeness(line.name, debtor.name)):
            lines.remember_account(line, debtor, by=by, by_a_person=True)
        _log("bank_line.confirmed", line, by, debtor_id=debtor.pk)
    return payment


def _proposed(proposal: Mapping[str, Any]) -> dict[Invoice, Decimal]:
    if not proposal:
        raise NothingProposed
    told = {claim["invoice"]: Decimal(claim["amount"]) for claim in proposal.get("claims", ())}
    invoices = {invoice.public_id: invoice for invoice in Invoice.objects.filter(public_id__in=told)}
    return {invoices[public_id]: amount for public_id, amount in told.items() if public_id in invoices}


def _is_as_proposed(proposal: Mapping[str, Any], amounts: Mapping[Invoice, Decimal]) -> bool:
    told = {claim["invoice"]: Decimal(claim["amount"]) for claim in proposal.get("claims", ())}
    return bool(proposal) and told == {invoice.public_id: amount for invoice, amount in amounts.items()}


def _by_hand(line: BankLine, amounts: Mapping[Invoice, Decimal], debtor: Debtor) -> dict[str, Any]:
    """Give what a person chose in the shape of a match; what was proposed is kept as the runner-up."""
    chosen = [
        {"invoice": invoice.public_id, "number": invoice.number, "amount": f"{amount:.2f}"}
        for invoice, amount in amounts.items()
    ]
    words = {"numbers": ", ".join(invoice.number for invoice in amounts), "debtor": debtor.name}
    before = {name: value for name, value in line.match.items() if name != "runner_up"} if line.match else None
    return {"why": "by_hand", "words": words, "claims": chosen, "debtor": debtor.public_id, "runner_up": before}


def _with_credit(
    amounts: Mapping[Invoice, Decimal], debtor: Debtor, received: Decimal, by: Actor
) -> dict[Invoice, Decimal]:
    """Set the debtor's credit notes against the claims that he paid less for; give what is left for the money."""
    notes = [note for note in CreditNote.objects.filter(debtor=debtor).order_by("issue_date", "pk") if note.unallocated]
    left = dict(amounts)
    missing = sum(left.values(), start=ZERO) - received
    for invoice in reversed(list(left)):
        for note in notes:
            invoice.refresh_from_db()
            note.refresh_from_db()
            part = min(missing, left[invoice], note.unallocated, invoice.principal_open)
            if part > 0:
                claims.allocate_credit_note(note=note, invoice=invoice, amount=part, by=by)
                left[invoice] -= part
                missing -= part
    return {invoice: amount for invoice, amount in left.items() if amount}


def leave_out(*, line: BankLine, note: str, by: Actor) -> BankLine:
    """Note that a line is no payment of a claim, and why: salaries, interest, a loan.

    :raises LineIsHandled: if somebody was earlier.
    """
    with transaction.atomic():
        line = lines.locked(line)
        if line.state not in lines.TO_DO:
            raise LineIsHandled(state=LineState(line.state).label)
        lines.move(line, LineState.LEFT_OUT, by=by, note=note[:200], debtor=None)
        _log("bank_line.left_out", line, by, reason=note)
    return line


def look_again_at(*, line: BankLine, by: Actor) -> BankLine:
    """Look anew at what a line may be for; what is certain is booked.

    :raises LineIsHandled: if it is booked or reversed.
    """
    with transaction.atomic():
        rows = candidates.these([line.pk], also_handled=True)
        _lock_debtors(returning.plans(rows).values(), candidates.matches(rows).values())  # before the line
        line = lines.locked(line)
        if line.state != LineState.NEW:
            lines.move(line, LineState.NEW, by=None, match={}, certainty="", debtor=None, note="")
        _work_off(candidates.these([line.pk]), by, in_bulk=False)
        tenants.wake_up(QUEUE, at=by.at)  # a line that still waits would hold the night
    line.refresh_from_db()
    return line


def undo_line(*, line: BankLine, reason: str, by: Actor) -> BankLine:
    """Undo what was booked of a line, as if it never was: its payment is reversed on its own day, with the reason.

    :raises LineIsHandled: if it is not booked.
    :raises CannotUndo: if it is the money of a collection.
    :raises AlreadyReversed: if the money went back meanwhile.
    """
    with transaction.atomic():
        debtor_queries.lock(line.debtor_id)
        line = lines.locked(line)
        if line.state != LineState.BOOKED or line.payment is None:
            raise LineIsHandled(state=LineState(line.state).label)
        if line.payment.method == PaymentMethod.DEBIT:
            raise CannotUndo
        reverse_payment(payment=line.payment, reason=reason, reversed_on=line.payment.received_on, by=by)
        if line.debtor_id is not None:
            lines.doubt_account(line, line.debtor_id, by=by)
        debtor_id = line.debtor_id
        undone: dict[str, Any] = {
            "payment": None,
            "debtor": None,
            "match": {},
            "certainty": MatchCertainty.NONE,
            "note": reason[:200],
        }
        lines.move(line, LineState.UNKNOWN, by=None, **undone)
        _log("bank_line.undone", line, by, debtor_id=debtor_id, reason=reason)
    return line


def reverse_by_line(*, line: BankLine, payment: Payment, reason: str, by: Actor) -> Payment:
    """Reverse a payment because a line, a person says, is that money going back.

    :raises LineIsHandled: if somebody was earlier.
    :raises AlreadyReversed: if the payment was reversed before.
    :raises NotThisMoney: if another amount goes back than came in.
    """
    with transaction.atomic():
        debtor_queries.lock(payment.debtor_id)
        line = lines.locked(line)
        if line.state not in lines.TO_DO:
            raise LineIsHandled(state=LineState(line.state).label)
        if line.amount != -payment.amount or line.currency != payment.currency:
            raise NotThisMoney(line=-line.amount, payment=payment.amount)
        debtor = payment.debtor
        match = returning.record("by_hand", payment=payment.public_id, debtor=debtor.public_id if debtor else "")
        reversal = returning.take_back(line, payment, match=match, reason=reason, by=by)
        _log("bank_line.confirmed", line, by, debtor_id=payment.debtor_id)
    return reversal


def _log(verb: str, line: BankLine, by: Actor, *, debtor_id: int | None = None, reason: str = "") -> None:
    audit.record(
        verb,
        by=by,
        kind="bank_line",
        subject=line,
        label=line.name or line.description,
        debtor_id=debtor_id,
        reason=reason,
        amount=line.amount,
    )
