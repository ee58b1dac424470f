"""What the page shows: who asks, what is owed and why, in every state that a claim can be in."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from collections_handoff.models import Agency, Handoff, HandoffClaim
from correspondence import operations as outbox
from dunning.models import Case
from invoices import operations as claims
from invoices import queries as invoice_queries
from payments import operations as payments
from tests import factories
from tests.portal.opening import DAY, NOON, Page, address, by, inside, late, offer_online

pytestmark = pytest.mark.django_db
PDF = claims.File("factuur.pdf", "application/pdf", b"%PDF-1.7 van ons", is_the_invoice=True)
UBL = claims.File("factuur.xml", "text/xml", b"<Invoice/>", is_the_invoice=True)


@pytest.fixture(autouse=True)
def noon():
    cache.clear()
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def debtor(bakkerij):
    with inside(bakkerij):
        return factories.debtor(number="10001", name="Petra Jansen")


def charged(invoice, *, interest_through=None, costs=None):
    if interest_through:
        claims.charge_interest(invoice=invoice, through=interest_through, by=by(), notice_ref="n1", reason="demand")
    if costs:
        kept = {"over": str(invoice.principal), "notice_principal": str(invoice.principal), "day": DAY.isoformat()}
        claims.charge_costs(
            invoice=invoice, amount=Decimal(costs), vat=Decimal(0), calculation=kept, by=by(), notice_ref="n1"
        )


def test_it_says_who_asks_what_and_how_to_transfer_it(bakkerij, debtor):
    with inside(bakkerij):
        page = Page(address(debtor, [factories.invoice(debtor, number="2026-0183", due=late(10), description="Brood")]))

    text = page.text()

    assert "Te betalen aan Bakkerij de Vries € 121,00" in text
    assert "Factuur 2026-0183, te betalen uiterlijk 20 februari 2026 10 dagen te laat" in text
    assert "Brood" in text
    for part in ("Dorpsstraat 1", "1234 AB Utrecht", "030-1234567", "administratie@bakkerij.test", "87654321"):
        assert part in text
    assert "IBAN NL91 ABNA 0417 1643 00 Op naam van Bakkerij de Vries Betalingskenmerk 2026-0183" in text
    assert "Hoe wilt u betalen?" not in text, "nobody offers online payment here"


def test_each_part_of_a_claim_is_shown_and_they_add_up_to_what_is_asked(bakkerij):
    with inside(bakkerij):
        company = factories.debtor(kind="business", kvk="12345678")
        invoice = factories.invoice(company, amount="1000.00", due=late(80), number="2026-0197")
        charged(invoice, interest_through=late(9), costs="150.00")
        payments.book_payment(
            debtor=company, amount=Decimal("400.00"), received_on=late(5), designated=[invoice], by=by()
        )
        note = factories.credit_note(company, amount="50.00")
        claims.allocate_credit_note(note=note, invoice=invoice, amount=Decimal("50.00"), by=by())
        invoice.refresh_from_db()
        due = invoice_queries.amount_due(invoice, DAY)
        page = Page(address(company, [invoice]))
        principal_paid = Decimal("950.00") - invoice.principal_open

    text = page.text()

    def euro(amount):
        return f"€ {amount:,.2f}".translate(str.maketrans(",.", ".,"))

    expected = (
        f"Factuurbedrag € 1.000,00 Al betaald {euro(-principal_paid)} Al verrekend € -50,00 "
        f"Rente {euro(due.interest)} Incassokosten {euro(due.charged.costs)} Te betalen {euro(due.total)}"
    ).replace(" Incassokosten € 0,00", "")
    assert expected in text
    assert due.total == invoice.principal_open + due.interest + due.charged.costs
    assert "Wettelijke handelsrente (artikel 6:119a van het Nederlandse Burgerlijk Wetboek)" in text


def test_the_calculation_of_interest_and_costs_adds_up_to_what_is_asked(bakkerij):
    with inside(bakkerij):
        company = factories.debtor(kind="business", kvk="12345678")
        invoice = factories.invoice(company, amount="1000.00", due=late(80))
        charged(invoice, interest_through=late(9), costs="150.00")
        page = Page(address(company, [invoice]))
        bill = _bill(page, bakkerij)
        entry = bill.entries[0]

    assert entry.interest is not None
    assert sum(row.amount for row in entry.interest.rows) + entry.interest.settled == entry.interest.total
    assert sum(line.amount for line in entry.lines) == entry.asked == bill.total
    (costs,) = entry.costs
    assert (costs.principal, costs.total, costs.is_share) == (Decimal("1000.00"), Decimal("150.00"), False)
    text = page.text()
    assert "15,00% over € 1.000,00 € 150,00 Incassokosten € 150,00" in text


def _bill(page, tenant):
    """The bill behind a page, as its view makes it."""
    from typing import Any, cast

    from django.test import RequestFactory

    from common.actor import Actor, ActorKind
    from payments import links
    from portal.bill import Bill

    request = cast(Any, RequestFactory().get(page.path))
    request.link = links.find(page.path.strip("/").rpartition(".")[2])
    request.debtor, request.tenant = request.link.debtor, tenant
    request.by = Actor(ActorKind.DEBTOR, NOON)
    return Bill(request)


def test_while_a_letter_runs_exactly_its_amount_is_asked(bakkerij, debtor):
    with inside(bakkerij):
        invoice = factories.invoice(debtor, amount="100.00", due=late(40))
        claims.offer_amount(
            invoice=invoice, amount=Decimal("100.00"), from_day=late(3), until_day=late(-12), notice_ref="n1"
        )
        page = Page(address(debtor, [invoice]))

    text = page.text()

    assert "€ 100,00" in text
    assert "Betaalt u dit bedrag uiterlijk op 14 maart 2026, dan hebt u alles betaald" in text


def test_a_link_of_a_letter_shows_the_claims_of_that_letter_and_no_others(bakkerij, debtor):
    with inside(bakkerij):
        mine = factories.invoice(debtor, number="2026-0001", files=(PDF,))
        other = factories.invoice(debtor, number="2026-0002", amount="77.00", files=(PDF,))
        page = Page(address(debtor, [mine]))
        others_file = other.attachments.get().public_id

    text = page.text()

    assert "2026-0001" in text
    assert "2026-0002" not in text
    assert "77,00" not in text
    assert page.open(f"facturen/{others_file}.pdf").status_code == 404
    assert page.send("betaling/", factuur=other.public_id).status_code == 422


def test_a_link_without_claims_asks_what_is_late_and_shows_the_rest_apart(bakkerij, debtor):
    with inside(bakkerij):
        factories.invoice(debtor, amount="100.00", due=late(5), number="2026-0001")
        factories.invoice(debtor, amount="60.00", due=late(-20), number="2026-0002")
        page = Page(address(debtor))

    text = page.text()

    assert "Te betalen aan Bakkerij de Vries € 100,00" in text
    assert "Nu nog niet te betalen Factuur 2026-0002 € 60,00" in text


def test_when_nothing_is_late_what_comes_is_asked(bakkerij, debtor):
    with inside(bakkerij):
        factories.invoice(debtor, amount="60.00", due=late(-20))
        page = Page(address(debtor))

    assert "Te betalen aan Bakkerij de Vries € 60,00" in page.text()


def test_a_disputed_part_is_not_asked(bakkerij, debtor):
    with inside(bakkerij):
        invoice = factories.invoice(debtor, amount="121.00", due=late(5))
        claims.open_dispute(invoice=invoice, reason="price", amount=Decimal("21.00"), by=by())
        page = Page(address(debtor, [invoice]))

    text = page.text()

    assert "Te betalen aan Bakkerij de Vries € 100,00" in text
    assert "U bent het niet eens met € 21,00." in text
    assert "Factuurbedrag € 121,00 In behandeling € -21,00 Te betalen € 100,00" in text


def test_a_claim_that_is_disputed_whole_is_shown_and_nothing_is_asked(bakkerij, debtor):
    with inside(bakkerij):
        invoice = factories.invoice(debtor, amount="121.00", due=late(5), number="2026-0183")
        claims.open_dispute(invoice=invoice, reason="defect", by=by())
        page = Page(address(debtor, [invoice]))

    text = page.text()

    assert "U hoeft nu niets te betalen" in text
    assert "Factuur 2026-0183 € 121,00" in text


def test_a_promise_and_its_day_are_shown(bakkerij, debtor):
    with inside(bakkerij):
        invoice = factories.invoice(debtor, due=late(5))
        payments.make_promise(
            debtor=debtor, invoices=[invoice], amount=Decimal("121.00"), promised_for=DAY + timedelta(days=4), by=by()
        )
        page = Page(address(debtor, [invoice]))

    assert "U hebt laten weten dat u op 6 maart 2026 betaalt." in page.text()


def test_in_an_arrangement_the_next_part_is_asked(bakkerij, debtor):
    with inside(bakkerij):
        offer_online()
        invoice = factories.invoice(debtor, amount="300.00", due=late(30))
        days = (DAY + timedelta(days=days) for days in (5, 35, 66))
        payments.propose_arrangement(
            debtor=debtor,
            invoices=[invoice],
            schedule=[(day, Decimal("100.00")) for day in days],
            by=by(),
            by_debtor=True,
        )
        page = Page(address(debtor, [invoice]))

    text = page.text()

    assert "Te betalen aan Bakkerij de Vries € 100,00" in text
    assert "Termijn 1 van 3, uiterlijk 7 maart 2026. In totaal staat er € 300,00 open." in text
    assert "€ 100,00 betalen" in text


def test_what_is_paid_is_shown_as_paid_and_thanked_for(bakkerij, debtor):
    with inside(bakkerij):
        invoice = factories.invoice(debtor, amount="45.00", due=late(5), number="2026-0301")
        page = Page(address(debtor, [invoice]))
        payments.book_payment(debtor=debtor, amount=Decimal("45.00"), received_on=DAY, designated=[invoice], by=by())

    text = page.text()

    assert "Alles is betaald" in text
    assert "Factuur 2026-0301 € 45,00 Betaald 2 maart 2026" in text
    assert "IBAN" not in text


def test_credit_that_is_not_set_off_is_named(bakkerij, debtor):
    with inside(bakkerij):
        invoice = factories.invoice(debtor, due=late(5))
        factories.credit_note(debtor, amount="20.00")
        page = Page(address(debtor, [invoice]))

    assert "U hebt nog € 20,00 tegoed dat niet is verrekend." in page.text()


def handed_over(debtor, invoice):
    Case.objects.filter(invoice=invoice).update(state="handed_over")
    agency = Agency.objects.create(
        name="Incasso Zonder Zorgen B.V.",
        kind="agency",
        email="dossiers@izz.test",
        phone="020 123 45 67",
        address="Weena 10, 3012 CM Rotterdam",
    )
    handoff = Handoff.objects.create(
        debtor=debtor,
        agency=agency,
        principal=invoice.principal,
        interest=0,
        costs=0,
        total=invoice.principal,
        dossier={},
        sha256="0",
        prepared_at=NOON,
        prepared_by="Jan",
        agency_reference="IZZ-44102",
        state="accepted",
    )
    HandoffClaim.objects.create(handoff=handoff, invoice=invoice, principal=invoice.principal, interest=0, costs=0)


def test_after_a_handoff_it_says_whom_to_turn_to_and_takes_no_money(bakkerij, debtor):
    with inside(bakkerij):
        offer_online()
        invoice = factories.invoice(debtor, amount="812.40", due=late(90), number="2026-0099")
        page = Page(address(debtor, [invoice]))
        handed_over(debtor, invoice)

    text = page.text()

    assert "Deze vordering is overgedragen" in text
    for part in ("Incasso Zonder Zorgen B.V.", "Weena 10, 3012 CM Rotterdam", "020 123 45 67", "IZZ-44102"):
        assert part in text
    assert "IBAN" not in text
    assert "betalen?" not in text
    assert "dossiers@izz.test" not in text, "that address is for dossiers"
    assert page.send("betaling/").status_code == 422
    assert page.send("betaling/", factuur=invoice.public_id).status_code == 422


def test_the_invoice_itself_can_be_fetched_and_its_other_forms_cannot(bakkerij, debtor):
    with inside(bakkerij):
        invoice = factories.invoice(debtor, number="2026-0183", files=(PDF, UBL))
        page = Page(address(debtor, [invoice]))
        pdf, ubl = (invoice.attachments.get(filename=name).public_id for name in ("factuur.pdf", "factuur.xml"))

    answer = page.open(f"facturen/{pdf}.pdf")

    assert answer.content == b"%PDF-1.7 van ons"
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="factuur.pdf"'
    assert f"facturen/{pdf}.pdf" in page.open().content.decode()
    assert page.open(f"facturen/{ubl}.pdf").status_code == 404


def test_the_letter_in_which_the_link_stands_can_be_read_again(bakkerij, debtor, garage):
    with inside(bakkerij):
        letter = outbox.store_document(
            filename="brief.pdf",
            media_type="application/pdf",
            content=b"%PDF-1.7 brief",
            made_from={},
            template_version="t",
            pages=1,
        )
        outbox.queue_message(
            channel="email",
            debtor=debtor,
            subject_kind="notice",
            subject_id="n1",
            to_name="x",
            to_address="x@post.test",
            subject_line="x",
            body_text="x",
            body_html="x",
            document=letter,
            due_at=NOON,
            expires_at=NOON + timedelta(hours=8),
            language="nl",
        )
        invoices = [factories.invoice(debtor)]
        page = Page(address(debtor, invoices, subject_kind="notice", subject_id="n1"))
        another = Page(address(factories.debtor(), subject_kind="notice", subject_id="n1"))
        by_hand = Page(address(debtor, invoices))

    assert page.open("brief.pdf").content == b"%PDF-1.7 brief"
    assert "Onze brief (PDF)" in page.text()
    assert another.open("brief.pdf").status_code == 404
    assert by_hand.open("brief.pdf").status_code == 404
    assert "Onze brief" not in by_hand.text()


def test_the_code_for_the_banking_app_asks_what_the_page_asks(bakkerij, debtor):
    import io

    from PIL import Image

    from correspondence.content import Payable
    from correspondence.rendering import payment_qr

    with inside(bakkerij):
        invoice = factories.invoice(debtor, amount="121.00", number="2026-0183")
        page = Page(address(debtor, [invoice]))

    answer = page.open("code.png")

    asked = Payable(
        total=Decimal("121.00"),
        principal=Decimal("121.00"),
        reference="2026-0183",
        iban="NL91ABNA0417164300",
        account_holder="Bakkerij de Vries",
    )
    text = payment_qr.payload(asked)
    assert text is not None
    assert answer.content == payment_qr.png(text)
    assert Image.open(io.BytesIO(answer.content)).format == "PNG"


def test_the_colours_are_those_of_the_letterhead_made_readable(bakkerij, debtor):
    from correspondence.rendering import colours
    from tenants.models import Letterhead

    with inside(bakkerij):
        Letterhead.objects.update(colour="#ffee00")
        page = Page(address(debtor))

    sheet = page.open("huisstijl.css").content.decode()

    light, dark = (part.strip() for part in sheet[sheet.index("(") + 1 : sheet.index(")")].split(","))
    assert colours.contrast(light, "#ffffff") >= colours.READABLE
    assert colours.contrast(dark, "#16181b") >= colours.READABLE
    assert page.open("logo").status_code == 404


def test_a_page_of_many_claims_asks_the_database_as_often_as_one_of_few(bakkerij, debtor):
    def queries(count):
        with inside(bakkerij):
            invoices = [factories.invoice(debtor, due=late(20), files=(PDF,)) for _ in range(count)]
            charged(invoices[0], costs="40.00")
            page = Page(address(debtor, invoices))
        page.open()
        with CaptureQueriesContext(connection) as made:
            page.open()
        return len(made)

    assert queries(2) == queries(9)


@pytest.mark.parametrize(
    ("state", "told", "shown"),
    [("planned", True, True), ("planned", False, False), ("sent", True, True), ("returned", True, False)],
)
def test_what_is_debited_by_itself_is_not_asked_too(bakkerij, debtor, state, told, shown):
    from payments.models import DirectDebit, DirectDebitBatch, Mandate

    with inside(bakkerij):
        offer_online()
        invoice = factories.invoice(debtor, amount="121.00", due=late(5))
        page = Page(address(debtor, [invoice]))
        mandate = Mandate.objects.create(
            debtor=debtor, reference="M1", iban="NL20INGB0001234567", account_holder="P. Jansen", signed_on=late(90)
        )
        batch = DirectDebitBatch.objects.create(collect_on=late(-4))
        DirectDebit.objects.create(
            batch=batch,
            mandate=mandate,
            debtor=debtor,
            invoice=invoice,
            amount=Decimal("121.00"),
            end_to_end_id="E1",
            state=state,
            announced_on=DAY if told else None,
        )

    text = page.text()

    assert ("Wij schrijven € 121,00 rond 6 maart 2026 automatisch van uw rekening af." in text) is shown
    assert ("€ 121,00 betalen" in text) is not shown
