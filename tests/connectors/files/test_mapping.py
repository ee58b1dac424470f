import pytest

from connectors.files import fields, mapping
from tests.connectors.files.making import codes, debtors, dutch, invoices


@pytest.mark.parametrize(
    ("package", "headers", "expected"),
    [
        (
            "Exact Online",
            ["Code", "Naam", "Adresregel 1", "Postcode", "Plaats", "Land", "E-mail", "Btw-nummer", "KvK-nummer",
             "Betalingsconditie", "Bankrekening"],
            ["number", "name", "address_line", "postcode", "city", "country", "email", "vat_number", "kvk",
             "payment_term_days", "iban"],
        ),
        (
            "SnelStart",
            ["Relatiecode", "Naam", "Telefoon", "Email", "BtwNummer", "KvkNummer", "KredietTermijn", "Iban", "Memo",
             "AanmaningSoort"],
            ["number", "name", "phone", "email", "vat_number", "kvk", "payment_term_days", "iban", "notes", "kind"],
        ),
        (
            "Moneybird",
            ["Klantnummer", "Bedrijfsnaam", "Voornaam", "Achternaam", "Adres", "Postcode", "Plaats", "Telefoonnummer",
             "E-mailadres", "KVK-nummer"],
            ["number", "name", "first_name", "last_name", "address_line", "postcode", "city", "phone", "email", "kvk"],
        ),
        (
            "e-Boekhouden",
            ["Code", "Bedrijf", "Contactpersoon", "Adres", "Postcode", "Plaats", "GSM", "Email", "BTW-nummer", "IBAN"],
            ["number", "name", "attention", "address_line", "postcode", "city", "phone", "email", "vat_number", "iban"],
        ),
        (
            "Twinfield in English",
            ["Customer code", "Customer name", "Address line 1", "Postal code", "City", "Country", "VAT number"],
            ["number", "name", "address_line", "postcode", "city", "country", "vat_number"],
        ),
        (
            "Nmbrs",
            ["Debiteurnr", "DebiteurNaam", "FactuurTAV", "FactuurEmailadres", "FactuurAdres", "FactuurHuisnummer",
             "FactuurHuisnummerToev", "FactuurPostcode", "FactuurPlaats", "FactuurCodeLand"],
            ["number", "name", "attention", "email_invoice", "address_line", "house_number", "house_number_addition",
             "postcode", "city", "country"],
        ),
    ],
)  # fmt: skip
def test_the_headers_of_the_packages_for_debtors_are_recognised(package, headers, expected):
    columns = mapping.match(tuple(headers), "debtors")

    assert [columns.by_header.get(header) for header in headers] == expected, package
    assert columns.unknown == ()
    assert columns.problems == ()


@pytest.mark.parametrize(
    ("package", "headers", "expected"),
    [
        (
            "Exact Online",
            ["Klantcode", "Klantnaam", "Factuurnummer", "Factuurdatum", "Vervaldatum", "Bedrag", "Openstaand",
             "Uw ref."],
            ["debtor_number", "debtor_name", "number", "issue_date", "due_date", "amount", "open_amount",
             "buyer_reference"],
        ),
        (
            "SnelStart",
            ["Relatiecode", "Naam", "Factuurnummer", "Factuurdatum", "Vervaldatum", "Factuurbedrag", "OpenstaandSaldo"],
            ["debtor_number", "debtor_name", "number", "issue_date", "due_date", "amount", "open_amount"],
        ),
        (
            "Moneybird",
            ["Factuurnummer", "Contact", "Contactnummer", "Factuurdatum", "Vervaldatum", "Totaal incl. btw", "Btw",
             "Betaald"],
            ["number", "debtor_name", "debtor_number", "issue_date", "due_date", "amount", "vat_amount", "paid"],
        ),
        (
            "Moneybird in English",
            ["Invoice number", "Customer name", "Invoice date", "Due date", "Total price incl. tax", "Total unpaid"],
            ["number", "debtor_name", "issue_date", "due_date", "amount", "open_amount"],
        ),
        (
            "Twinfield",
            ["Debiteurcode", "Debiteurnaam", "Boekstuknummer", "Boekdatum", "Verv.datum", "Bedrag (EUR)", "Valuta"],
            ["debtor_number", "debtor_name", "number", "issue_date", "due_date", "amount", "currency"],
        ),
        (
            "AFAS",
            ["Nummer debiteur", "Naam debiteur", "Factuurnr.", "Factuur datum", "VERVALDATUM", "Bedrag incl. BTW",
             "Restbedrag"],
            ["debtor_number", "debtor_name", "number", "issue_date", "due_date", "amount", "open_amount"],
        ),
    ],
)  # fmt: skip
def test_the_headers_of_the_packages_for_invoices_are_recognised(package, headers, expected):
    columns = mapping.match(tuple(headers), "invoices")

    assert [columns.by_header.get(header) for header in headers] == expected, package
    assert columns.problems == ()


def test_a_header_that_means_two_things_goes_to_what_the_file_cannot_do_without():
    among_debtors = mapping.match(("Nummer", "Naam", "Contact"), "debtors").by_header
    among_invoices = mapping.match(("Nummer", "Contact", "Datum", "Totaal"), "invoices").by_header

    assert among_debtors == {"Nummer": "number", "Naam": "name", "Contact": "attention"}
    assert among_invoices["Nummer"] == "number"
    assert among_invoices["Contact"] == "debtor_name"


