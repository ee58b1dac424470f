"""Valid things with as little said as possible; built through the operations that the product uses."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from common.actor import Actor, ActorKind
from debtors import operations as debtors
from debtors.models import Debtor
from dunning import operations as ladder
from dunning.models import LadderSettings
from invoices import operations as invoices
from invoices.models import ClaimTerms, CreditNote, Invoice
from payments.models import BankAccount, BankLine, BankStatement
from tenants import operations as tenants
from tenants.context import tenant_context
from tenants.models import Tenant

_numbers = count(1)
LONG_AGO = datetime(2020, 1, 1, 9, 0, tzinfo=UTC)
SETUP = Actor(ActorKind.USER, LONG_AGO, "", "opzet")


def tenant(name: str = "Bakkerij de Vries", *, live: bool = True) -> Tenant:
    """Make an administration whose ladder is on, with payments up to date for years and costs for consumers allowed."""
    made = tenants.create_tenant(
        name=name,
        by=SETUP,
        street="Dorpsstraat 1",
        postcode="1234 AB",
        city="Utrecht",
        email="administratie@bakkerij.test",
        phone="030-1234567",
        kvk="87654321",
        vat_number="NL123456782B90",
        iban="NL91ABNA0417164300",
    )
    with tenant_context(made.pk):
        ClaimTerms.objects.create(consumer_costs_answer="none")
        if live:
            ladder.start_ladder(by=SETUP)
            LadderSettings.objects.update(payments_until=date(2099, 1, 1))
    return made


def debtor(
    *, number: str = "", name: str = "Petra Jansen", kind: str = "consumer", email: str = "-", **fields: Any
) -> Debtor:
    """Make a debtor with an address and an e-mail address; `email=""` for none."""
    number = number or f"D{next(_numbers):05d}"
    address = {"street": "Kerkweg 12", "postcode": "5678 CD", "city": "Amersfoort"}
    made = debtors.register_debtor(number=number, by=SETUP, name=name, kind=kind, **(address | fields))
    if email:
        address_line = f"debiteur{number}@post.test" if email == "-" else email
        debtors.add_contact(debtor=made, role="reminder", email=address_line, by=SETUP)
    return made


def invoice(
    debtor: Debtor,
    *,
    amount: str = "121.00",
    due: date = date(2026, 2, 20),
    issued: date | None = None,
    number: str = "",
    by: Actor = SETUP,
    **fields: Any,
) -> Invoice:
    """Make an invoice that is due on a day; issued fourteen days earlier unless said."""
    draft = invoices.InvoiceDraft(
        debtor=debtor,
        number=number or f"2026-{next(_numbers):05d}",
        issue_date=issued or due - timedelta(days=14),
        due_date=due,
        principal=Decimal(amount),
        **fields,
    )
    return invoices.register_invoices([draft], by=by)[0]


def credit_note(debtor: Debtor, *, amount: str = "50.00", by: Actor = SETUP, **fields: Any) -> CreditNote:
    """Make a credit note that is not set against anything."""
    draft = invoices.CreditNoteDraft(
        debtor=debtor,
        number=fields.pop("number", "") or f"C{next(_numbers):05d}",
        issue_date=fields.pop("issued", date(2026, 2, 1)),
        amount=Decimal(amount),
        **fields,
    )
    return invoices.register_credit_note(draft, by=by)


def bank_account(*, iban: str = "NL91ABNA0417164300", balance: str = "1000.00", on: date, **fields: Any) -> BankAccount:
    """Make an account of the tenant whose statements go up to a day."""
    return BankAccount.objects.create(iban=iban, balance=Decimal(balance), balance_on=on, **fields)


def bank_statement(account: BankAccount, *, on: date, opening: str = "1000.00", **fields: Any) -> BankStatement:
    """Make a statement of one day without lines; its closing balance is its opening one unless said."""
    number = next(_numbers)
    usual = {
        "format": "camt.053.001.02",
        "filename": f"afschrift-{number}.xml",
        "sha256": f"{number:064d}",
        "fingerprint": f"{number:064d}",
        "bank_id": f"AFS-{number}",
        "opened_on": on,
        "closed_on": on,
        "opening_balance": Decimal(opening),
        "closing_balance": Decimal(opening),
        "imported_by": "Jan de Boer",
    }
    return BankStatement.objects.create(account=account, **(usual | fields))


def bank_line(statement: BankStatement, amount: str = "121.00", *, state: str = "unknown", **fields: Any) -> BankLine:
    """Make a line of a statement as the bank told it; nothing is booked by it."""
    number = BankLine.objects.filter(statement=statement).count() + 1
    usual = {
        "number": number,
        "fingerprint": f"{next(_numbers):064d}",
        "booked_on": statement.closed_on,
        "value_on": statement.closed_on,
        "amount": Decimal(amount),
        "name": "P. Jansen",
        "iban": "NL20INGB0001234567",
        "description": "overboeking",
    }
    return BankLine.objects.create(statement=statement, state=state, **(usual | fields))


def let_rungs_be(approval: str) -> None:
    """Let every rung of the active tenant be approved in a way: a new version of each policy."""
    from dunning import queries
    from dunning.models import Policy

    for policy in Policy.objects.current():
        rungs: Sequence[Any] = queries.policies()[policy.pk].rungs
        ladder.publish(
            name=policy.name,
            variant=policy.variant,
            rungs=[rung._replace(approval=approval) for rung in rungs],
            replaces=policy,
            by=SETUP,
        )
