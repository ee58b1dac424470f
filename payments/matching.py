"""Which claims a bank line pays, how sure that is, and why. Pure: values in, values out.

Every way in which a line can be read is a `Reading`: whose claims, how much of each, how sure, and by which reason
(`payments.match_reasons` has the sentence). The best one wins; where two that exclude each other are both certain, none
is. What is read never depends on the order in which claims are given.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from typing import Any, NamedTuple

from common.money import ZERO
from payments import spelling

CERTAIN, LIKELY, NONE = "certain", "likely", "none"
MOST_IN_A_SUM = 12  # claims of which sums are tried: 2 ** 12 of them
STRONG_DIGITS = 5  # a number of so many digits is not there by accident where the amount fits too


class Claim(NamedTuple):
    """A claim that a line might pay. Amounts are what is open; keys are as the database keeps them."""

    id: int
    public_id: str
    number: str
    number_key: str
    reference_key: str
    debtor_id: int
    is_open: bool
    principal: Decimal
    interest: Decimal
    costs: Decimal
    due_date: Any
    g_amount: Decimal  # the part for the G-account, zero without one

    @property
    def open(self) -> Decimal:
        return self.principal + self.interest + self.costs


class Party(NamedTuple):
    """A debtor who might have paid. Totals count all his open claims, also where only some of them are given."""

    id: int
    public_id: str
    name: str
    open_total: Decimal = ZERO
    open_count: int = 0
    credit: Decimal = ZERO  # left of his credit notes
    instalments: tuple[tuple[Decimal, frozenset[int]], ...] = ()  # what an arrangement asks, and the claims it is of


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Money that came in, as the bank told it. `keys` are the numbers in its text (`spelling.number_keys`)."""

    amount: Decimal
    name: str = ""
    iban: str = ""
    text: str = ""
    reference: str = ""
    on_g_account: bool = False

    @property
    def all_text(self) -> str:
        return f"{self.text} | {self.reference}"

    def keys(self) -> tuple[str, ...]:
        """Give every number and reference in the line by which a claim can be found."""
        text = self.all_text
        found = dict.fromkeys(spelling.number_keys(text))
        found.update(dict.fromkeys(spelling.introduced_keys(text)))
        if "RF" in text or "rf" in text:
            found.update(dict.fromkeys(spelling.rf_keys(text)))
        if self.reference:
            found[spelling.plain_key(self.reference)] = None
        return tuple(found)