def test_the_amount_without_vat_is_never_taken_for_the_principal():
    columns = mapping.match(
        ("Factuurnummer", "Datum", "Debiteurnummer", "Bedrag excl. btw", "Bedrag incl. btw"), "invoices"
    )

    assert columns.by_header["Bedrag incl. btw"] == "amount"
    assert columns.unknown == ("Bedrag excl. btw",)


def test_the_amount_without_vat_is_not_suggested_either():
    reading = invoices("Factuurnummer;Datum;Debiteurnummer;Bedrag excl. btw\n1;1-1-2026;7;10\n")

    assert codes(reading) == ["column_missing"]
    assert reading.suggestions == {}


def test_the_users_own_choice_goes_before_every_guess_and_the_rest_is_still_recognised():
    content = "Debiteurnummer;Ons nummer;Naam;Straatnaam\n1;KL-7;Bakkerij;Dorpsstraat\n"

    reading = debtors(content, {"Ons nummer": "number", "Debiteurnummer": None})

    assert reading.rows[0].number == "KL-7"
    assert reading.mapping == {"Ons nummer": "number", "Naam": "name", "Straatnaam": "street"}
    assert reading.problems == ()


def test_what_was_used_can_be_given_back_with_the_next_file():
    first = debtors("Ons nummer;Naam\nKL-7;Bakkerij\n", {"ons NUMMER": "number"})

    second = debtors("Naam;Ons nummer\nGarage;KL-8\n", first.mapping)

    assert second.rows[0].number == "KL-8"
    assert second.problems == ()


def test_a_choice_for_a_column_that_this_file_lacks_is_a_warning_only():
    reading = debtors("Nummer;Naam\n1;Bakkerij\n", {"Postbus": "city"})

    assert len(reading.rows) == 1
    assert dutch(reading) == [
        "Regel 1, kolom Postbus: deze kolom is eerder toegewezen aan Plaats, maar staat niet in dit bestand."
    ]


@pytest.mark.parametrize(
    ("choice", "code"),
    [
        ({"Naam": "achternaam"}, "mapping_field_unknown"),
        ({"Naam": "name", "Bedrijf": "name"}, "mapping_field_double"),
    ],
)
def test_a_choice_that_contradicts_itself_stops_the_import(choice, code):
    reading = debtors("Nummer;Naam;Bedrijf\n1;Jan;Bakkerij\n", choice)

    assert code in codes(reading)
    assert reading.rows == ()


def test_a_column_that_is_missing_is_named_with_the_column_that_comes_nearest():
    reading = invoices("Faktuurnummer;Datum;Klantnr;Totaal bedrag in euro\n1;1-1-2026;7;10\n")

    assert dutch(reading) == [
        "Regel 1: er is geen kolom voor Factuurnummer. Is dat misschien de kolom Faktuurnummer?",
        "Regel 1: er is geen kolom voor Bedrag incl. btw. Is dat misschien de kolom Totaal bedrag in euro?",
    ]
    assert reading.suggestions == {"number": "Faktuurnummer", "amount": "Totaal bedrag in euro"}
    assert reading.unknown_columns == ("Faktuurnummer", "Totaal bedrag in euro")
    assert reading.headers == ("Faktuurnummer", "Datum", "Klantnr", "Totaal bedrag in euro")
    assert reading.preview == (("1", "1-1-2026", "7", "10"),)
    assert reading.rows == ()


def test_a_file_about_something_else_lists_all_that_is_missing():
    reading = invoices("Kenteken;Merk\n12-AB-34;Volvo\n")

    assert codes(reading) == ["column_missing"] * 4


def test_two_columns_with_one_name_are_told_apart():
    reading = debtors("Nummer;Naam;E-mail;E-mail\n1;Bakkerij;a@x.example;b@x.example\n")

    assert reading.headers == ("Nummer", "Naam", "E-mail", "E-mail [2]")
    assert reading.rows[0].email() == "a@x.example"
    assert codes(reading) == ["column_not_used", "header_double"]

    both = debtors(
        "Nummer;Naam;E-mail;E-mail\n1;Bakkerij;a@x.example;b@x.example\n", {"E-mail [2]": "email_invoice"}
    )  # fmt: skip

    assert both.rows[0].email("invoice") == "b@x.example"


def test_a_column_without_header_is_called_by_its_letter():
    reading = debtors("Nummer;Naam;;Plaats\n1;Bakkerij;iets;Utrecht\n", {"C": "notes"})

    assert reading.rows[0].notes == "iets"


@pytest.mark.parametrize("subject", ["debtors", "invoices"])
def test_a_mapping_screen_has_all_it_needs_in_two_languages(subject):
    for field in mapping.fields_for(subject):
        assert field.label("nl")
        assert field.label("en")
        assert field.example, field.name
        assert bool(field.help("nl")) == bool(field.help("en")), field.name
    required = {field.name for field in mapping.fields_for(subject) if field.required}
    assert required == {group[0] for group in fields.REQUIRED[subject]} | (
        {"debtor_name"} if subject == "invoices" else set()
    )


@pytest.mark.parametrize("subject", ["debtors", "invoices"])
def test_every_label_and_name_of_a_field_is_recognised_as_that_field_or_one_that_claims_it_first(subject):
    for field in mapping.fields_for(subject):
        columns = mapping.match((field.name,), subject)

        assert columns.columns == {field.name: 0}
