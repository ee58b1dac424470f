import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.files import parties
from connectors.files.cells import CellError, clean


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("NL", "NL"),
        ("nl", "NL"),
        ("Nederland", "NL"),
        ("NEDERLAND", "NL"),
        ("The Netherlands", "NL"),
        ("Niederlande", "NL"),
        ("Pays-Bas", "NL"),
        ("Holland", "NL"),
        ("NLD", "NL"),
        ("Belgium", "BE"),
        ("België", "BE"),
        ("Belgie", "BE"),
        ("Duitsland", "DE"),
        ("Deutschland", "DE"),
        ("Verenigd Koninkrijk", "GB"),
        ("UK", "GB"),
        ("EL", "GR"),
        ("U.S.A.".replace(".", ""), "US"),
    ],
)
def test_a_country_is_known_by_code_and_by_name_in_four_languages(written, code):
    assert parties.parse_country(written) == code


@pytest.mark.parametrize("written", ["Atlantis", "ZZ", "EU", "31", "N L"])
def test_a_country_that_does_not_exist_is_refused(written):
    with pytest.raises(CellError, match="country_unknown"):
        parties.parse_country(written)


@pytest.mark.parametrize(
    ("written", "country", "number"),
    [
        ("020 123 45 67", "", "+31201234567"),
        ("06-12345678", "NL", "+31612345678"),
        ("0031 6 12345678", "", "+31612345678"),
        ("+31 (0)6 12345678", "", "+31612345678"),
        ("612345678", "", "+31612345678"),
        ("02 555 12 12", "BE", "+3225551212"),
        ("+49 30 901820", "NL", "+4930901820"),
        ("020-1234567 / 06-12345678", "", "+31201234567"),
        ("onbekend of 06-12345678", "", "+31612345678"),
    ],
)
def test_a_phone_number_becomes_e164_in_the_country_of_the_debtor(written, country, number):
    assert parties.parse_phone(written, country) == number


def test_a_phone_number_that_nobody_can_have_is_refused():
    with pytest.raises(CellError, match="phone_invalid"):
        parties.parse_phone("12345")


@pytest.mark.parametrize(
    ("written", "addresses"),
    [
        ("jan@bakkerij.example", ("jan@bakkerij.example",)),
        ("Jan.Bakker+facturen@Bakkerij.Example", ("Jan.Bakker+facturen@bakkerij.example",)),
        ("a@x.example; b@y.example", ("a@x.example", "b@y.example")),
        ("a@x.example,b@y.example", ("a@x.example", "b@y.example")),
        ("a@x.example a@x.example", ("a@x.example",)),
        ("Jan Bakker <jan@bakkerij.example>", ("jan@bakkerij.example",)),
        ("mailto:jan@bakkerij.example", ("jan@bakkerij.example",)),
        ("jan@münchen.example", ("jan@münchen.example",)),
    ],
)
def test_email_addresses_are_taken_out_of_a_cell(written, addresses):
    assert parties.parse_emails(written) == addresses


@pytest.mark.parametrize(
    "written",
    ["jan", "jan@", "@bakkerij.example", "jan@bakkerij", "jan@@x.example", ".jan@x.example", "jan@-x.example",
     "jan..b@x.example", "jan@x.example; piet", "jan@x.example\r\nBcc: piet@y.example:", "a" * 65 + "@x.example"],
)  # fmt: skip
def test_an_email_address_that_cannot_work_is_refused(written):
    with pytest.raises(CellError, match="email_invalid"):
        parties.parse_emails(written)


@pytest.mark.parametrize(
    ("written", "country", "number"),
    [
        ("NL123456789B13", "", "NL123456789B13"),
        ("NL 1234.56.789.B13", "", "NL123456789B13"),
        ("123456789B13", "NL", "NL123456789B13"),
        ("123456789B13", "", "NL123456789B13"),
        ("DE 136 695 976", "NL", "DE136695976"),
        ("136695976", "DE", "DE136695976"),
        ("EL 094259216", "", "EL094259216"),
        ("CHE-100.155.212 MWST", "", "CHE100155212MWST"),
        ("US12-3456789", "", "US123456789"),
    ],
)
def test_a_vat_number_is_checked_by_the_rules_of_its_country(written, country, number):
    assert parties.parse_vat(written, country) == number


