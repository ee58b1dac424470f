import pytest

from connectors.files.rows import EmailAddress
from tests.connectors.files.making import codes, debtors, dutch, english, named


def one(header: str, row: str):
    reading = debtors(f"{header}\n{row}\n")
    assert len(reading.rows) == 1, dutch(reading)
    return reading.rows[0]


def test_an_export_with_semicolons_in_windows_1252_is_read_to_the_last_accent():
    reading = debtors(named("windows1252_semicolon_accents.csv"))

    assert reading.problems == ()
    assert (reading.encoding, reading.delimiter) == ("windows-1252", ";")
    cafe, vries = reading.rows
    assert cafe.name == "Café ’t Hoekje B.V."
    assert cafe.city == "’s-Hertogenbosch"
    assert (cafe.street, cafe.house_number, cafe.address_line) == ("Reünieplein", "4 a", "Reünieplein 4 a")
    assert (cafe.kind, cafe.kind_derived, cafe.kvk) == ("business", True, "12345678")
    assert (cafe.phone, cafe.country, cafe.language, cafe.payment_term_days) == ("+31731234567", "NL", "nl", 14)
    assert vries.name == "Zoë de Vries"
    assert (vries.kind, vries.kind_derived) == ("consumer", True)
    assert vries.notes == "belt liever; na 14 uur\nhond"


def test_a_company_and_a_private_person_come_from_one_export_with_first_and_last_names():
    reading = debtors(named("utf8_bom_first_and_last_names.csv"))

    assert reading.problems == ()
    assert reading.encoding == "utf-8-sig"
    assert [(row.number, row.name, row.kind) for row in reading.rows] == [
        ("1001", "Garage Van Dam", "business"),
        ("1002", "Anna de Vries", "consumer"),
    ]


def test_an_export_in_utf16_with_tabs_is_read():
    reading = debtors(named("utf16_tabs.txt"))

    assert (reading.encoding, reading.delimiter) == ("utf-16", "\t")
    assert [row.name for row in reading.rows] == ["Bäckerei Müller GmbH", "Łódź Meble"]
    assert [row.country for row in reading.rows] == ["DE", "PL"]
    assert [row.kind for row in reading.rows] == ["business", "consumer"]


def test_everything_that_is_wrong_in_a_row_is_said_at_once_and_the_row_left_out():
    reading = debtors(named("everything_wrong_in_one_row.csv"))

    assert [row.number for row in reading.rows] == ["10002"]
    assert reading.rows_seen == 3
    assert dutch(reading) == [
        "Regel 2, kolom Naam: Naam ontbreekt.",
        "Regel 2, kolom Soort: 'VIP' is geen soort debiteur. Verwacht consument of bedrijf.",
        "Regel 2, kolom E-mail: 'jan(at)x.nl' is geen geldig e-mailadres.",
        "Regel 2, kolom Telefoon: '12' is geen geldig telefoonnummer. Dit is weggelaten.",
        "Regel 2, kolom Land: 'Atlantis' is geen land dat wij kennen. Verwacht een naam of een landcode zoals NL.",
        "Regel 2, kolom KvK: '123' is geen KvK-nummer: dat heeft acht cijfers.",
        "Regel 2, kolom Btw-nummer: 'NL123' is geen geldig btw-nummer.",
        "Regel 2, kolom IBAN: 'NL00BANK0' is geen geldig IBAN.",
        "Regel 2, kolom Betalingstermijn: 'einde maand' is geen aantal dagen van 0 tot en met 366.",
        "Regel 4, kolom Debiteurnummer: 10002 staat ook op regel 3. Elk nummer mag één keer voorkomen; staat er een "
        "regel "
        "per artikel in het bestand?",
    ]


def test_the_same_list_reads_as_english():
    reading = debtors(named("everything_wrong_in_one_row.csv"))

    assert english(reading)[:3] == [
        "Row 2, column Naam: Name is missing.",
        "Row 2, column Soort: 'VIP' is not a kind of debtor. Expected consumer or business.",
        "Row 2, column E-mail: 'jan(at)x.nl' is not a valid e-mail address.",
    ]


@pytest.mark.parametrize(
    ("kvk", "vat", "said", "kind", "derived"),
    [
        ("12345678", "", "", "business", True),
        ("", "NL123456789B13", "", "business", True),
        ("", "", "", "consumer", True),
        ("n.v.t.", "-", "", "consumer", True),
        ("12345678", "", "particulier", "consumer", False),
        ("", "", "zakelijk", "business", False),
    ],
)
def test_without_a_kind_a_kvk_or_vat_number_means_business_and_else_it_is_a_consumer(kvk, vat, said, kind, derived):
    row = one("Nummer;Naam;KvK;Btw-nummer;Soort debiteur", f"1;Jan;{kvk};{vat};{said}")

    assert (row.kind, row.kind_derived) == (kind, derived)


def test_the_zero_that_excel_drops_from_a_kvk_number_comes_back_and_is_said():
    reading = debtors("Nummer;Naam;KvK\n1;Bakkerij;1234567\n")

    assert reading.rows[0].kvk == "01234567"
    assert dutch(reading) == [
        "Regel 2, kolom KvK: '1234567' heeft zeven cijfers; wij lezen 01234567, met de nul die Excel weglaat."
    ]


def test_a_phone_number_that_is_wrong_does_not_keep_the_debtor_out():
    reading = debtors("Nummer;Naam;Telefoon\n1;Bakkerij;12\n")

    assert reading.rows[0].phone == ""
    assert [problem.level for problem in reading.problems] == ["warning"]


