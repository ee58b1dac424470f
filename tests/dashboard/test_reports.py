"""The reports of a small company, worked out on paper.

Bakkerij de Vries on Monday 2 March 2026, all amounts including VAT:

    debtor      invoice  issued  due     amount   what happened
    Smit        2025-1   10-11   10-12   400,00   nothing: 82 days late
    Smit        2025-2   20-12   19-01   600,00   nothing: 42 days late; part of 200,00 in dispute since 01-02
    Smit        2026-3   15-01   14-02   500,00   300,00 paid on 20-02: 200,00 open, 16 days late
    Petra       2026-4   05-02   19-02   100,00   paid 100,00 on 25-02, six days late
    Petra       2026-5   20-02   06-03    80,00   not due
    Petra       2025-6   01-11   15-11    60,00   paid on 24-12, taken back on 10-02: 60,00 open, 107 days late
"""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from common.actor import Actor
from debtors.models import Debtor
from dunning.models import Case, Step
from invoices import operations as invoices
from invoices.models import Invoice
from payments import operations as payments
from reporting import ageing, outcomes, queries
from reporting.ageing import Basis
from tenants.models import Tenant, User
from tests import factories, nights
from tests.conftest import TODAY, actor
from tests.dashboard.money_pages import csv_lines, monday, rows, words  # noqa: F401 - a fixture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
Login = Callable[[User], Client]
D = Decimal


def on(day: date) -> Actor:
    return actor(nights.at(day, 10))


@pytest.fixture
def client(bookkeeper: User, login: Login) -> Client:
    return login(bookkeeper)


@pytest.fixture
def at(bakkerij: Tenant) -> Callable[[str], str]:
    return lambda rest: f"/a/{bakkerij.slug}/{rest}"


@pytest.fixture
def company(bedrijf: Debtor, particulier: Debtor) -> dict[str, Invoice]:
    """The company on paper above."""

    def made(debtor: Debtor, number: str, issued: date, due: date, amount: str) -> Invoice:
        return factories.invoice(debtor, number=number, issued=issued, due=due, amount=amount)

    def paid(invoice: Invoice, amount: str, day: date) -> None:
        payments.book_payment(
            debtor=invoice.debtor, amount=D(amount), received_on=day, designated=[invoice], by=on(day)
        )

    found = {
        "2025-1": made(bedrijf, "2025-1", date(2025, 11, 10), date(2025, 12, 10), "400.00"),
        "2025-2": made(bedrijf, "2025-2", date(2025, 12, 20), date(2026, 1, 19), "600.00"),
        "2026-3": made(bedrijf, "2026-3", date(2026, 1, 15), date(2026, 2, 14), "500.00"),
        "2026-4": made(particulier, "2026-4", date(2026, 2, 5), date(2026, 2, 19), "100.00"),
        "2026-5": made(particulier, "2026-5", date(2026, 2, 20), date(2026, 3, 6), "80.00"),
        "2025-6": made(particulier, "2025-6", date(2025, 11, 1), date(2025, 11, 15), "60.00"),
    }
    paid(found["2025-6"], "60.00", date(2025, 12, 24))
    reversed_one = found["2025-6"].settlements.get().allocations.get().payment
    payments.reverse_payment(
        payment=reversed_one, reason="storno", reversed_on=date(2026, 2, 10), by=on(date(2026, 2, 10))
    )
    paid(found["2026-3"], "300.00", date(2026, 2, 20))
    paid(found["2026-4"], "100.00", date(2026, 2, 25))
    return found


