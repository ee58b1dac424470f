"""What goes otherwise than planned, a few of each: disputes, promises, holds, money that goes back, credit notes."""

# ruff: noqa: ARG001 - called from a table: all take the same

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

from collections_handoff import operations as agencies
from collections_handoff.models import Handoff
from common.actor import Actor
from common.calendar import add_working_days, extend_to_working_day
from common.money import round_cents
from connectors import uploads
from correspondence import operations as outbox
from correspondence.models import Message
from dashboard.demo.stage import Stage
from debtors import operations as debtors
from debtors.models import Debtor
from dunning import operations as ladder
from invoices import operations as claims
from invoices.models import Dispute, Invoice
from payments import operations as payments
from payments.models import Payment

NOTES = (
    "Betaalt altijd na de 25e, als de eigen klanten hebben betaald.",
    "Contact loopt via de dochter, niet via de winkel.",
    "Wil facturen voortaan per e-mail.",
    "Nieuwe eigenaar per de eerste van de maand; KvK nog nakijken.",
    "Afgesproken: geen leveringen op rekening boven € 5.000.",
)
Incident = Callable[[Stage, Actor], None]


def happen(stage: Stage, day: date) -> None:
    """Let happen what happens on a day."""
    by = stage.by(day, 11, 20)
    for days_ago, incident in INCIDENTS:
        if extend_to_working_day(stage.today - timedelta(days=days_ago)) == day:
            incident(stage, by)


def _overdue(stage: Stage, by: Actor, *, days: int = 1, of: str = "") -> Invoice | None:
    """Give an invoice some days over its date, of a customer about whom nothing else is going on."""
    rows = Invoice.objects.open().filter(
        due_date__lte=by.day - timedelta(days=days), disputes=None, promises=None, debtor__legal_state=""
    )
    busy = [name.removeprefix("used ") for name in stage.settled if name.startswith("used ")]
    rows = rows.exclude(debtor__number__in=busy).select_related("debtor")
    rows = rows.filter(debtor__kind=of) if of else rows
    invoice = rows.order_by("-due_date", "pk").first()
    if invoice is not None:
        stage.settled.add(f"used {invoice.debtor.number}")
    return invoice


def _dispute(reason: str, note: str, *, part: bool = False, answer_within: int = 0) -> Incident:
    def incident(stage: Stage, by: Actor) -> None:
        if invoice := _overdue(stage, by, days=4):
            deadline = add_working_days(by.day, answer_within) if answer_within else None
            amount = round_cents(invoice.principal_open / 3) if part else None
            claims.open_dispute(
                invoice=invoice,
                reason=reason,
                amount=amount,
                note=note,
                deadline=deadline,
                owner=stage.bookkeeper,
                by=by,
            )

    return incident


def _resolve(outcome: str, resolution: str) -> Incident:
    def incident(stage: Stage, by: Actor) -> None:
        dispute = Dispute.objects.filter(resolved_on=None).select_related("invoice__debtor").order_by("pk").first()
        if dispute is None:
            return
        claims.resolve_dispute(dispute=dispute, outcome=outcome, resolution=resolution, by=by)
        invoice = Invoice.objects.select_related("debtor").get(pk=dispute.invoice_id)
        if outcome == "accepted" and invoice.principal_open:
            _credit(invoice, dispute.amount or round_cents(invoice.principal_open / 4), by, names_it=True)

    return incident


def _credit(invoice: Invoice, amount: Decimal, by: Actor, *, names_it: bool) -> None:
    claims.register_credit_note(
        claims.CreditNoteDraft(
            debtor=invoice.debtor,
            number=f"C{invoice.number}",
            issue_date=by.day,
            amount=amount,
            invoice_number=invoice.number if names_it else "",
            description=f"Correctie op factuur {invoice.number}",
            source="csv",
        ),
        by=by,
    )


def _loose_credit(stage: Stage, by: Actor) -> None:
    if invoice := _overdue(stage, by, days=6):
        _credit(invoice, round_cents(invoice.principal / 5), by, names_it=False)


def _promise(days: int, *, kept: bool) -> Incident:
    def incident(stage: Stage, by: Actor) -> None:
        invoice = _overdue(stage, by, days=8)
        if invoice is None:
            return
        promised_for = add_working_days(by.day, days)
        payments.make_promise(
            debtor=invoice.debtor,
            invoices=[invoice],
            amount=invoice.open_amount,
            promised_for=promised_for,
            made_by=invoice.debtor.name[:60],
            note="Per e-mail toegezegd.",
            by=by,
        )
        if kept:
            stage.pays(promised_for, invoice, customer=invoice.debtor.number)

    return incident


def _hold(reason: str, until: int | None, *, whole_debtor: bool = True) -> Incident:
    def incident(stage: Stage, by: Actor) -> None:
        if invoice := _overdue(stage, by, days=5):
            target = {"debtor": invoice.debtor} if whole_debtor else {"invoice": invoice}
            last_day = by.day + timedelta(days=until) if until is not None else None
            ladder.place_hold(reason=reason, until=last_day, by=by, **target)

    return incident


def _bankrupt(stage: Stage, by: Actor) -> None:
    if invoice := _overdue(stage, by, days=20, of="business"):
        debtors.set_legal_state(debtor=invoice.debtor, state="bankrupt", since=by.day - timedelta(days=2), by=by)
        debtors.add_note(debtor=invoice.debtor, text="Curator aangeschreven, vordering ingediend.", by=by)