class Part(NamedTuple):
    """How much of a line is for a claim."""

    claim: Claim
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One way to read a line. Lower ranks are better."""

    rank: int
    certainty: str
    why: str
    party: Party
    parts: tuple[Part, ...] = ()
    named: bool = False  # the payer named these claims and the amount is theirs
    takes_credit: bool = False  # what is missing is his credit

    @property
    def claims(self) -> frozenset[int]:
        return frozenset(part.claim.id for part in self.parts)

    @property
    def total(self) -> Decimal:
        return sum((part.amount for part in self.parts), start=ZERO)

    def order(self) -> tuple[Any, ...]:
        return self.rank, self.party.id, tuple(sorted(self.claims))


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """What a line is for."""

    certainty: str
    why: str
    reading: Reading | None = None
    runner_up: Reading | None = None


NOTHING = Match(certainty=NONE, why="nothing")


def decide(
    line: Line,
    claims: Iterable[Claim],
    parties: Mapping[int, Party],
    account_of: Collection[int] = (),
    *,
    keys: Iterable[str] | None = None,
    named_only: bool = False,
) -> Match:
    """Give what a line pays. `account_of` are the debtors from whose account it is known to come.

    With `named_only` only what the payer named is looked at: enough where that is conclusive (`is_conclusive`). `keys`
    are those of the line, where the caller has them.
    """
    by_debtor: dict[int, list[Claim]] = {}
    for claim in sorted({claim.id: claim for claim in claims}.values(), key=lambda one: (one.due_date, one.id)):
        by_debtor.setdefault(claim.debtor_id, []).append(claim)
    known = frozenset(line.keys() if keys is None else keys)
    strange = known - {claim.number_key for mine in by_debtor.values() for claim in mine}
    found: list[Reading] = []
    for debtor_id in sorted(parties.keys() & (by_debtor.keys() | set(account_of))):
        view = _View(line, known, strange, parties[debtor_id], by_debtor.get(debtor_id, []), account_of)
        found += view.named_readings()
        if not named_only:
            found += view.unnamed_readings()
    return _choose(found)


def _choose(found: list[Reading]) -> Match:
    readings = sorted(found, key=Reading.order)
    if not readings:
        return NOTHING
    best = readings[0]
    others = [one for one in readings[1:] if (one.party.id, one.claims) != (best.party.id, best.claims)]
    rival = next((one for one in others if _excludes(best, one)), None)
    if best.certainty == CERTAIN and rival is not None:
        return Match(certainty=LIKELY, why="several_fit", reading=best, runner_up=rival)
    return Match(certainty=best.certainty, why=best.why, reading=best, runner_up=others[0] if others else None)


def _excludes(best: Reading, other: Reading) -> bool:
    """Tell whether a reading makes another one doubtful: both certain, or the payer named something else."""
    if best.rank < 20:  # named to the cent: only the same for something else stands against it
        return other.certainty == CERTAIN and other.rank < 20
    return other.certainty == CERTAIN or other.named


def settles_at_once(match: Match, amount: Decimal) -> Claim | None:
    """Give the claim that a certain match pays to the cent and alone, the case that is booked in bulk, else None."""
    reading = match.reading
    if match.certainty != CERTAIN or reading is None or len(reading.parts) != 1:
        return None
    part = reading.parts[0]
    return part.claim if part.amount == amount == part.claim.open and part.claim.is_open else None


def is_conclusive(match: Match) -> bool:
    """Tell whether nothing that is known about the payer can change the match: he named claims to the cent."""
    return match.certainty == CERTAIN and match.reading is not None and match.reading.rank < 20


class _View:
    """One debtor as seen from one line."""

    def __init__(
        self,
        line: Line,
        keys: frozenset[str],
        strange: frozenset[str],  # those of the keys that are no claim's number
        party: Party,
        claims: list[Claim],
        account_of: Collection[int],
    ) -> None:
        self.strange = strange
        self.line, self.keys, self.party = line, keys, party
        self.open = [claim for claim in claims if claim.is_open]
        self.by_reference = [claim for claim in claims if self._has_reference(claim)]
        self.named = [claim for claim in claims if claim.number_key in keys or claim in self.by_reference]
        self.owns_account = party.id in account_of and len(account_of) == 1
        self.shares_account = party.id in account_of and len(account_of) > 1
        self.other_payer = bool(account_of) and party.id not in account_of
        self.likeness = spelling.likeness(line.name, party.name)

    def _has_reference(self, claim: Claim) -> bool:
        return claim.reference_key in self.keys and spelling.is_reference(claim.reference_key)

    @property
    def is_known(self) -> bool:
        return self.owns_account or self.likeness == 2

    def read(self, rank: int, certainty: str, why: str, parts: Sequence[Part] = (), **more: Any) -> Reading:
        return Reading(rank=rank, certainty=certainty, why=why, party=self.party, parts=tuple(parts), **more)

    # --- The payer says which claims

    def named_readings(self) -> Iterator[Reading]:
        mine = [claim for claim in self.named if claim.is_open]
        if not self.named:
            return
        if not mine:
            yield self.read(60, LIKELY, "paid_already")
            return
        exact = exact_ways(self.line, mine)
        for parts, variant in exact:
            yield self._named_to_the_cent(parts, variant)
        if not exact:
            yield from self._named_otherwise(mine)

    def _named_to_the_cent(self, parts: Sequence[Part], variant: str) -> Reading:
        claims = [part.claim for part in parts]
        if any(claim in self.by_reference for claim in claims):
            return self.read(10, CERTAIN, _why("reference", variant), parts, named=True)
        strong = self._is_strong(claims)
        if self.other_payer and self.likeness != 2:
            return self.read(40, LIKELY, "other_payer", parts, named=True)
        if strong or self.is_known:
            why = _why("numbers" if len(claims) > 1 else "number", variant)
            return self.read(11, CERTAIN, why, parts, named=True)
        return self.read(45, LIKELY, "short_number", parts, named=True)

    def _is_strong(self, claims: Sequence[Claim]) -> bool:
        introduced = None
        for claim in claims:
            if len(claim.number_key) >= STRONG_DIGITS:
                return True
            if len(claim.number_key) >= SHORT_BUT_INTRODUCED:
                introduced = introduced or spelling.introduced_keys(self.line.all_text)
                if claim.number_key in introduced:
                    return True
        return False

    def _named_otherwise(self, mine: list[Claim]) -> Iterator[Reading]:
        amount, total = self.line.amount, sum((claim.open for claim in mine), start=ZERO)
        if amount > total:
            yield self.read(55, LIKELY, "more_than_open", [Part(claim, claim.open) for claim in mine])
            return
        parts = fill(mine, amount)
        if self.party.credit and total - amount == self.party.credit:
            yield self.read(42, LIKELY, "credit_netted", fill(mine, total), takes_credit=True)
        if _swapped(amount, total):
            yield self.read(50, LIKELY, "amount_typed", parts)
        by_reference = len(mine) == 1 and mine[0] in self.by_reference
        if len(mine) == 1 and (
            (self.owns_account and (by_reference or self._is_strong(mine))) or (by_reference and self.likeness == 2)
        ):
            yield self.read(25, CERTAIN, "part_of_named", parts)
        else:
            yield self.read(52, LIKELY, "part_of_named", parts)

    # --- Only who paid is known, or seems to be

    def unnamed_readings(self) -> Iterator[Reading]:
        if not self.open:
            if self.owns_account and not self.named:
                yield self.read(72, LIKELY, "nothing_open")
            return
        if not (self.owns_account or self.shares_account or self.likeness):
            yield from self._typed_wrong()
            return
        sure = CERTAIN if self.owns_account else LIKELY
        found = list(self._by_amount(sure))
        yield from found or self._by_guess()

    def _by_amount(self, sure: str) -> Iterator[Reading]:
        amount = self.line.amount
        later = 0 if self.owns_account else 16 if self.likeness == 2 or self.shares_account else 19
        fits = [claim for claim in self.open if self._full(claim) == amount]
        if len(fits) == 1:
            yield self.read(30 + later, sure, self._who("amount"), [Part(fits[0], amount)])
        elif fits:
            yield self.read(58, LIKELY, "same_amounts", [Part(fits[0], amount)])
        if self.likeness < 2 and not (self.owns_account or self.shares_account):
            return
        yield from self._by_instalment(sure, later)
        if self.party.open_count > 1 and self.party.open_total == amount and len(self.open) == self.party.open_count:
            yield self.read(31 + later, sure, self._who("all"), fill(self.open, amount))
        if self.party.credit and self.party.open_total - amount == self.party.credit:
            parts = fill(self.open, self.party.open_total)
            yield self.read(43, LIKELY, "credit_netted", parts, takes_credit=True)
        principal = [claim for claim in self.open if claim.principal == amount != claim.open]
        if not fits and len(principal) == 1:
            yield self.read(33 + later, sure, self._who("principal"), [Part(principal[0], amount)])
        if not fits:
            sums = unique_sum(self.open, amount)
            if sums is not None and len(sums) > 1 and len(sums) < self.party.open_count:
                yield self.read(48, LIKELY, "some_together", [Part(claim, claim.open) for claim in sums])

    def _by_instalment(self, sure: str, later: int) -> Iterator[Reading]:
        """Paying just what an instalment asks says which debt is paid (art. 6:43 lid 1 BW)."""
        for asked, of in self.party.instalments:
            parts = fill([claim for claim in self.open if claim.id in of], asked)
            if asked == self.line.amount == sum(part.amount for part in parts):
                yield self.read(32 + later, sure, self._who("instalment"), parts)

    def _by_guess(self) -> Iterator[Reading]:
        yield from self._typed_wrong()
        swapped = [claim for claim in self.open if _swapped(self.line.amount, claim.open)]
        if len(swapped) == 1:
            yield self.read(54, LIKELY, "amount_typed", fill(swapped, self.line.amount))
        if self.owns_account or self.likeness == 2:
            rank = 70 if self.owns_account else 80
            yield self.read(rank, LIKELY, self._who("only"), fill(self.open, self.line.amount))

    def _typed_wrong(self) -> Iterator[Reading]:
        long_keys = [key for key in self.strange if len(key) >= STRONG_DIGITS]
        for claim in self.open:
            if self._full(claim) == self.line.amount and any(
                spelling.one_slip(key, claim.number_key) for key in long_keys
            ):
                yield self.read(44, LIKELY, "number_typed", [Part(claim, self.line.amount)])

    def _full(self, claim: Claim) -> Decimal:
        return claim.g_amount if self.line.on_g_account else claim.open

    def _who(self, what: str) -> str:
        return f"{'account' if self.owns_account or self.shares_account else 'name'}_{what}"


SHORT_BUT_INTRODUCED = 3


def _why(by: str, variant: str) -> str:
    return f"{by}_{variant}"


def exact_ways(line: Line, claims: Sequence[Claim]) -> list[tuple[tuple[Part, ...], str]]:
    """Give how an amount is to the cent that of named claims: all of them in one of its forms, else a sum of some.

    More than one way means that it is not clear which of the named are meant.
    """
    amount = line.amount
    for variant, of in _VARIANTS[line.on_g_account]:
        parts = tuple(Part(claim, of(claim)) for claim in claims)
        if all(part.amount > 0 for part in parts) and sum(part.amount for part in parts) == amount:
            return [(parts, variant)]
    if line.on_g_account or len(claims) < 2 or len(claims) > MOST_IN_A_SUM:
        return []
    sums = list(_sums(claims, amount, at_most=2))
    return [(tuple(Part(claim, claim.open) for claim in some), "amount") for some in sums]


_VARIANTS: dict[bool, tuple[tuple[str, Any], ...]] = {
    False: (
        ("amount", lambda claim: claim.open),
        ("principal", lambda claim: claim.principal),
        ("without_costs", lambda claim: claim.principal + claim.interest),
        ("rest_of_g", lambda claim: claim.open - claim.g_amount),
    ),
    True: (("g_part", lambda claim: min(claim.g_amount, claim.open)),),
}


def fill(claims: Sequence[Claim], amount: Decimal) -> tuple[Part, ...]:
    """Give an amount to claims one after another, as far as it goes."""
    parts = []
    for claim in claims:
        if amount <= 0:
            break
        parts.append(Part(claim, min(amount, claim.open)))
        amount -= claim.open
    return tuple(parts)


def unique_sum(claims: Sequence[Claim], amount: Decimal) -> tuple[Claim, ...] | None:
    """Give the only set of claims whose open amounts make an amount; None where there is none, or more than one."""
    if len(claims) > MOST_IN_A_SUM:
        return None
    found = list(_sums(claims, amount, at_most=2))
    return found[0] if len(found) == 1 else None


def _sums(claims: Sequence[Claim], amount: Decimal, *, at_most: int) -> Iterator[tuple[Claim, ...]]:
    cents = {claim: int(claim.open * 100) for claim in claims}
    wanted, found = int(amount * 100), 0
    for size in range(1, len(claims) + 1):
        for some in combinations(claims, size):
            if sum(cents[claim] for claim in some) == wanted:
                yield some
                found += 1
                if found == at_most:
                    return


def _swapped(written: Decimal, meant: Decimal) -> bool:
    """Tell whether two neighbouring digits of an amount were swapped."""
    these, those = f"{written:.2f}".replace(".", ""), f"{meant:.2f}".replace(".", "")
    return sorted(these) == sorted(those) and spelling.one_slip(these, those)
