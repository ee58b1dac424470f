"""One bank line beside what it may be: the candidates with their reason, and what its debtor has open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from common import identifiers
from common.money import ZERO
from dashboard.forms_bank import MatchForm, name_of
from dashboard.rows import reasons
from dashboard.templatetags.kit_words import dutch
from debtors.models import Debtor
from invoices import queries as invoice_queries
from invoices.models import Invoice
from payments import return_reasons
from payments.models import BankLine, KnownAccount, Payment

MOST_PAYMENTS = 10
MOST_ITEMS = 100  # open items of one debtor on the screen


@dataclass(frozen=True)
class Candidate:
    """Whom a line may be of, and which claims it may pay."""

    key: str  # the figure that chooses it
    debtor_id: str
    debtor: str
    claims: str
    amount: Decimal
    why: str
    url: str
    is_chosen: bool


@dataclass(frozen=True)
class Item:
    """An open claim that a line can pay."""

    public_id: str
    number: str
    url_id: str
    due_date: date
    days_late: int
    open: Decimal
    is_chosen: bool
    field: str
    amount: str  # as it stands in the box
    problem: str


@dataclass(frozen=True)
class Bench:
    """What is chosen for a line, with the sums."""

    debtor: Debtor
    items: Sequence[Item]
    open: Decimal  # of all items
    is_cut: bool
    chosen: Decimal
    rest: Decimal  # what becomes credit
    problems: Sequence[str]
    remember: bool
    known: bool  # that his money comes from this account


def candidates(line: BankLine, chosen_key: str, debtor: Debtor | None, url: str) -> list[Candidate]:
    """Give the proposal and the runner-up of a line; which one is chosen is marked."""
    held = [(key, match) for key, match in (("1", line.match), ("2", line.match.get("runner_up"))) if match]
    known = _debtors({match.get("debtor", "") for _key, match in held})
    found = []
    for key, match in held:
        one = known.get(match.get("debtor", ""))
        if one is None:
            continue
        sign = "&" if "?" in url else "?"
        found.append(
            Candidate(
                key=key,
                debtor_id=one.public_id,
                debtor=f"{one.number} {one.name}",
                claims=_claims(match),
                amount=sum((Decimal(claim["amount"]) for claim in match.get("claims", ())), start=ZERO),
                why=reasons.of_match(match),
                url=f"{url}{sign}keuze={key}",
                is_chosen=key == chosen_key and debtor is not None and debtor.pk == one.pk,
            )
        )
    return found


def _debtors(public_ids: set[str]) -> dict[str, Debtor]:
    return {one.public_id: one for one in Debtor.objects.filter(public_id__in=public_ids - {""})}


def _claims(match: Mapping[str, Any]) -> str:
    claims = match.get("claims", ())
    if not claims:
        return _("nog geen factuur")
    return ", ".join(f"{claim['number']} (€ {dutch(Decimal(claim['amount']))})" for claim in claims)


def proposed(line: BankLine, key: str) -> dict[str, Decimal]:
    """Give the claims of a candidate by public id, with their amounts."""
    match = line.match.get("runner_up") if key == "2" else line.match
    return {claim["invoice"]: Decimal(claim["amount"]) for claim in (match or {}).get("claims", ())}


def debtor_of(line: BankLine, key: str) -> str:
    """Give the public id of the debtor of a candidate, or nothing."""
    match = line.match.get("runner_up") if key == "2" else line.match
    return str((match or {}).get("debtor") or "")


def open_items(debtor: Debtor, first: Sequence[str] = ()) -> tuple[list[Invoice], bool]:
    """Give what a debtor has open, the oldest first, always with those named; and whether some are left out."""
    rows = list(Invoice.objects.open().filter(debtor=debtor).order_by("due_date", "pk")[: MOST_ITEMS + 1])
    if len(rows) <= MOST_ITEMS:
        return rows, False
    rows = rows[:MOST_ITEMS]
    held = {row.public_id for row in rows}
    named = Invoice.objects.open().filter(debtor=debtor, public_id__in=set(first) - held)
    return [*named.order_by("due_date", "pk"), *rows], True


def form_of(line: BankLine, invoices: Sequence[Invoice], data: Any, chosen: Mapping[str, Decimal]) -> MatchForm:
    """Give the form of a line, filled with what was posted, or else with a candidate: always judged."""
    due = {pk: owed.total for pk, owed in invoice_queries.amounts_due(invoices, line.value_on).items()}
    if data is None:
        held = {one.public_id: min(chosen[one.public_id], due[one.pk]) for one in invoices if one.public_id in chosen}
        boxes = {f"bedrag-{public_id}": dutch(amount) for public_id, amount in held.items()}
        data = _as_posted({"kies": list(held), "remember": "on"} | boxes)
    return MatchForm(data, invoices=invoices, due=due, amount=line.amount)


def _as_posted(plain: Mapping[str, Any]) -> QueryDict:
    """Give values as a browser posts them."""
    query = QueryDict(mutable=True)
    for name, value in plain.items():
        query.setlist(name, value if isinstance(value, list) else [value])
    return query


def bench(line: BankLine, debtor: Debtor, form: MatchForm, today: date, *, is_cut: bool) -> Bench:
    """Give what the form says, ready to print."""
    form.is_valid()
    amounts: Mapping[Invoice, Decimal] = form.cleaned_data.get("amounts", {})
    chosen = sum(amounts.values(), start=ZERO)
    items = [_item(one, form, amounts, today) for one in form.invoices]
    return Bench(
        debtor=debtor,
        items=items,
        open=sum((item.open for item in items), start=ZERO),
        is_cut=is_cut,
        chosen=chosen,
        rest=max(ZERO, line.amount - chosen),
        problems=[str(error) for error in form.non_field_errors()],
        remember=bool(form.cleaned_data.get("remember")),
        known=bool(line.iban)
        and KnownAccount.objects.filter(iban=line.iban, debtor=debtor, forgotten_on=None).exists(),
    )


def _item(invoice: Invoice, form: MatchForm, amounts: Mapping[Invoice, Decimal], today: date) -> Item:
    field = name_of(invoice)
    typed = form.data.get(field, "")
    amount = amounts.get(invoice)
    is_wrong = field in form.errors
    return Item(
        public_id=invoice.public_id,
        number=invoice.number,
        url_id=invoice.public_id,
        due_date=invoice.due_date,
        days_late=max(0, (today - invoice.due_date).days),
        open=form.due[invoice.pk],
        is_chosen=invoice in amounts,
        field=field,
        amount=typed if is_wrong or amount is None else dutch(amount),
        problem=" ".join(str(error) for error in form.errors.get(field, ())) if is_wrong else "",
    )


@dataclass(frozen=True)
class Fact:
    """Something that the bank says of a line."""

    label: str
    value: str


def facts(line: BankLine) -> list[Fact]:
    """Give what the bank says of a line, without what it leaves empty."""
    said = (
        (_("Naam"), line.name),
        ("IBAN", identifiers.format_iban(line.iban)),
        (_("Omschrijving"), line.description),
        (_("Kenmerk"), line.reference),
        (_("End-to-end-kenmerk"), line.end_to_end_id),
        (_("Machtigingskenmerk"), line.mandate_id),
        (_("Reden van terugboeking"), return_reasons.sentence(line.return_reason) if line.return_reason else ""),
        (_("Transacties in deze post"), str(line.batch_size) if line.batch_size else ""),
        (_("Boekdatum"), f"{line.booked_on:%d-%m-%Y}"),
        (_("Valutadatum"), f"{line.value_on:%d-%m-%Y}" if line.value_on != line.booked_on else ""),
        (_("Kenmerk van de bank"), line.bank_reference),
    )
    return [Fact(str(label), value) for label, value in said if value]


def payments_like(line: BankLine) -> list[Payment]:
    """Give the payments that money which went back may have been: the same amount, from the same account first."""
    rows = Payment.objects.filter(
        amount=-line.amount, reverses=None, reversals=None, received_on__lte=line.booked_on
    ).select_related("debtor")
    proposed = line.match.get("payment", "")
    found = list(rows.order_by("-received_on", "-pk")[:MOST_PAYMENTS])
    if proposed and proposed not in {payment.public_id for payment in found}:
        found += rows.filter(public_id=proposed)
    return sorted(found, key=lambda one: (one.public_id != proposed, not (line.iban and one.payer_iban == line.iban)))