def test_ageing_by_due_date(client, at, company):
    """Not due 80,00; 1-30: 200,00 (16 days); 31-60: 600,00 (42); 61-90: 400,00 (82); over 90: 60,00 (107).

    Together 1.340,00: Smit 1.200,00 and Petra 140,00.
    """
    page = client.get(at("rapporten/ouderdom/"))

    assert rows(page, "Openstaand per debiteur") == [
        ["Nr", "Debiteur", "Niet vervallen", "1-30 dagen", "31-60 dagen", "61-90 dagen", "Meer dan 90", "Totaal"],
        ["20001", "Bouwbedrijf Smit B.V.", "–", "€ 200,00", "€ 600,00", "€ 400,00", "–", "€ 1.200,00"],
        ["10001", "Petra Jansen", "€ 80,00", "–", "–", "–", "€ 60,00", "€ 140,00"],
        ["", "Totaal", "€ 80,00", "€ 200,00", "€ 600,00", "€ 400,00", "€ 60,00", "€ 1.340,00"],
    ]
    assert csv_lines(client, at("rapporten/ouderdom/"))[1:] == [
        "20001;Bouwbedrijf Smit B.V.;0,00;200,00;600,00;400,00;0,00;1200,00",
        "10001;Petra Jansen;80,00;0,00;0,00;0,00;60,00;140,00",
    ]


def test_ageing_by_invoice_date(client, at, company):
    """Days since the invoice: 112, 72, 46, 10, 121. So 0-30: 80,00; 31-60: 200,00; 61-90: 600,00; more: 460,00."""
    found = ageing.totals(TODAY, Basis.ISSUED)

    assert [amount for _code, _count, amount in found.buckets] == [D("80.00"), D("200.00"), D("600.00"), D("460.00")]
    assert "op factuurdatum" in words(client.get(at("rapporten/ouderdom/?op=factuur")))
    assert csv_lines(client, at("rapporten/ouderdom/?op=factuur"))[1] == (
        "20001;Bouwbedrijf Smit B.V.;0,00;200,00;600,00;400,00;1200,00"
    )


def test_ageing_as_of_an_earlier_day_is_what_it_was(client, at, company):
    """On 31 December Smit owed 400,00 (21 days late) and 600,00 (not due); Petra's 60,00 was paid since the 24th."""
    page = client.get(at("rapporten/ouderdom/?per=31-12-2025"))

    assert rows(page, "Openstaand per debiteur")[1:] == [
        ["20001", "Bouwbedrijf Smit B.V.", "€ 600,00", "€ 400,00", "–", "–", "–", "€ 1.000,00"],
        ["", "Totaal", "€ 600,00", "€ 400,00", "€ 0,00", "€ 0,00", "€ 0,00", "€ 1.000,00"],
    ]
    assert [ageing.totals(day).amount for day in (date(2025, 12, 23), date(2026, 2, 9), date(2026, 2, 10))] == [
        D("1060.00"),  # Petra's 60,00 still open
        D("1600.00"),  # 2026-3 and 2026-4 came in
        D("1660.00"),  # and hers went back
    ]
    assert "Op deze dag stond er niets open" in words(client.get(at("rapporten/ouderdom/?per=1-1-2025")))


def test_every_figure_of_the_ageing_leads_to_the_items_that_add_up_to_it(client, at, company, bedrijf):
    page = client.get(at("rapporten/ouderdom/")).content.decode()
    for query, total, numbers in (
        ("", "1.340,00", ["2025-6", "2025-1", "2025-2", "2026-3", "2026-5"]),
        (f"debiteur={bedrijf.public_id}", "1.200,00", ["2025-1", "2025-2", "2026-3"]),
        ("groep=31_60", "600,00", ["2025-2"]),
        ("groep=over_90", "60,00", ["2025-6"]),
    ):
        address = at(f"rapporten/ouderdom/posten/?per=02-03-2026&{query}".rstrip("&"))
        assert f'href="{address.replace("&", "&amp;")}"' in page, query
        listed = rows(client.get(address), "Openstaande posten")
        assert [row[0] for row in listed[1:-1]] == numbers
        assert listed[-1][-1] == f"€ {total}"
        assert [line.split(";")[2] for line in csv_lines(client, address)[1:]] == numbers


