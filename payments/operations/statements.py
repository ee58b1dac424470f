"""Bank statements come in: whole files or nothing, every movement once, in whatever file it comes."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit import operations as audit
from common import texts
from common.actor import Actor
from common.errors import DomainError
from common.identifiers import format_iban
from payments import signals
from payments.models import BankAccount, BankStatement
from payments.operations import statement_lines as lines
from payments.operations.statement_coming import Coming, Imported, family, goes_on, is_number, number_of
from payments.operations.statement_order import Earlier, place_in_order
from payments.statement import (
    DoesNotAddUp,
    StatementEnd,
    StatementLine,
    StatementPart,
    StatementStart,
    UnreadableStatement,
    checked,
)
from tenants import operations as tenants
from tenants import queue
from tenants.context import current_tenant_id
from tenants.models import Letterhead

Progress = Callable[[int], None]  # told how many lines were read
MATCH = "payments.tasks.match_new_lines"
STATEMENTS = 5_000
"""In one file; of each a little is kept in memory."""
_ONE_AT_A_TIME = 940053  # the lock of a tenant's imports, beside its id


class StatementRefused(DomainError):
    """The file is not a statement, is cut off, is hostile, or does not add up; nothing was booked."""

    code = "statement_refused"
    sentence = "%(what)s"


class StatementDoesNotAddUp(StatementRefused):
    """Opening balance plus lines is not closing balance."""

    code = "statement_does_not_add_up"


class AccountUnknown(DomainError):
    """The statement is of an account that is not (yet) one of the tenant's."""

    code = "bank_account_unknown"
    sentence = _(
        "Het afschrift is van rekening %(iban)s. Die staat niet op uw briefhoofd en is hier nog niet bekend. Is het uw "
        "rekening, bevestig dat dan en lees het bestand nog een keer in."
    )


class StatementsOverlap(DomainError):
    """The days are in the books already from a file of another format, whose lines cannot be told apart from these."""

    code = "statements_overlap"
    sentence = _(
        "Van rekening %(iban)s zijn dagen t/m %(day)s al ingelezen uit een ander formaat (%(format)s). Kies een export "
        "die daarna begint, of een in dat formaat."
    )


def import_statement(
    *,
    parts: Iterator[StatementPart],
    filename: str,
    sha256: str,
    by: Actor,
    add_account: bool = False,
    accept_difference: bool = False,
    dry_run: bool = False,
    progress: Progress = lambda done: None,
) -> Imported:
    """Take the statements of a file into the books, all of them or none; lines wait there to be matched.

    What is known stays as it is: the same file changes nothing, and of a file that overlaps with an earlier one only
    what is new comes in.

    :param add_account: a person confirmed that an account that nobody knew is his.
    :param accept_difference: a person knows that the balances of the file are wrong.
    :raises StatementRefused: if the file cannot be read, or does not add up.
    :raises AccountUnknown: if it is of an account that is not known, and nobody confirmed it.
    :raises StatementsOverlap: if days of it came in from a file of another format.
    """
    with transaction.atomic():
        _take_turns()
        work = _Import(filename=filename, sha256=sha256, by=by, add_account=add_account)
        try:
            work.read(checked(parts, accept_difference=accept_difference), progress)
        except DoesNotAddUp as error:
            raise StatementDoesNotAddUp(what=error.told(gettext), line=error.line) from error
        except UnreadableStatement as error:
            raise StatementRefused(what=error.told(gettext), line=error.line) from error
        result = work.store()
        transaction.set_rollback(dry_run)
    return result


