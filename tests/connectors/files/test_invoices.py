from datetime import date
from decimal import Decimal

import pytest

from connectors.files.rows import GAccount
from tests.connectors.files.making import TODAY, codes, dutch, invoices, named

HEADER = "Factuurnummer;Klantnr;Factuurdatum;Vervaldatum;Bedrag"


def one(header: str, row: str):
    reading = invoices(f"{header}\n{row}\n")
    assert len(reading.rows) == 1, dutch(reading)
    return reading.rows[0]


def refused(header: str, row: str) -> list[str]:
    reading = invoices(f"{header}\n{row}\n")
    assert reading.rows == ()
    return codes(reading)


def test_a_dutch_export_with_decimal_commas_in_windows_1252_is_read():
    reading = invoices(named("windows1252_semicolon_decimal_comma.csv"))

    first, rent, credit = reading.rows
    assert (reading.encoding, reading.delimiter, reading.header_row) == ("windows-1252", ";", 2)
    assert (first.row, first.number, first.debtor_number, first.debtor) == (3, "2026-0001", "10001", None)
    assert (first.amount, first.vat_amount, first.paid) == (Decimal("1210.00"), Decimal("210.00"), Decimal("0.00"))
    assert (first.issue_date, first.due_date, first.due_date_derived) == (date(2026, 1, 15), date(2026, 2, 14), False)
    assert (first.description, first.term_agreed, first.currency) == ("Levering café", True, "EUR")
    assert (rent.amount, rent.paid, rent.open_amount) == (Decimal("1500.00"), Decimal("500.00"), Decimal("1000.00"))
    assert (rent.contract_ref, rent.description, rent.term_agreed) == ("HUUR-7", "Huur februari – woning 7", False)
    assert (credit.document_kind, credit.amount, credit.vat_amount) == (
        "credit_note",
        Decimal("60.50"),
        Decimal("10.50"),
    )
    assert (credit.due_date, credit.due_date_derived, credit.term_agreed) == (None, True, None)
    assert dutch(reading) == [
        "Regel 5, kolom Bedrag incl. btw: het bedrag is negatief (€ -60,50): dit is gelezen als creditnota."
    ]


def test_an_english_export_with_iso_dates_and_commas_is_read():
    reading = invoices(named("english_iso_dates_comma.csv"))

    first, second, third = reading.rows
    assert reading.problems == ()
    assert (first.amount, first.debtor.name, first.debtor_number) == (Decimal("1234.50"), "Smith, Jones & Co", "C-7")
    assert second.amount == Decimal("1.25"), "the other amounts of the column prove a decimal point"
    assert second.description == "Two lines\nin one cell"
    assert (third.paid, third.open_amount, third.due_date) == (Decimal("99.95"), Decimal("0.00"), None)


def test_one_bad_day_is_told_with_its_row_and_column():
    reading = invoices(f"{HEADER}\n1;7;15-01-2026;14-02-2026;10,00\n2;7;15-01-2026;31-02-2026;10,00\n")

    assert [row.number for row in reading.rows] == ["1"]
    assert dutch(reading) == [
        "Regel 3, kolom Vervaldatum: '31-02-2026' is geen datum. Verwacht dd-mm-jjjj of jjjj-mm-dd."
    ]


def test_all_that_is_wrong_in_one_row_is_listed_from_left_to_right():
    reading = invoices(
        "Factuurnummer;Klantnr;Factuurdatum;Vervaldatum;Bedrag;Betaald;Valuta;Termijn overeengekomen\n"
        ";;gisteren;31-02-2026;veel;12,5050;USD;misschien\n"
    )

    assert codes(reading) == [
        "value_missing", "value_missing", "date_unreadable", "date_unreadable", "amount_unreadable", "amount_fraction",
        "currency_unsupported", "yes_no_unreadable",
    ]  # fmt: skip
    assert {problem.row for problem in reading.problems} == {2}


@pytest.mark.parametrize(
    ("header", "row", "expected"),
    [
        (HEADER, "1;7;15-01-2026;14-01-2026;10", ["due_before_issue"]),
        (HEADER, "1;7;15-01-2026;15-02-2036;10", ["due_far"]),
        (HEADER, "1;7;31-12-1989;;10", ["date_too_early"]),
        (HEADER, "1;7;04-03-2027;;10", ["date_too_late"]),
        (HEADER, "1;7;15-01-2026;;0,00", ["amount_zero"]),
        (HEADER, "1;7;15-01-2026;;", ["value_missing"]),
        (HEADER, "1;7;;;10", ["value_missing"]),
        (HEADER, "1;;15-01-2026;;10", ["value_missing"]),
        (f"{HEADER};Betaald", "1;7;15-01-2026;;10;10,01", ["paid_exceeds_amount"]),
        (f"{HEADER};Betaald", "1;7;15-01-2026;;10;-5", ["sign_differs"]),
        (f"{HEADER};Btw", "1;7;15-01-2026;;10;10", ["vat_exceeds_amount"]),
        (f"{HEADER};Openstaand", "1;7;15-01-2026;;10;11", ["open_exceeds_amount"]),
        (f"{HEADER};Betaald;Openstaand", "1;7;15-01-2026;;10;4;7", ["amounts_differ"]),
        (f"{HEADER};Soort", "1;7;15-01-2026;;-10;factuur", ["sign_contradicts_kind"]),
        (f"{HEADER};Soort", "1;7;15-01-2026;;10;offerte", ["document_kind_unreadable"]),
        (f"{HEADER};Valuta", "1;7;15-01-2026;;10;GBP", ["currency_unsupported"]),
        (f"{HEADER};Bedrag G-rekening", "1;7;15-01-2026;;10;11", ["g_account_exceeds_amount"]),
        (f"{HEADER};G-rekening", "1;7;15-01-2026;;10;NL00BANK1", ["iban_invalid"]),
    ],
)
def test_a_row_that_cannot_be_right_is_refused_by_name(header, row, expected):
    assert refused(header, row) == expected