def test_the_items_equal_the_ledger_also_with_free_money_interest_and_costs(client, at, company, bedrijf, particulier):
    """On 2025-1 interest and 40,00 of costs are charged; of 2025-2 1,50 is written off; 25,00 is credited to Smit.

    Petra pays 1.000,00 where she owes 140,00, so 860,00 stays free.
    """
    invoices.charge_interest(invoice=company["2025-1"], through=date(2026, 2, 28), by=on(TODAY))
    invoices.charge_costs(invoice=company["2025-1"], amount=D("40.00"), vat=D("0.00"), calculation={}, by=on(TODAY))
    payments.book_payment(debtor=particulier, amount=D("1000.00"), received_on=TODAY, by=on(TODAY))
    factories.credit_note(bedrijf, amount="25.00")
    invoices.write_off(invoice=company["2025-2"], amount=D("1.50"), reason="klein", by=on(TODAY))
    interest = company["2025-1"].charges.get(kind="interest").amount

    found = ageing.ledger(TODAY)

    # Smit: 400 + 598,50 + 200 of principal, with interest and costs; Petra owes nothing and has 1.000 - 140 = 860 left.
    assert (found.principal, found.interest, found.costs) == (D("1198.50"), interest, D("40.00"))
    assert (found.free_payments, found.free_credit) == (D("860.00"), D("25.00"))
    # invoiced 1.740,00; in: 60 - 60 + 300 + 100 + 1.000 = 1.400; credited 25; given up 1,50
    assert found.booked == D("1740.00") + interest + 40 - 1400 - 25 - D("1.50")
    assert found.difference == 0
    assert found.open_items == ageing.totals(TODAY).amount == queries.standing(TODAY).open_amount
    assert "sluiten aan op alle boekingen" in words(client.get(at("rapporten/ouderdom/")))
    for day in (date(2025, 12, 24), date(2026, 2, 9), date(2026, 2, 10), date(2026, 2, 20)):
        assert ageing.ledger(day).difference == 0, day


def test_dso_by_counting_back_and_simply(client, at, company):
    """Sales: November 460,00; December 600,00; January 500,00; February 180,00; March 0,00.

    End of February: open principal 1.340,00. Counting back: February (28 days) takes 180,00, leaves 1.160,00; January
    (31) takes 500,00, leaves 660,00; December (31) takes 600,00, leaves 60,00; November takes 60/460 of 30 days = 3,9.
    28 + 31 + 31 + 3,9 = 93,9. On 2 March two days of March without sales come on top: 95,9.
    Simple at the end of February: 1.340,00 / (600 + 500 + 180) x 90 days = 94,2.
    On 2 March: 1.340,00 / (500 + 180 + 0) x 61 days (31 + 28 + 2) = 120,2.
    End of December: 1.000,00 open; December takes 600,00, leaves 400,00 of November's 460,00: 31 + 26,1 = 57,1.
    """
    points = {point.day: point for point in outcomes.dso_by_month(TODAY)}

    assert (points[date(2026, 2, 28)].count_back, points[date(2026, 2, 28)].simple) == (D("93.9"), D("94.2"))
    assert (points[TODAY].count_back, points[TODAY].simple) == (D("95.9"), D("120.2"))
    assert (points[date(2025, 12, 31)].receivables, points[date(2025, 12, 31)].count_back) == (D("1000.00"), D("57.1"))
    assert points[TODAY].count_back == queries.dso_days(TODAY), "Vandaag says the same"
    page = client.get(at("rapporten/dso/"))
    assert "95,9 dagen" in words(page)
    assert ["28-02-2026", "€ 1.340,00", "€ 180,00", "93,9", "94,2"] in rows(page, "Openstaande hoofdsom")
    assert "28-02-2026;1340,00;180,00;93,9;94,2" in csv_lines(client, at("rapporten/dso/"))
    assert len(csv_lines(client, at("rapporten/dso/"))) == 13


def test_what_is_expected_by_week_and_from_whom(client, at, company):
    """Petra paid 2026-4 six days late (2025-6 was reopened and does not count). Smit has no history.

    Smit's three are overdue, so expected today (1.200,00), and Petra's 2025-6 too (60,00): the week of 2 March.
    2026-5 is due on 06-03; six days later is Thursday 12 March: 80,00 in the week of 9 March.
    """
    page = client.get(at("rapporten/verwacht/"))

    listed = rows(page, "Verwacht per week")
    assert listed[1:3] == [["02-03-2026 – 08-03-2026", "€ 1.260,00"], ["09-03-2026 – 15-03-2026", "€ 80,00"]]
    assert (len(listed), listed[-1]) == (10, ["Totaal", "€ 1.340,00"])
    week = client.get(at("rapporten/verwacht/?week=09-03-2026"))
    assert rows(week, "Verwacht in de week van")[1][:1] + rows(week, "Verwacht in de week van")[1][2:] == [
        "12-03-2026", "2026-5", "06-03-2026", "6 d", "€ 80,00",
    ]  # fmt: skip
    assert csv_lines(client, at("rapporten/verwacht/?week=09-03-2026"))[1:] == [
        "12-03-2026;10001;Petra Jansen;2026-5;06-03-2026;6;80,00"
    ]
    assert csv_lines(client, at("rapporten/verwacht/"))[1] == "02-03-2026;1260,00"