def _take_turns() -> None:
    """Let the imports of a tenant wait for each other: two of the same file at once bring it in once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_ONE_AT_A_TIME, current_tenant_id()])


class _Import:
    """One file on its way in."""

    def __init__(self, *, filename: str, sha256: str, by: Actor, add_account: bool) -> None:
        self._filename, self._sha256, self._by, self._add_account = filename, sha256, by, add_account
        self._accounts = {row.iban: row for row in BankAccount.objects.select_for_update().order_by("pk")}
        self._coming: list[Coming] = []
        self._seen: dict[str, int] = {}  # movements that look the same: how many so far
        self._result = Imported()

    # --- reading

    def read(self, parts: Iterable[StatementPart], progress: Progress) -> None:
        """Put all lines into the temporary table, and remember their statements."""
        buffer, done = lines.Buffer(), 0
        now: Coming | None = None
        for part in parts:
            if isinstance(part, StatementLine):
                if now is not None:
                    self._take(now, part, buffer)
                    done += 1
                    if done % 1000 == 0:
                        progress(done)
            elif isinstance(part, StatementStart):
                now = self._begin(part)
            elif now is not None:
                self._end(now, part)
        buffer.flush()
        progress(done)

    def _begin(self, start: StatementStart) -> Coming:
        if len(self._coming) >= STATEMENTS:
            raise StatementRefused(what=gettext("In het bestand zitten te veel afschriften. Splits het in delen."))
        before = self._coming[-1] if self._coming else None
        now = Coming(place=len(self._coming), account=self._account(start.iban), start=start)
        if before is None or not goes_on(before, now):
            self._seen = {}
        self._coming.append(now)
        return now

    def _take(self, now: Coming, line: StatementLine, buffer: lines.Buffer) -> None:
        base = lines.base_of(now.account.iban, line)
        ordinal = self._seen[base] = self._seen.get(base, 0) + 1
        now.count += 1
        now.content = (now.content + int(base, 16)) % 2**160
        if now.first_day is None or line.booked_on < now.first_day:
            now.first_day = line.booked_on
        if now.last_day is None or line.booked_on > now.last_day:
            now.last_day = line.booked_on
        buffer.add(now.place, now.count, base, ordinal, line)

    def _end(self, now: Coming, end: StatementEnd) -> None:
        now.closing = end
        balances = (now.opening, now.start.opening and now.start.opening.on, now.closing_amount)
        last = end.closing.on if end.closing else now.start.bank_id
        said = (now.account.iban, *balances, last, now.count, now.content)
        now.fingerprint = texts.sha256(repr(said))

    def _account(self, iban: str) -> BankAccount:
        found = self._accounts.get(iban) or self._by_number(iban)
        if found is not None:
            return found
        letterhead = Letterhead.objects.first()
        own = "".join(letterhead.iban.split()) if letterhead else ""
        if own != iban and not (own and is_number(iban) and number_of(own) == iban.lstrip("0")):
            if not self._add_account:
                raise AccountUnknown(iban=format_iban(iban))
            own = iban
        made = BankAccount.objects.create(iban=own[:34])
        self._accounts[made.iban] = made
        self._result.new_accounts.append(made.iban)
        audit.record("bank_account.added", by=self._by, kind="bank_account", subject=made, label=made.iban)
        return made

    def _by_number(self, iban: str) -> BankAccount | None:
        """Find an account by its number of before IBAN, where the file has nothing else."""
        if not is_number(iban):
            return None
        found = [row for row in self._accounts.values() if number_of(row.iban) == iban.lstrip("0")]
        return found[0] if len(found) == 1 else None

    # --- storing

    def store(self) -> Imported:
        """Leave out what is known, and put the rest in the books."""
        new = self._new_statements()
        lines.ready()
        for one in new:
            self._refuse_overlap(one)
        self._in_order(new)
        self._leave_out_lines(new)
        self._insert(new)
        if new:
            self._follow(new)
        return self._result

    def _new_statements(self) -> list[Coming]:
        """Give the statements that are not in the books, each once."""
        known = set(
            BankStatement.objects.filter(
                fingerprint__in=[one.fingerprint for one in self._coming],
            ).values_list("account_id", "fingerprint")
        )
        new: list[Coming] = []
        gone: list[int] = []
        for one in self._coming:
            key = (one.account.pk, one.fingerprint)
            is_empty_notification = one.start.is_notification and not one.count
            if key in known or is_empty_notification or self._is_there_in_another_format(one):
                gone.append(one.place)
                self._result.known_statements += not is_empty_notification
            else:
                known.add(key)
                new.append(one)
                self._warn_of_difference(one)
        if gone:
            lines.forget(gone)
        return new

    def _is_there_in_another_format(self, one: Coming) -> bool:
        """Tell whether the same days with the same balances came as MT940 and come now as CAMT, or the other way."""
        if one.opening is None:
            return False
        same = BankStatement.objects.filter(
            account=one.account,
            closed_on=one.closed_on,
            opening_balance=one.opening,
            closing_balance=one.closing_amount,
        )
        return same.exclude(format__startswith=family(one)).exists()

    def _refuse_overlap(self, one: Coming) -> None:
        if one.count and not one.start.is_notification:
            found = lines.overlap(one.account.pk, family(one), one.first_day, one.last_day)
            if found is not None:
                raise StatementsOverlap(iban=format_iban(one.account.iban), format=found[0], day=found[1])

    def _in_order(self, new: Sequence[Coming]) -> None:
        """See of each statement whether it begins where the one before it ended."""
        done: list[Earlier] = []
        for one in sorted(new, key=lambda one: (one.closed_on, one.place)):
            if one.opening is None:
                continue
            found = place_in_order(one, done)
            one.follows, one.goes_on = found.follows, found.goes_on
            if found.warning:
                self._result.warnings.append(found.warning)
            done.append(Earlier.of(one))

    def _leave_out_lines(self, new: Sequence[Coming]) -> None:
        for one in new:
            if one.goes_on and lines.looks_like_known(one.place):
                lines.count_on(one.place, one.account.pk)
        known: list[dict[int, int]] = [lines.drop_known()]
        if len(new) > 1:
            known.append(lines.drop_doubles())
        for account in {one.account.pk for one in new}:
            mine = [one for one in new if one.account.pk == account]
            for of_notification in (False, True):
                places = [one.place for one in mine if one.start.is_notification == of_notification]
                if places and (of_notification or _has_notifications(account)):
                    known.append(lines.drop_batches(account, places, of_notification=of_notification))
        for one in new:
            one.known = sum(counts.get(one.place, 0) for counts in known)
            self._result.known_lines += one.known

    def _insert(self, new: Sequence[Coming]) -> None:
        for one in new:
            one.row = BankStatement(
                account=one.account,
                format=one.start.format,
                filename=self._filename[:200],
                sha256=self._sha256,
                bank_id=one.start.bank_id[:64],
                sequence=one.start.sequence[:20],
                fingerprint=one.fingerprint,
                opened_on=one.opened_on,
                closed_on=one.closed_on,
                opening_balance=one.opening,
                closing_balance=one.closing_amount,
                difference=one.closing.difference if one.closing else Decimal(0),
                line_count=one.count,
                known_lines=one.known,
                follows=one.follows,
                imported_at=self._by.at,
                imported_by=self._by.label[:120],
            )
        rows = [one.row for one in new if one.row is not None]
        BankStatement.objects.bulk_create(rows, batch_size=500)
        self._result.statements = rows
        self._result.new_lines = lines.insert({one.place: one.row.pk for one in new if one.row is not None})

    def _follow(self, new: Sequence[Coming]) -> None:
        """Let balances, the log, the matcher and the ladder follow."""
        for one in sorted(new, key=lambda one: (one.closed_on, one.place)):
            account, amount = one.account, one.closing_amount
            if amount is not None and (account.balance_on is None or one.closed_on >= account.balance_on):
                account.balance, account.balance_on = amount, one.closed_on
            if one.opening is not None:
                _mend_next(one)
        BankAccount.objects.bulk_update({one.account for one in new}, ["balance", "balance_on"])
        audit.record_many(
            "statement.imported",
            by=self._by,
            kind="statement",
            rows=[(one.row, None, self._logged(one)) for one in new],
        )
        if self._result.new_lines:
            tenants.wake_up(MATCH, at=self._by.at)
            queue.enqueue(MATCH)
        signals.statements_imported.send(BankStatement, statements=self._result.statements, by=self._by)

    def _logged(self, one: Coming) -> dict[str, Any]:
        return {
            "file": self._filename,
            "iban": one.account.iban,
            "lines": one.count - one.known,
            "known": one.known,
            "closing": f"{one.closing_amount}" if one.closing_amount is not None else "",
            "difference": f"{one.closing.difference}" if one.closing and one.closing.difference else "",
        }

    def _warn_of_difference(self, one: Coming) -> None:
        if one.closing and one.closing.difference:
            sentence = gettext(
                "Het afschrift van %(iban)s telt niet op: verschil € %(amount)s. U hebt het toch laten inlezen."
            )
            amount = f"{one.closing.difference:.2f}".replace(".", ",")
            self._result.warnings.append(sentence % {"iban": format_iban(one.account.iban), "amount": amount})


def _has_notifications(account_id: int) -> bool:
    return BankStatement.objects.filter(account_id=account_id, opening_balance=None).exists()


def _mend_next(one: Coming) -> None:
    """Note that the statement after a gap follows now that the gap is filled."""
    later = BankStatement.objects.filter(
        account=one.account, follows=False, opening_balance=one.closing_amount, closed_on__gte=one.closed_on
    )
    if one.row is not None and (found := later.exclude(pk=one.row.pk).order_by("closed_on", "pk").first()):
        BankStatement.objects.filter(pk=found.pk).update(follows=True)