def test_the_days_at_the_edges_are_still_right():
    reading = invoices(f"{HEADER}\n1;7;01-01-1990;01-01-1990;10\n2;7;03-03-2027;;10\n3;7;29-02-2024;28-02-2034;10\n")

    assert len(reading.rows) == 3
    assert date(2026, 3, 2) == TODAY


@pytest.mark.parametrize(
    ("header", "row", "kind", "amount", "paid"),
    [
        (HEADER, "1;7;15-01-2026;;-10", "credit_note", "10.00", "0.00"),
        (f"{HEADER};Betaald", "1;7;15-01-2026;;-10;-4", "credit_note", "10.00", "4.00"),
        (f"{HEADER};Openstaand", "1;7;15-01-2026;;-10;-4", "credit_note", "10.00", "6.00"),
        (f"{HEADER};Soort", "1;7;15-01-2026;;10;creditnota", "credit_note", "10.00", "0.00"),
        (f"{HEADER};Soort", "1;7;15-01-2026;;-10;Creditfactuur", "credit_note", "10.00", "0.00"),
        (f"{HEADER};Soort", "1;7;15-01-2026;;10;Factuur", "invoice", "10.00", "0.00"),
        (f"{HEADER};Openstaand", "1;7;15-01-2026;;10;4", "invoice", "10.00", "6.00"),
        (f"{HEADER};Openstaand", "1;7;15-01-2026;;10;0", "invoice", "10.00", "10.00"),
        (f"{HEADER};Betaald;Openstaand", "1;7;15-01-2026;;10;4;6", "invoice", "10.00", "4.00"),
        ("Factuurnummer;Klantnr;Datum;Betaald;Openstaand", "1;7;15-01-2026;4;6", "invoice", "10.00", "4.00"),
    ],
)
def test_the_sign_the_kind_and_what_is_open_say_what_is_owed(header, row, kind, amount, paid):
    found = one(header, row)

    assert (found.document_kind, found.amount, found.paid) == (kind, Decimal(amount), Decimal(paid))


def test_where_only_the_outstanding_amount_is_known_it_is_the_principal_and_that_is_said():
    reading = invoices("Factuurnummer;Klantnr;Datum;Openstaand\n1;7;15-01-2026;60,50\n")

    assert (reading.rows[0].amount, reading.rows[0].paid) == (Decimal("60.50"), Decimal("0.00"))
    assert dutch(reading) == [
        "Regel 2, kolom Openstaand: het bestand heeft geen factuurbedrag; het openstaande bedrag € 60,50 geldt als "
        "hoofdsom."
    ]


def test_the_debtor_in_the_row_is_read_along_with_the_same_checks():
    row = one(
        "Factuurnummer;Klantnr;Klantnaam;E-mail;Adres;Postcode;Plaats;KvK;Datum;Bedrag",
        "1;7;Bakkerij;info@x.example;Dorpsstraat 12;1234ab;Utrecht;12345678;15-01-2026;10",
    )

    assert row.debtor_number == row.debtor.number == "7"
    assert (row.debtor.name, row.debtor.email(), row.debtor.street) == ("Bakkerij", "info@x.example", "Dorpsstraat")
    assert (row.debtor.kind, row.debtor.kind_derived) == ("business", True)


def test_a_debtor_may_come_by_name_alone():
    row = one("Factuurnummer;Klantnaam;Datum;Bedrag", "1;Bakkerij;15-01-2026;10")

    assert (row.debtor_number, row.debtor.name) == ("", "Bakkerij")


def test_a_mistake_in_the_debtor_keeps_the_invoice_out_too():
    assert refused("Factuurnummer;Klantnaam;E-mail;Datum;Bedrag", "1;Bakkerij;geen@;15-01-2026;10") == ["email_invalid"]