def test_the_rates_with_their_source_and_a_warning_where_one_is_missing(client, at):
    page = client.get(at("rapporten/rente/"))

    assert rows(page, "Nagekeken op")[1][:4] == ["01-01-2026", "4,00%", "10,15%", "nu"]
    assert "wieringa-advocaten.nl" in words(page)
    assert "niet bevestigd" not in words(page)
    assert csv_lines(client, at("rapporten/rente/"))[1].startswith("01-01-2026;4,00;10,15;")


def test_a_half_year_without_a_rate_warns(bookkeeper, login, at):
    import time_machine

    with time_machine.travel(nights.at(date(2027, 1, 4), 9), tick=False):
        page = login(bookkeeper).get(at("rapporten/rente/"))

    assert (
        "Voor particulieren is het percentage vanaf 01-01-2027 niet bevestigd; er wordt gerekend met 4,00%."
        in words(page)
    )
    assert rows(page, "Nagekeken op")[1][3] == "niet bevestigd"


def test_what_each_letter_brings_in(client, at, bedrijf, particulier):
    """Reminders on 5 January: paid 3 and 20 days later and not at all; one of 20 February is too young to measure.

    Measured 3: within 7 days 1 (33%), within 14 still 1, within 30 two (67%). A letter that came back does not count.
    """
    sent = date(2026, 1, 5)
    for after, day in ((3, sent), (20, sent), (None, sent), (2, date(2026, 2, 20)), ("returned", sent)):
        claim = factories.invoice(particulier, amount="10.00", due=date(2025, 12, 20))
        step = Step.objects.create(
            case=Case.objects.get(invoice=claim),
            rung_key="reminder",
            kind="reminder",
            dispatched_on=day,
            delivered_on=day,
        )
        if after == "returned":
            Step.objects.filter(pk=step.pk).update(undelivered_on=day)
        elif after is not None:
            paid = day + timedelta(days=int(after))
            payments.book_payment(
                debtor=particulier, amount=D("10.00"), received_on=paid, designated=[claim], by=on(paid)
            )

    page = client.get(at("rapporten/brieven/"))

    assert rows(page, "Gemeten")[1] == ["Herinnering", "4", "3", "33% (1)", "33% (1)", "67% (2)"]
    assert csv_lines(client, at("rapporten/brieven/"))[1] == "herinnering;4;3;1;1;2"


def test_disputes_by_reason(client, at, company, bedrijf):
    """Price: 200,00 of 2025-2 open, and one of 2025-1 opened on 1 February and rejected on 11 February: ten days."""
    invoices.open_dispute(invoice=company["2025-2"], reason="price", amount=D("200.00"), by=on(date(2026, 2, 1)))
    over = invoices.open_dispute(invoice=company["2025-1"], reason="price", by=on(date(2026, 2, 1)))
    invoices.resolve_dispute(dispute=over, outcome="rejected", resolution="nee", by=on(date(2026, 2, 11)))
    invoices.open_dispute(invoice=company["2026-5"], reason="defect", by=on(date(2026, 2, 25)))

    listed = rows(client.get(at("rapporten/geschillen/")), "Nog open")

    assert listed[1:] == [
        ["Prijs of aantal klopt niet", "2", "1", "€ 200,00", "0", "1", "10"],
        ["Gebrek of klacht", "1", "1", "€ 80,00", "0", "0", "–"],
        ["Totaal", "3", "2", "€ 280,00", "", "", ""],
    ]
    assert csv_lines(client, at("rapporten/geschillen/"))[1].endswith(";2;1;200,00;0;1;10")
    assert rows(client.get(at("geschillen/?stand=&reden=price")), "Geschillen")[-1][1] == "2 geschillen"


