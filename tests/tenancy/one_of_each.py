"""One of everything that has an address, in one tenant: what the tables over all addresses are tried with."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from answers import operations as answers
from answers.files import CheckedFile
from answers.models import Answer, AnswerFile, EntryCode
from collections_handoff import operations as handoffs
from collections_handoff.models import Agency, Handoff
from common.actor import Actor
from connectors import uploads
from connectors.models import Upload
from correspondence import operations as outbox
from correspondence.models import Message, PostBatch
from dashboard.models import SavedView
from debtors.models import Contact, Debtor
from dunning import operations as ladder
from dunning.models import Hold, Notice, Policy, Run
from invoices import operations as claims
from invoices.models import Attachment, CreditNote, Dispute, Invoice, Settlement
from payments import links
from payments import operations as payments
from payments.models import (
    Arrangement,
    BankAccount,
    BankLine,
    BankStatement,
    CheckoutAttempt,
    CheckoutBooking,
    CheckoutItem,
    DirectDebitBatch,
    GatewayAccount,
    KnownAccount,
    Mandate,
    MatchingSettings,
    Payment,
    PaymentLink,
    Promise,
    Refund,
)
from tenants import operations as tenants
from tenants.context import current_tenant_id
from tenants.models import ClosingDay, Membership, SecondLook, TwoPersonRules, User
from tests import factories, nights
from tests.connectors import statements_made as made
from worklist.models import Task

DAY = date(2026, 3, 2)
SECRET_NAME = "Geheimhouder Kwak"  # of every debtor here: nothing of a stranger may show it

# The longest of these with which a route begins gives what stands in its place. A route with a parameter that none of
# them knows fails the test: add what it shows.
SAMPLES: dict[str, Callable[[], dict[str, object]]] = {
    "afletteren/<str:public_id>/": lambda: _id(BankLine.objects.filter(amount__gt=0)),
    "afletteren/<str:public_id>/terugboeking/<str:payment_id>/": lambda: (
        _id(BankLine.objects.filter(amount__lt=0)) | {"payment_id": Payment.objects.order_by("pk")[0].public_id}
    ),
    "antwoorden/<str:public_id>/": lambda: _id(Answer.objects.filter(kind="details")),
    "antwoorden/bestanden/<str:public_id>/": lambda: _id(AnswerFile.objects.all()),
    "bank/afschriften/<str:public_id>/": lambda: _id(BankStatement.objects.all()),
    "bank/rekeningen/<str:public_id>/": lambda: _id(BankAccount.objects.all()),
    "beleid/<str:public_id>/": lambda: _id(Policy.objects.current().filter(variant="business")),
    "beloften/<str:public_id>/": lambda: _id(Promise.objects.all()),
    "regelingen/<str:public_id>/": lambda: _id(Arrangement.objects.filter(state="proposed")),
    "berichten/<str:public_id>/": lambda: _letter(),
    "berichten/<str:public_id>/bestand/<int:number>/": lambda: (
        _id(Message.objects.filter(channel="post")) | {"number": 1}
    ),
    "berichten/<str:public_id>/herhaling/": lambda: _id(Message.objects.filter(state="failed")),
    "berichten/<str:public_id>/intrekking/": lambda: _id(Message.objects.filter(state="queued")),
    "berichten/<str:public_id>/uitkomst/": lambda: _id(Message.objects.filter(state="in_doubt")),
    "betaallinks/<str:public_id>/": lambda: _id(PaymentLink.objects.all()),
    "betalingen/<str:public_id>/": lambda: _id(Payment.objects.all()),
    "bijlagen/<str:public_id>/": lambda: _id(Attachment.objects.all()),
    "boekingen/<str:public_id>/": lambda: _id(Settlement.objects.filter(kind="write_off")),
    "brieven/<str:public_id>/": lambda: _id(Notice.objects.filter(state="planned")),
    "brieven/<str:public_id>/brief.pdf": lambda: _id(Notice.objects.filter(state="queued")),
    "contacten/<str:public_id>/": lambda: _id(Contact.objects.all()),
    "creditnotas/<str:public_id>/": lambda: _id(CreditNote.objects.all()),
    "aanhoudingen/<str:public_id>/": lambda: _id(Hold.objects.all()),
    "debiteuren/<str:public_id>/": lambda: _id(Debtor.objects.all()),
    "dossiers/<str:public_id>/": lambda: _id(Handoff.objects.all()),
    "facturen/<str:public_id>/": lambda: _id(Invoice.objects.all()),
    "geschillen/<str:public_id>/": lambda: _id(Dispute.objects.all()),
    "importeren/<str:public_id>/": lambda: _id(Upload.objects.all()),
    "importeren/voorbeeld/<str:name>/": lambda: {"name": "debiteuren.csv"},
    "instellingen/incassobureaus/<str:public_id>/": lambda: _id(Agency.objects.all()),
    "instellingen/mensen/<str:public_id>/": lambda: {"public_id": _colleague().public_id},
    "instellingen/sluitingsdagen/<int:pk>/": lambda: {"pk": ClosingDay.objects.order_by("pk")[0].pk},
    "machtigingen/<str:public_id>/": lambda: _id(Mandate.objects.exclude(form=None)),
    "incassobatches/<str:public_id>/": lambda: _id(DirectDebitBatch.objects.filter(state="sent")),
    "terugbetalingen/<str:public_id>/": lambda: _id(Refund.objects.filter(state="sent")),
    "nachten/<str:public_id>/": lambda: _id(Run.objects.all()),
    "post/<str:public_id>/": lambda: _id(PostBatch.objects.all()),
    "tweede-persoon/<str:public_id>/": lambda: _id(SecondLook.objects.filter(state="waiting")),
    "taken/<str:public_id>/": lambda: _id(Task.objects.open()),
    "weergaven/<str:page>/": lambda: {"page": "debtors"},
    "weergaven/<str:public_id>/weg/": lambda: _id(SavedView.objects.all()),
}


def _letter() -> dict[str, object]:
    return _id(Message.objects.filter(channel="post"))


def _colleague() -> User:
    return Membership.objects.get(tenant_id=current_tenant_id(), user__email="nieuw@bakkerij.test").user


def _id(rows: Any) -> dict[str, object]:
    return {"public_id": rows.order_by("pk")[0].public_id}


def sample(route: str) -> dict[str, object]:
    """Give the parameters of a route. Inside the tenant."""
    known = [prefix for prefix in SAMPLES if route.startswith(prefix)]
    return SAMPLES[max(known, key=len)]() if known else {}


def by() -> Actor:
    return nights.bookkeeper(nights.at(DAY, 9))


def fill() -> None:
    """Make one of everything, through the operations. Inside the tenant."""
    ClosingDay.objects.create(day=DAY + timedelta(days=60))
    SavedView.objects.create(page="debtors", name="De mijne", query="q=x", made_by="Anna")
    uploads.keep(kind="debtors", content=b"nr;naam\n1;X\n", filename="d.csv", by=by())
    tenants.invite_user(email="nieuw@bakkerij.test", name=SECRET_NAME, role="reader", by=by())
    _a_letter_that_waits()
    _money_and_trouble()
    _messages()
    _a_letter_on_paper_and_a_dossier()
    money_in()
    what_a_debtor_said()


def money_in() -> None:
    """Make one of everything around money: online, in parts, by the bank, collected, given back, asked of two."""
    TwoPersonRules.objects.create(refunds=True)
    _asked_of_a_second_person()
    _an_online_payment()
    _an_arrangement()
    _a_bank_statement()
    _a_collection_and_a_refund()


def _debtor(**fields: Any) -> Debtor:
    return factories.debtor(kind="business", name=SECRET_NAME, **fields)


def what_a_debtor_said(invoice: Invoice | None = None) -> None:
    """Make answers about an invoice, with their link, a file and a code. Inside the tenant."""
    invoice = invoice or factories.invoice(_debtor(), due=DAY + timedelta(days=30), amount="100.00")
    debtor = invoice.debtor
    links.make_link(debtor=debtor, invoices=[invoice], by=by())
    link = debtor.payment_links.order_by("-pk")[0]
    file = CheckedFile("bewijs.pdf", "application/pdf", b"%PDF-1.7")
    answers.correct_details(said=answers.Said(link=link, by=by()), fields={"city": "Elders"})
    answers.say_paid(said=answers.Said(link=link, by=by(), file=file), invoices=[invoice], paid_on=DAY)
    EntryCode.objects.create(link=link, address="a@post.test", code_hash="x", expires_at=by().at)


def _asked_of_a_second_person() -> None:
    SecondLook.objects.create(
        kind="bank_account",
        label="NL02ABNA0123456789",
        values={"iban": "NL02ABNA0123456789"},
        asked_at=by().at,
        asked_by=SECRET_NAME,
        asked_ref="u7",
    )


def _a_letter_that_waits() -> None:
    pdf = claims.File("factuur.pdf", "application/pdf", b"%PDF-1.7", is_the_invoice=True)
    factories.invoice(_debtor(), due=DAY - timedelta(days=5), amount="100.00", files=(pdf,))
    nights.plan(DAY)


def _money_and_trouble() -> None:
    debtor = _debtor()
    invoices = [factories.invoice(debtor, due=DAY + timedelta(days=30), amount="100.00") for _ in range(4)]
    factories.credit_note(debtor, amount="5.00")
    payments.book_payment(debtor=debtor, amount=Decimal("10.00"), received_on=DAY, designated=[invoices[0]], by=by())
    claims.write_off(invoice=invoices[0], amount=Decimal("1.00"), reason="coulance", by=by())
    claims.open_dispute(invoice=invoices[1], reason="price", by=by())
    payments.make_promise(debtor=debtor, invoices=[invoices[2]], amount=Decimal("100.00"), promised_for=DAY, by=by())
    ladder.place_hold(invoice=invoices[3], reason="even wachten", by=by())
    ladder.record_call(debtor=debtor, result="no_answer", by=by())


def _an_arrangement() -> None:
    payments.change_arrangement_terms(max_months=5, by=by())
    debtor = _debtor()
    for number in range(2):
        invoice = factories.invoice(debtor, due=DAY + timedelta(days=30), amount="100.00")
        proposed = payments.propose_arrangement(
            debtor=debtor,
            invoices=[invoice],
            schedule=[(DAY + timedelta(days=7 + 300 * number), Decimal("100.00"))],
            by_debtor=True,
            by=by(),
        )
    assert proposed.state == "proposed"


def _an_online_payment() -> None:
    debtor = _debtor()
    invoice = factories.invoice(debtor, due=DAY + timedelta(days=30), amount="100.00")
    amounts = {invoice: Decimal("100.00")}
    paid = payments.book_payment(
        debtor=debtor, amount=Decimal("100.00"), received_on=DAY, amounts=amounts, method="online", by=by()
    )
    GatewayAccount.objects.create(api_key="test_" + "x" * 30, offered=[["ideal", "iDEAL | Wero"]], checked_at=by().at)
    attempt = CheckoutAttempt.objects.create(
        debtor=debtor,
        amount=Decimal("100.00"),
        description="Factuur",
        provider_id="tr_voorbeeld",
        state="paid",
        payment=paid,
        started_at=by().at,
    )
    CheckoutItem.objects.create(checkout=attempt, invoice=invoice, amount=Decimal("100.00"))
    CheckoutBooking.objects.create(checkout=attempt, payment=paid)


def _a_bank_statement() -> None:
    content = made.camt(made.Line("12.34", name=SECRET_NAME, text=SECRET_NAME), made.Line("5.00"), made.Line("-7.00"))
    upload = uploads.keep(kind="statement", content=content, filename="afschrift.xml", by=by())
    assert uploads.start_statements(upload=upload, by=by()).state == "imported"
    KnownAccount.objects.get_or_create(
        iban="NL20INGB0001234567", debtor=Debtor.objects.order_by("pk")[0], defaults={"confirmed_on": DAY}
    )
    MatchingSettings.objects.get_or_create()


def _messages() -> None:
    for state in ("failed", "queued", "in_doubt"):
        message = outbox.queue_message(
            channel="email",
            debtor=_debtor(),
            subject_kind="test",
            subject_id=state,
            to_name=SECRET_NAME,
            to_address=f"{state}@post.test",
            subject_line="Bericht",
            body_text="Goedendag",
            body_html="<p>Goedendag</p>",
            due_at=by().at,
            expires_at=by().at + timedelta(hours=8),
            language="nl",
        )
        Message.objects.filter(pk=message.pk).update(state=state)


def _a_letter_on_paper_and_a_dossier() -> None:
    debtor = _debtor(email="")
    invoice = factories.invoice(debtor, due=DAY - timedelta(days=6), amount="100.00")
    nights.plan(DAY + timedelta(days=1))
    ladder.approve_notices(notices=Notice.objects.filter(debtor=debtor), by=by())
    nights.release(DAY + timedelta(days=1))
    outbox.print_letters(by=nights.bookkeeper(nights.at(DAY + timedelta(days=1), 10)))
    handoffs.register_agency(name="Incasso X", kind="agency", email="x@incasso.test", is_default=True, by=by())
    handoffs.prepare(debtor=debtor, invoices=[invoice], by=by())


def _a_collection_and_a_refund() -> None:
    payments.change_creditor_settings(
        creditor_id="NL69ZZZ123456780000", scheme="CORE", notify_days=14, pain_version="pain.008.001.08", by=by()
    )
    debtor, day = _debtor(), DAY + timedelta(days=14)
    payments.register_mandate(
        debtor=debtor,
        iban="NL20INGB0001234567",
        account_holder=SECRET_NAME,
        signed_on=DAY,
        form=payments.SignedForm("machtiging.pdf", b"%PDF-1.7"),
        by=by(),
    )
    factories.invoice(debtor, due=day, amount="100.00")
    batch = payments.propose_batch(collect_on=day, by=by())
    payments.approve_batch(batch=batch, by=by())
    payments.send_batch(batch=batch, by=by())
    paid = payments.book_payment(debtor=_debtor(), amount=Decimal("50.00"), received_on=DAY, by=by())
    refund = payments.propose_refund(
        payment=paid, amount=Decimal("5.00"), via="bank", iban="NL20INGB0001234567", name=SECRET_NAME, by=by()
    )
    payments.approve_refund(refund=refund, by=replace(by(), ref="u8"))
    payments.send_refunds(by=by())