def test_a_number_comes_once_for_invoices_and_once_for_credit_notes():
    reading = invoices(f"{HEADER}\na1;7;15-01-2026;;10\nA1;7;15-01-2026;;-10\nA1;7;15-01-2026;;10\n")

    assert [(row.number, row.document_kind) for row in reading.rows] == [("a1", "invoice"), ("A1", "credit_note")]
    assert [(problem.row, problem.code) for problem in reading.errors] == [(4, "number_double")]
    assert reading.errors[0].values["first_row"] == "2"


def test_an_export_with_a_row_per_article_is_recognised_by_its_double_numbers():
    reading = invoices(named("one_row_per_article.csv"))

    assert dutch(reading) == [
        "Regel 3, kolom Factuurnummer: 2026-0001 staat ook op regel 2. Elk nummer mag één keer voorkomen; staat er een "
        "regel per artikel in het bestand?"
    ]


def test_american_days_are_refused_and_make_the_doubtful_ones_in_their_column_doubtful():
    reading = invoices(named("american_dates.csv"))

    assert [row.number for row in reading.rows] == ["3"]
    assert dutch(reading) == [
        "Regel 2, kolom Invoice date: '12/31/2025' heeft de maand vooraan, zoals in Amerika. Verwacht dd-mm-jjjj of "
        "jjjj-mm-dd.",
        "Regel 3, kolom Invoice date: '01/05/2026' kan twee dagen betekenen, want in deze kolom staat ook 12/31/2025. "
        "Verwacht dd-mm-jjjj of jjjj-mm-dd.",
    ]


def test_one_typing_error_in_a_dutch_column_spoils_only_its_own_row():
    dutch_days = "".join(f"{n};7;{n}-01-2026;;10\n" for n in range(1, 31))

    reading = invoices(f"{HEADER}\n{dutch_days}99;7;12-31-2025;;10\n")

    assert len(reading.rows) == 30
    assert codes(reading) == ["date_month_first"]


def test_an_ambiguous_amount_takes_the_decimal_mark_of_the_other_amounts():
    in_column = invoices(f"{HEADER}\n1;7;15-01-2026;;1.500\n2;7;15-01-2026;;12.25\n")
    in_file = invoices(f"{HEADER};Btw\n1;7;15-01-2026;;1.500;0.25\n")
    nowhere = invoices(f"{HEADER}\n1;7;15-01-2026;;1.500\n")

    assert in_column.rows[0].amount == Decimal("1.50")
    assert in_file.rows[0].amount == Decimal("1.50")
    assert nowhere.rows[0].amount == Decimal("1500.00")


def test_an_ambiguous_amount_in_a_column_with_both_marks_is_refused():
    reading = invoices(f"{HEADER}\n1;7;15-01-2026;;1.500\n2;7;15-01-2026;;12.25\n3;7;15-01-2026;;12,25\n")

    assert [row.amount for row in reading.rows] == [Decimal("12.25"), Decimal("12.25")]
    assert codes(reading) == ["amount_ambiguous"]


def test_a_g_account_part_is_kept_as_data():
    row = one(f"{HEADER};Bedrag G-rekening;G-rekening", "1;7;15-01-2026;;771,98;193;NL91ABNA0417164300")

    assert row.g_account == GAccount(Decimal("193.00"), "NL91ABNA0417164300")


def test_a_g_account_without_an_amount_is_mentioned():
    reading = invoices(f"{HEADER};G-rekening\n1;7;15-01-2026;;771,98;NL91ABNA0417164300\n")

    assert reading.rows[0].g_account is None
    assert codes(reading) == ["g_account_without_amount"]


def test_an_invoice_sent_before_its_date_is_mentioned_and_kept():
    reading = invoices(f"{HEADER};Verzonden op\n1;7;15-01-2026;;10;14-01-2026\n")

    assert reading.rows[0].sent_on == date(2026, 1, 14)
    assert [(problem.code, problem.level) for problem in reading.problems] == [("sent_before_issue", "warning")]


def test_what_else_a_row_can_say_is_kept():
    row = one(
        f"{HEADER};Betalingskenmerk;Ordernummer;Uw referentie;Betalingstermijn;Als consument gekocht;Crediteert "
        f"factuur;"
        "Opmerking",
        "1;7;15-01-2026;;10;5000056789012345;PO-1;Jan;30 dagen;ja;2025-9;let op",
    )

    assert (row.payment_reference, row.order_reference, row.buyer_reference) == ("5000056789012345", "PO-1", "Jan")
    assert (row.payment_term_days, row.acted_as_consumer, row.note) == (30, True, "let op")
    assert (row.original_number, row.original_numbers) == ("2025-9", ("2025-9",))


def test_a_date_of_zeros_is_an_empty_one():
    assert one(HEADER, "1;7;2026-01-15;0000-00-00;10").due_date is None


def test_a_quotation_mark_that_is_never_closed_swallows_nothing_in_silence():
    reading = invoices(named("quote_never_closed.csv"))

    assert reading.rows == ()
    assert dutch(reading) == [
        "Regel 3: vanaf hier kloppen de aanhalingstekens niet: er wordt er een geopend en niet gesloten, of er "
        "staat tekst "
        "achter. Er is niets gelezen."
    ]