def test_a_phone_number_is_one_of_the_debtors_own_country():
    assert one("Nummer;Naam;Telefoon;Land", "1;Brasserie;02 555 12 12;België").phone == "+3225551212"


def test_a_phone_number_with_a_plus_and_brackets_is_no_formula():
    reading = debtors("Nummer;Naam;Telefoon\n1;Bakkerij;+31 (0)20 123 45 67\n")

    assert reading.problems == ()
    assert reading.rows[0].phone == "+31201234567"


def test_mail_addresses_keep_their_role():
    row = one(
        "Nummer;Naam;E-mail;E-mail voor facturen;E-mail voor herinneringen;E-mail voor escalatie",
        "1;Bakkerij;info@x.example;a@x.example, b@x.example;;directie@x.example",
    )

    assert row.emails == (
        EmailAddress("info@x.example", "general"),
        EmailAddress("a@x.example", "invoice"),
        EmailAddress("b@x.example", "invoice"),
        EmailAddress("directie@x.example", "escalation"),
    )
    assert row.email("invoice") == "a@x.example"
    assert row.email("reminder") == "info@x.example"


@pytest.mark.parametrize(
    ("header", "row", "address"),
    [
        ("Adres", "Dorpsstraat 12a", ("Dorpsstraat", "12a", "Dorpsstraat 12a")),
        ("Adres", "Plein 1945 12", ("", "", "Plein 1945 12")),
        ("Straat;Huisnummer;Toevoeging", "Dorpsstraat;12;a", ("Dorpsstraat", "12 a", "Dorpsstraat 12 a")),
        ("Straat", "Dorpsstraat 12", ("Dorpsstraat", "12", "Dorpsstraat 12")),
        ("Adres;Huisnummer", "Dorpsstraat;12", ("Dorpsstraat", "12", "Dorpsstraat 12")),
        ("Plaats", "Utrecht", ("", "", "")),
    ],
)
def test_an_address_comes_in_one_column_or_in_three(header, row, address):
    found = one(f"Nummer;Naam;{header}", f"1;Bakkerij;{row}")

    assert (found.street, found.house_number, found.address_line) == address


def test_a_postcode_that_is_not_dutch_is_mentioned_only_for_a_dutch_address():
    reading = debtors("Nummer;Naam;Postcode;Land\n1;A;1234ab;NL\n2;B;1000;BE\n3;C;1000;NL\n4;D;1000;\n")

    assert [row.postcode for row in reading.rows] == ["1234 AB", "1000", "1000", "1000"]
    assert [(problem.row, problem.code) for problem in reading.problems] == [(4, "postcode_unusual")]


def test_a_formula_in_a_name_stays_text_and_is_mentioned():
    reading = debtors(
        'Nummer;Naam\n1;"=HYPERLINK(""http://x.example"";""Klik"")"\n2;"@SUM(1)"\n3;"+31 Events"\n4;"-Jan"\n'
    )

    assert [row.name for row in reading.rows] == [
        '=HYPERLINK("http://x.example";"Klik")', "@SUM(1)", "+31 Events", "-Jan",
    ]  # fmt: skip
    assert [(problem.row, problem.code, problem.level) for problem in reading.problems] == [
        (2, "looks_like_formula", "warning"),
        (3, "looks_like_formula", "warning"),
    ]


def test_what_a_package_wraps_around_a_number_to_keep_its_zeros_is_taken_off():
    reading = debtors('Nummer;Naam;Telefoon\n"=""00123""";Bakkerij;\'0201234567\n')

    assert reading.problems == ()
    assert (reading.rows[0].number, reading.rows[0].phone) == ("00123", "+31201234567")


def test_a_separator_inside_a_text_is_noticed_because_the_row_is_too_long():
    reading = debtors("Nummer;Naam;Plaats\n1;Jansen; Zn.;Utrecht\n2;Bakkerij;Utrecht;;\n")

    assert [row.number for row in reading.rows] == ["2"]
    assert dutch(reading) == [
        "Regel 2: 'Utrecht' staat verder naar rechts dan de laatste kolomkop. Staat er een scheidingsteken in een "
        "tekst?"
    ]


def test_a_text_longer_than_its_column_in_the_database_is_said_here():
    reading = debtors(f"Nummer;Naam\n1;{'a' * 201}\n")

    assert codes(reading) == ["text_too_long"]


def test_lines_of_totals_and_empty_lines_are_no_debtors():
    reading = debtors("Nummer;Naam\n\n1;Total Energies\n;;\nTotaal;\n;Eindtotaal: 1\n")

    assert [row.name for row in reading.rows] == ["Total Energies"]
    assert [(problem.row, problem.code) for problem in reading.problems] == [
        (5, "total_row_skipped"),
        (6, "total_row_skipped"),
    ]


def test_the_error_values_of_excel_are_no_names():
    reading = debtors("Nummer;Naam\n1;#N/B\n2;#REF!\n")

    assert reading.rows == ()
    assert dutch(reading)[0] == "Regel 2, kolom Naam: hier staat de Excel-fout #N/B."
    assert codes(reading) == ["excel_error", "excel_error"]


def test_a_header_without_rows_is_said():
    assert dutch(debtors("Nummer;Naam\n")) == ["Regel 1: onder de kolomkoppen staat geen enkele regel."]