def _own_group(stage: Stage, by: Actor) -> None:
    if debtor := Debtor.objects.filter(kind="business").order_by("-pk").first():
        debtors.change_debtor(debtor=debtor, own_group=True, by=by)


def _money_back(stage: Stage, by: Actor) -> None:
    """A debit is charged back: the claim opens again at its old rung."""
    paid = Payment.objects.filter(
        reverses=None, reversals=None, received_on__gte=by.day - timedelta(days=21), amount__gt=0
    )
    if payment := paid.order_by("pk").first():
        payments.reverse_payment(payment=payment, reason="Storno door de bank", reversed_on=by.day, by=by)


def _paid_twice(stage: Stage, by: Actor) -> None:
    invoice = (
        Invoice.objects.filter(settled_on__lt=by.day, settled_on__isnull=False).order_by("-settled_on", "pk").first()
    )
    if invoice is not None:
        payments.book_payment(
            debtor=Debtor.objects.get(pk=invoice.debtor_id),
            amount=invoice.principal,
            received_on=by.day,
            description=f"Factuur {invoice.number}",
            by=by,
        )


def _note(place: int) -> Incident:
    def incident(stage: Stage, by: Actor) -> None:
        owing = Debtor.objects.filter(invoices__is_open=True, invoices__due_date__lt=by.day).distinct().order_by("pk")
        if found := list(owing[place * 2 : place * 2 + 1]):
            debtors.add_note(debtor=found[0], text=NOTES[place % len(NOTES)], by=by)
            debtors.change_debtor(debtor=found[0], owner=stage.bookkeeper, by=by)

    return incident


def _letter_returned(stage: Stage, by: Actor) -> None:
    posted = Message.objects.filter(channel="post", state="sent", debtor__legal_state="").order_by("-sent_at", "pk")
    if message := posted.first():
        outbox.mark_returned(message=message, by=by)


def _send_dossier(stage: Stage, by: Actor) -> None:
    """The oldest dossier goes to the agency; the owner approves. One that paid meanwhile is dropped."""
    owner = stage.by(by.day, 11, 40, owner=True)
    for handoff in Handoff.objects.filter(state="prepared").order_by("pk"):
        try:
            agencies.approve(handoff=handoff, by=owner)
        except agencies.NotReady as refusal:
            agencies.cancel(handoff=handoff, reason=str(refusal)[:200], by=owner)
        else:
            agencies.submit(handoff=handoff, by=owner)
            return


def _dossier_taken(stage: Stage, by: Actor) -> None:
    if handoff := Handoff.objects.filter(state="submitted").order_by("pk").first():
        agencies.accept(handoff=handoff, agency_reference=f"{by.day:%y}-10{handoff.pk:04d}", by=by)


def _file_comes_in(stage: Stage, by: Actor) -> None:
    """A file from the accounting package waits for its columns to be read; one of its rows is wrong."""
    customers = list(stage.year.customers.values())[:4]
    lines = ["Factuurnr;Klantnummer;Klantnaam;Datum;Vervaldatum;Bedrag incl;Omschrijving"]
    for place, customer in enumerate(customers):
        due = "geen idee" if place == 3 else f"{by.day + timedelta(days=stage.company.term_days):%d-%m-%Y}"
        amount = f"{1240 + place * 317},{place}5"
        lines.append(
            f"N{by.day:%y%m}{place:03d};{customer.number};{customer.name};{by.day:%d-%m-%Y};{due};{amount};Levering"
        )
    uploads.keep(
        kind="invoices", content="\r\n".join(lines).encode("utf-8-sig"), filename=f"facturen-{by.day:%Y-%m}.csv", by=by
    )


# Days before today, and what happened then.
INCIDENTS: tuple[tuple[int, Incident], ...] = (
    (54, _own_group),
    (48, _note(0)),
    (40, _dispute("price", "Er is een lagere prijs afgesproken.")),
    (38, _promise(5, kept=True)),
    (36, _bankrupt),
    (33, _resolve("rejected", "De prijs staat in de getekende offerte van januari.")),
    (30, _dispute("not_delivered", "Eén pallet ontbrak bij de levering.", part=True)),
    (27, _note(1)),
    (26, _promise(6, kept=False)),
    (24, _resolve("accepted", "Klopt, de pallet is niet meegegaan. Wij crediteren.")),
    (22, _dispute("defect", "Niet naar wens uitgevoerd, foto's volgen.", answer_within=12)),
    (20, _paid_twice),
    (19, _note(2)),
    (16, _hold("Klant is opgenomen in het ziekenhuis", 30)),
    (14, _letter_returned),
    (13, _send_dossier),
    (11, _dossier_taken),
    (10, _money_back),
    (9, _hold("Wacht op gecorrigeerde factuur", None, whole_debtor=False)),
    (8, _note(3)),
    (7, _dispute("already_paid", "Zegt in juni al te hebben betaald.", answer_within=2)),
    (6, _promise(9, kept=False)),
    (5, _loose_credit),
    (4, _dispute("wrong_party", "Factuur hoort bij de moedermaatschappij.")),
    (4, _note(4)),
    (3, _promise(5, kept=False)),
    (2, _letter_returned),
    (2, _file_comes_in),
)