@pytest.mark.parametrize("written", ["NL123456789B99", "BE54321", "DE1", "NL", "geen nummer", "XX1"])
def test_a_vat_number_that_fails_its_check_is_refused(written):
    with pytest.raises(CellError, match="vat_invalid"):
        parties.parse_vat(written)


@pytest.mark.parametrize(
    ("line", "street", "number"),
    [
        ("Dorpsstraat 12", "Dorpsstraat", "12"),
        ("Dorpsstraat 12A", "Dorpsstraat", "12A"),
        ("Dorpsstraat 12 bis", "Dorpsstraat", "12 bis"),
        ("Dorpsstraat 12-3", "Dorpsstraat", "12-3"),
        ("2e Jan Steenstraat 5", "2e Jan Steenstraat", "5"),
        ("Postbus 123", "Postbus", "123"),
        ("Rue de la Loi, 16", "Rue de la Loi", "16"),
        ("Plein 1945 12", "", ""),
        ("Kerkstraat 12 3", "", ""),
        ("10 Downing Street", "", ""),
        ("Dorpsstraat", "", ""),
        ("12", "", ""),
        ("", "", ""),
    ],
)
def test_an_address_line_is_cut_only_where_there_is_one_cut(line, street, number):
    assert parties.split_street(line) == (street, number)


@pytest.mark.parametrize(
    ("written", "postcode"),
    [("1234ab", "1234 AB"), ("1234 AB", "1234 AB"), ("NL-1234AB", "1234 AB"), ("B-1000", "B-1000")],
)
def test_a_dutch_postcode_is_written_one_way_and_another_left_alone(written, postcode):
    assert parties.tidy_postcode(written) == postcode


@pytest.mark.parametrize(
    ("written", "kind"),
    [("Consument", "consumer"), ("particulier", "consumer"), ("B2C", "consumer"), ("Privé", "consumer"),
     ("Onderneming", "business"), ("zakelijk", "business"), ("Natuurlijk persoon", "consumer"), ("B2B", "business")],
)  # fmt: skip
def test_the_kind_of_a_debtor_in_the_words_of_the_packages(written, kind):
    assert parties.parse_kind(written) == kind


def test_an_unknown_kind_is_refused_rather_than_guessed():
    with pytest.raises(CellError, match="kind_unreadable"):
        parties.parse_kind("VIP")


@pytest.mark.parametrize(
    ("written", "language"),
    [("nl", "nl"), ("nl-NL", "nl"), ("Nederlands", "nl"), ("English (UK)", "en"), ("Français", "fr")],
)
def test_a_language_is_one_of_the_four_we_write_in(written, language):
    assert parties.parse_language(written) == language


def test_a_name_loses_what_cannot_be_seen_or_stored_and_nothing_else():
    assert clean("  Bakkerij\u00a0\u200bDe\tGouden\x00 Aar\u202e \ud800 ") == "Bakkerij De Gouden Aar"
    assert clean("Zoe\u0308 & Zn. “’t Hoekje” 日本 🥖") == "Zoë & Zn. “’t Hoekje” 日本 🥖"


@given(text=st.text(max_size=80))
def test_no_text_makes_a_check_raise_anything_else(text):
    checks = (
        parties.parse_country, parties.parse_language, parties.parse_kind, parties.parse_document_kind,
        parties.parse_phone, parties.parse_emails, parties.parse_kvk, parties.parse_iban, parties.parse_vat,
    )  # fmt: skip
    for check in checks:
        try:
            check(text)
        except CellError:
            continue
    parties.split_street(text)