def test_promises_kept(client, at, company, bedrijf, particulier):
    """Petra's 60,00 for 13 February did not come; her 80,00 for 1 March did. Smit's 400,00 and 90,00 run."""

    def promise(invoice: Invoice, amount: str, made: date, day: date) -> None:
        payments.make_promise(
            debtor=invoice.debtor, invoices=[invoice], amount=D(amount), promised_for=day, by=on(made)
        )

    promise(company["2025-6"], "60.00", date(2026, 2, 11), date(2026, 2, 13))
    promise(company["2026-5"], "80.00", date(2026, 2, 21), date(2026, 3, 1))
    promise(company["2025-1"], "400.00", TODAY, date(2026, 3, 2))
    promise(company["2025-2"], "90.00", TODAY, date(2026, 4, 2))
    payments.book_payment(
        debtor=particulier,
        amount=D("80.00"),
        received_on=date(2026, 3, 1),
        designated=[company["2026-5"]],
        by=on(date(2026, 3, 1)),
    )
    payments.judge_promises(debtor_ids=None, day=TODAY, by=on(TODAY))

    page = client.get(at("rapporten/beloften/"))

    assert rows(page, "Beloofd voor")[1:] == [
        ["feb 2026", "0", "€ 0,00", "1", "€ 60,00", "0"],
        ["mrt 2026", "1", "€ 80,00", "0", "€ 0,00", "1"],
        ["apr 2026", "0", "€ 0,00", "0", "€ 0,00", "1"],
    ]
    behind = {stat.label: rows(client.get(stat.url), "Beloften")[-1] for stat in page.context["stats"] if stat.url}
    assert {label: row[:3] for label, row in behind.items()} == {
        "Niet nagekomen": ["Totaal", "1 belofte", "€ 60,00"],
        "Loopt nog": ["Totaal", "2 beloften", "€ 490,00"],
    }
    assert "Nagekomen 50% van wat is afgelopen" in words(page)
    assert csv_lines(client, at("rapporten/beloften/"))[2] == "01-03-2026;1;0;1;80,00;0,00"


PAGES = ("", "ouderdom/", "ouderdom/posten/", "dso/", "verwacht/", "rente/", "brieven/", "geschillen/", "beloften/")


def test_the_index_shows_the_figures_of_now(client, at, company):
    text = words(client.get(at("rapporten/")))

    assert "Openstaand € 1.340,00" in text
    assert "Vervallen € 1.260,00" in text
    assert "95,9 dagen" in text


def test_every_report_stands_empty(client, at):
    assert {client.get(at(f"rapporten/{page}")).status_code for page in PAGES} == {200}


def test_a_stranger_sees_nothing_and_a_reader_sees_all(at, login, reader, stranger, garage, company):
    for page in PAGES:
        assert login(stranger).get(at(f"rapporten/{page}")).status_code == 404
        assert login(reader).get(at(f"rapporten/{page}")).status_code == 200


def test_the_figures_are_of_one_tenant(login, stranger, garage, entering, bakkerij):
    with entering(bakkerij):
        factories.invoice(factories.debtor(), amount="999.00")

    for page in ("", "ouderdom/", "ouderdom/posten/", "dso/", "verwacht/"):
        assert "999,00" not in words(login(stranger).get(f"/a/{garage.slug}/rapporten/{page}")), page


def test_the_reports_ask_as_much_for_many_rows_as_for_one(client, at, company):
    few = {}
    for page in PAGES:
        client.get(at(f"rapporten/{page}"))
        with CaptureQueriesContext(connection) as queries_made:
            client.get(at(f"rapporten/{page}"))
        few[page] = len(queries_made)
    for number in range(4):
        factories.invoice(factories.debtor(number=f"4000{number}"))
    for page, count in few.items():
        with CaptureQueriesContext(connection) as queries_made:
            client.get(at(f"rapporten/{page}"))
        assert len(queries_made) == count, page
