import codecs
from datetime import date
from decimal import Decimal

import pytest

from connectors.files import limits
from connectors.files.rows import GAccount, VatLine
from tests.connectors.files.making import PDF, attachment, codes, dutch, english, invoices, named, totals, ubl

TOTAL = "cac:LegalMonetaryTotal"
PERSON = "<cac:Person><cbc:FirstName>Anna</cbc:FirstName><cbc:FamilyName>de Vries</cbc:FamilyName></cac:Person>"
QQ = (
    "<cac:PostalAddress><cac:Country><cbc:IdentificationCode>QQ</cbc:IdentificationCode></cac:Country>"
    "</cac:PostalAddress>"
)
CBC_DUE = "<cbc:DueDate>{}</cbc:DueDate>"


def read(**changes):
    return invoices(ubl(**changes), filename="factuur.xml")


def one(**changes):
    reading = read(**changes)
    assert len(reading.rows) == 1, dutch(reading)
    return reading.rows[0]


def buyer(inside: str) -> str:
    return f"<cac:AccountingCustomerParty><cac:Party>{inside}</cac:Party></cac:AccountingCustomerParty>"


def legal(company_id: str = "", name: str = "Bakkerij") -> str:
    return (
        f"<cac:PartyLegalEntity><cbc:RegistrationName>{name}</cbc:RegistrationName>{company_id}</cac:PartyLegalEntity>"
    )


def test_an_invoice_partly_prepaid_and_rounded_is_read_whole():
    reading = invoices(named("ubl_prepaid_rounded_with_pdf.xml"), filename="ubl_prepaid_rounded_with_pdf.xml")

    (row,) = reading.rows
    assert reading.problems == ()
    assert (reading.file_kind, row.document_kind, row.number, row.type_code) == ("ubl", "invoice", "2026-0042", "380")
    assert (row.amount, row.paid, row.open_amount) == (Decimal("278.00"), Decimal("100.00"), Decimal("178.00"))
    assert row.vat_amount == Decimal("44.98")
    assert row.vat_lines == (
        VatLine("S", Decimal("21.00"), Decimal("200.00"), Decimal("42.00")),
        VatLine("S", Decimal("9.00"), Decimal("33.08"), Decimal("2.98")),
    )
    assert (row.issue_date, row.due_date, row.due_date_derived) == (date(2026, 1, 15), date(2026, 2, 14), False)
    assert (row.payment_reference, row.iban) == ("5000056789012345", "NL91ABNA0417164300")
    assert (row.order_reference, row.contract_ref, row.buyer_reference) == ("PO-4711", "RAAM-3", "Keuken")
    assert (row.period_start, row.period_end) == (date(2026, 1, 1), date(2026, 1, 31))
    assert (row.description, row.note) == ("Brood (+2)", "Dank voor uw bestelling.")
    assert row.payment_terms == "Betalen binnen 30 dagen"
    assert (row.pdf.filename, row.pdf.content[:5]) == ("factuur 2026-0042.pdf", b"%PDF-")


def test_the_buyer_becomes_a_debtor_with_all_that_is_needed_to_write_to_him():
    debtor = invoices(named("ubl_prepaid_rounded_with_pdf.xml")).rows[0].debtor

    assert (debtor.number, debtor.name, debtor.trade_name) == ("10001", "Hoekje Horeca B.V.", "Café ’t Hoekje")
    assert (debtor.kind, debtor.kind_derived) == ("business", True)
    assert (debtor.kvk, debtor.vat_number, debtor.oin) == ("12345678", "NL004495445B01", "00000001234567890000")
    assert debtor.peppol_id == "0190:00000001234567890000"
    assert (debtor.street, debtor.house_number, debtor.address_extra) == ("Reünieplein", "4 a", "achterom")
    assert (debtor.postcode, debtor.city, debtor.country) == ("3511 AB", "Utrecht", "NL")
    assert (debtor.attention, debtor.phone, debtor.email()) == (
        "mevrouw A. de Vries", "+31301234567", "administratie@hoekje.example",
    )  # fmt: skip


def test_the_supplier_is_given_so_that_the_importer_can_see_whose_invoice_it_is():
    supplier = invoices(named("ubl_prepaid_rounded_with_pdf.xml")).rows[0].supplier

    assert (supplier.name, supplier.trade_name) == ("Bakkerij De Gouden Aar B.V.", "De Gouden Aar")
    assert (supplier.kvk, supplier.vat_number, supplier.peppol_id) == ("90001234", "NL123456789B13", "0106:90001234")


def test_a_credit_note_names_the_invoice_that_it_credits():
    (row,) = invoices(named("ubl_credit_note.xml")).rows

    assert (row.document_kind, row.amount, row.original_number) == ("credit_note", Decimal("36.06"), "2026-0042")
    assert row.description == "Taart retour"


def test_a_g_account_splits_the_payment_and_reverse_charge_leaves_no_vat():
    reading = invoices(named("ubl_g_account_reverse_charge.xml"))

    (row,) = reading.rows
    assert reading.problems == ()
    assert row.g_account == GAccount(Decimal("250.00"), "NL69INGB0123456789", "G 2026-0044")
    assert (row.amount, row.vat_amount) == (Decimal("1000.00"), Decimal("0.00"))
    assert (row.ibans, row.payment_reference) == (("NL91ABNA0417164300",), "2026-0044")
    assert row.vat_lines[0].category == "AE"


def test_an_invoice_in_its_envelope_of_peppol_is_the_same_invoice():
    bare = invoices(named("ubl_prepaid_rounded_with_pdf.xml"), filename="x.xml")
    inside = invoices(named("ubl_in_peppol_envelope.xml"), filename="x.xml")

    assert inside.rows == bare.rows


def test_an_invoice_in_another_encoding_is_the_same_invoice():
    text = named("ubl_credit_note.xml").decode()
    bare = invoices(text, filename="x.xml")

    for encoding in ("utf-16", "iso-8859-15"):
        other = text.replace('encoding="UTF-8"', f'encoding="{encoding}"').replace("’", "'").encode(encoding)
        assert invoices(other, filename="x.xml").rows[0].debtor.city == bare.rows[0].debtor.city
    assert invoices(codecs.BOM_UTF8 + text.encode(), filename="x.xml").rows == bare.rows
    assert invoices(b"\n  " + text.encode(), filename="x.xml").rows == bare.rows


def test_without_a_due_date_the_importer_derives_one():
    assert one().due_date is None
    assert one().due_date_derived


def test_the_due_date_of_the_document_goes_before_that_of_the_payment():
    means = "<cac:PaymentMeans><cbc:PaymentDueDate>2026-03-03</cbc:PaymentDueDate></cac:PaymentMeans>"

    assert one(head=CBC_DUE.format("2026-02-14"), body=means).due_date == date(2026, 2, 14)
    assert one(body=means).due_date == date(2026, 3, 3)


def test_of_several_due_dates_the_last_is_taken_and_said():
    means = "".join(
        f"<cac:PaymentMeans><cbc:PaymentDueDate>{day}</cbc:PaymentDueDate></cac:PaymentMeans>"
        for day in ("2026-03-03", "2026-03-13", "2026-03-03")
    )

    reading = read(body=means)

    assert reading.rows[0].due_date == date(2026, 3, 13)
    assert codes(reading) == ["ubl_several_due_dates"]


@pytest.mark.parametrize(
    ("total", "amount", "paid"),
    [
        (totals("121.00", "121.00"), "121.00", "0.00"),
        (totals("1728.7", "729", prepaid="1000", rounding="0.30"), "1729.00", "1000.00"),
        (totals("100.02", "100.00", rounding="-0.02"), "100.00", "0.00"),
        (totals("121", "0", prepaid="121"), "121.00", "121.00"),
        (totals("+121.000", "121."), "121.00", "0.00"),
        (f'<{TOTAL}><cbc:PayableAmount currencyID="EUR">21</cbc:PayableAmount></{TOTAL}>', "21.00", "0.00"),
    ],
)  # fmt: skip
def test_the_principal_is_the_total_with_vat_and_rounding_and_the_prepaid_amount_a_first_payment(total, amount, paid):
    row = one(total=total)

    assert (row.amount, row.paid) == (Decimal(amount), Decimal(paid))


def test_totals_that_do_not_add_up_are_refused_with_the_sum():
    payable = read(total=totals("121.00", "100.00", prepaid="20.00"))
    tax = read(
        total='<cac:TaxTotal><cbc:TaxAmount currencyID="EUR">20.00</cbc:TaxAmount></cac:TaxTotal>'
        '<cac:LegalMonetaryTotal><cbc:TaxExclusiveAmount currencyID="EUR">100.00</cbc:TaxExclusiveAmount>'
        '<cbc:TaxInclusiveAmount currencyID="EUR">121.00</cbc:TaxInclusiveAmount></cac:LegalMonetaryTotal>'
    )

    assert payable.rows == tax.rows == ()
    assert dutch(payable) == [
        "Bestand factuur.xml, LegalMonetaryTotal/PayableAmount: € 121,00 min vooruitbetaald € 20,00 plus afronding "
        "€ 0,00 "
        "is niet te betalen € 100,00."
    ]
    assert english(tax) == [
        "File factuur.xml, LegalMonetaryTotal/TaxInclusiveAmount: €100.00 without VAT plus €20.00 VAT is not €121.00."
    ]


def test_a_second_tax_total_in_the_currency_of_another_tax_office_is_left_aside():
    other = '<cac:TaxTotal><cbc:TaxAmount currencyID="SEK">240.00</cbc:TaxAmount></cac:TaxTotal>'

    assert one(body=other).vat_amount == Decimal("21.00")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"currency": "USD"}, ["currency_unsupported"]),
        ({"total": totals("10", "10").replace("EUR", "SEK")}, ["currency_unsupported"]),
        ({"total": totals("0.00", "0.00")}, ["amount_zero"]),
        ({"total": totals("10.005", "10.005")}, ["amount_fraction", "amount_fraction"]),
        ({"total": totals("tien", "10")}, ["amount_unreadable"]),
        ({"total": totals("1e1", "10")}, ["amount_unreadable"]),
        ({"total": totals("10", "-5", prepaid="15")}, ["paid_exceeds_amount"]),
        ({"total": totals("10", "15", prepaid="-5")}, ["sign_differs"]),
        ({"total": ""}, ["ubl_missing"]),
        ({"number": ""}, ["ubl_missing"]),
        ({"number": "x" * 51}, ["text_too_long"]),
        ({"issued": ""}, ["ubl_missing"]),
        ({"issued": "15-01-2026"}, ["date_unreadable"]),
        ({"issued": "2026-02-30"}, ["date_unreadable"]),
        ({"issued": "1989-12-31"}, ["date_too_early"]),
        ({"issued": "2027-03-04"}, ["date_too_late"]),
        ({"head": CBC_DUE.format("2026-01-31")}, ["due_before_issue"]),
        ({"buyer": ""}, ["ubl_missing"]),
        ({"buyer": buyer(legal(name=" "))}, ["ubl_missing"]),
    ],
)
def test_a_document_on_which_no_claim_can_rest_is_refused_by_name(changes, expected):
    reading = read(**changes)

    assert reading.rows == ()
    assert codes(reading) == expected


def test_all_that_is_wrong_in_a_document_is_listed():
    reading = read(number="", issued="gisteren", currency="GBP", buyer="", total=totals("1.005", "1"))

    assert codes(reading) == [
        "ubl_missing",
        "date_unreadable",
        "currency_unsupported",
        "amount_fraction",
        "ubl_missing",
    ]


def test_a_negative_invoice_is_a_credit_note_and_that_is_said():
    total = totals("-121.00", "-100.00", prepaid="-21.00")

    reading = read(total=total)

    (row,) = reading.rows
    assert (row.document_kind, row.amount, row.paid) == ("credit_note", Decimal("121.00"), Decimal("21.00"))
    assert codes(reading) == ["negative_is_credit_note", "ubl_without_reference"]


def test_a_negative_credit_note_has_no_meaning():
    reading = read(root="CreditNote", total=totals("-121.00", "-121.00"))

    assert reading.rows == ()
    assert "ubl_negative_credit_note" in codes(reading)


@pytest.mark.parametrize(
    ("root", "code", "kind", "expected"),
    [
        ("Invoice", "380", "invoice", []),
        ("Invoice", "389", "invoice", []),
        ("Invoice", "326", "invoice", []),
        ("Invoice", "384", "invoice", ["ubl_without_reference"]),
        ("Invoice", "381", "credit_note", ["ubl_without_reference"]),
        ("Invoice", "999", "invoice", ["ubl_type_unusual"]),
        ("CreditNote", "381", "credit_note", ["ubl_without_reference"]),
        ("CreditNote", "261", "credit_note", ["ubl_without_reference"]),
    ],
)
def test_the_type_code_says_what_kind_of_document_it_is(root, code, kind, expected):
    reading = read(root=root, head=f"<cbc:{root}TypeCode>{code}</cbc:{root}TypeCode>")

    assert (reading.rows[0].document_kind, reading.rows[0].type_code) == (kind, code)
    assert codes(reading) == expected
    assert reading.errors == ()


def test_a_credit_note_for_several_invoices_belongs_to_no_single_one():
    references = "".join(
        f"<cac:BillingReference><cac:InvoiceDocumentReference><cbc:ID>{n}</cbc:ID></cac:InvoiceDocumentReference>"
        "</cac:BillingReference>"
        for n in ("A1", "A2", "A1")
    )

    row = one(root="CreditNote", body=references)

    assert row.original_numbers == ("A1", "A2")
    assert row.original_number == ""


@pytest.mark.parametrize(
    ("inside", "kind", "kvk", "warnings"),
    [
        (legal(), "consumer", "", []),
        (legal('<cbc:CompanyID schemeID="0106">12345678</cbc:CompanyID>'), "business", "12345678", []),
        (legal('<cbc:CompanyID schemeID="NL:KVK">12345678</cbc:CompanyID>'), "business", "12345678", []),
        (legal('<cbc:CompanyID schemeID="0190">00000001234567890000</cbc:CompanyID>'), "business", "", []),
        (legal('<cbc:CompanyID schemeID="0208">0123456749</cbc:CompanyID>'), "business", "", []),
        (legal('<cbc:CompanyID schemeID="0106">SITEST00000</cbc:CompanyID>'), "consumer", "", ["kvk_invalid"]),
        ('<cbc:EndpointID schemeID="0106">12345678</cbc:EndpointID>' + legal(), "business", "12345678", []),
        ("<cac:PartyName><cbc:Name>Jansen</cbc:Name></cac:PartyName>", "consumer", "", []),
        (PERSON, "consumer", "", []),
    ],
)  # fmt: skip
def test_a_buyer_registered_as_a_company_is_a_business_and_a_wrong_number_never_blocks(inside, kind, kvk, warnings):
    reading = read(buyer=buyer(inside))

    debtor = reading.rows[0].debtor
    assert (debtor.kind, debtor.kvk, debtor.kind_derived) == (kind, kvk, True)
    assert codes(reading) == warnings
    assert reading.errors == ()


def test_what_is_wrong_about_the_buyer_is_left_out_and_said_with_its_place():
    reading = read(
        buyer=buyer(
            legal()
            + QQ
            + "<cac:PartyTaxScheme><cbc:CompanyID>NL1</cbc:CompanyID></cac:PartyTaxScheme>"
            + "<cac:Contact><cbc:Telephone>12</cbc:Telephone><cbc:ElectronicMail>jan</cbc:ElectronicMail></cac:Contact>"
        ),
        body="<cac:PaymentMeans><cac:PayeeFinancialAccount><cbc:ID>NL11 BANK "
        "1111111111</cbc:ID></cac:PayeeFinancialAccount>"
        "</cac:PaymentMeans>",
    )

    assert len(reading.rows) == 1
    assert dutch(reading) == [
        f"Bestand factuur.xml, {place}"
        for place in (
            "PaymentMeans/PayeeFinancialAccount/ID: 'NL11 BANK 1111111111' is geen geldig IBAN. Dit is weggelaten.",
            "AccountingCustomerParty/Party/PostalAddress/Country/IdentificationCode: 'QQ' is geen land dat wij kennen. "
            "Verwacht een naam of een landcode zoals NL. Dit is weggelaten.",
            "AccountingCustomerParty/Party/PartyTaxScheme/CompanyID: 'NL1' is geen geldig btw-nummer. Dit is "
            "weggelaten.",
            "AccountingCustomerParty/Party/Contact/ElectronicMail: 'jan' is geen geldig e-mailadres. Dit is "
            "weggelaten.",
            "AccountingCustomerParty/Party/Contact/Telephone: '12' is geen geldig telefoonnummer. Dit is weggelaten.",
        )
    ]


def test_an_endpoint_that_is_a_mail_address_is_where_we_write_to():
    debtor = one(buyer=buyer('<cbc:EndpointID schemeID="EM">info@x.example</cbc:EndpointID>' + legal())).debtor

    assert debtor.email() == "info@x.example"
    assert debtor.peppol_id == ""


def test_the_number_that_the_supplier_gave_the_buyer_goes_before_another():
    assigned = buyer("<cac:PartyIdentification><cbc:ID>X9</cbc:ID></cac:PartyIdentification>" + legal()).replace(
        "<cac:Party>", "<cbc:SupplierAssignedAccountID>10001</cbc:SupplierAssignedAccountID><cac:Party>"
    )

    assert one(buyer=assigned).debtor_number == "10001"


def test_an_order_number_that_says_not_applicable_is_none():
    assert one(head="<cac:OrderReference><cbc:ID>NA</cbc:ID></cac:OrderReference>").order_reference == ""


def test_only_bytes_that_are_a_pdf_count_as_the_pdf():
    reading = read(
        head=attachment(b"R0lGODlh", "drawing.pdf")
        + attachment(b"\x89PNG", "foto.png", "image/png")
        + attachment(PDF, "../../etc/factuur", "application/octet-stream")
    )

    row = reading.rows[0]
    assert [(found.filename, found.is_pdf) for found in row.attachments] == [
        ("drawing.pdf", False), ("foto.png", False), ("factuur.bin", True),
    ]  # fmt: skip
    assert (row.pdf.content, row.pdf.mime) == (PDF, "application/pdf")
    assert dutch(reading) == [
        "Bestand factuur.xml, Attachment/EmbeddedDocumentBinaryObject: de bijlage drawing.pdf heet een PDF maar is "
        "het niet; "
        "zij is wel bewaard."
    ]


def test_an_attachment_that_cannot_be_decoded_is_left_out_and_said():
    broken = attachment(PDF).replace("JVBERi", "%%%%%%")

    reading = read(head=broken)

    assert reading.rows[0].attachments == ()
    assert codes(reading) == ["attachment_unreadable"]


def test_more_attachments_than_an_invoice_has_are_cut_off():
    reading = read(head=attachment(PDF) * (limits.ATTACHMENTS + 1))

    assert len(reading.rows[0].attachments) == limits.ATTACHMENTS
    assert codes(reading) == ["attachments_too_many"]


def test_a_blocked_account_without_its_amount_or_with_a_wrong_sum_is_mentioned():
    means = "<cac:PaymentMeans><cbc:ID>GACCOUNT</cbc:ID></cac:PaymentMeans>"
    terms = (
        "<cac:PaymentTerms><cbc:PaymentMeansID>{}</cbc:PaymentMeansID><cbc:Amount>{}</cbc:Amount></cac:PaymentTerms>"
    ).format  # fmt: skip

    without = read(body=means)
    wrong = read(body=means + terms("BENEFICIARY", "100") + terms("GACCOUNT", "20"))
    too_much = read(body=means + terms("GACCOUNT", "200"))

    assert (codes(without), without.rows[0].g_account) == (["g_account_without_amount"], None)
    assert (codes(wrong), wrong.rows[0].g_account) == (["ubl_split_differs"], GAccount(Decimal("20.00")))
    assert (codes(too_much), too_much.rows) == (["g_account_exceeds_amount"], ())


def test_a_text_without_end_is_cut_and_that_is_said():
    reading = read(head=f"<cbc:Note>{'a' * 5000}</cbc:Note>")

    assert len(reading.rows[0].note) == 4000
    assert codes(reading) == ["text_cut"]


BOMB = named("ubl_entity_bomb.xml")
DOCTYPE = "De XML heeft een DOCTYPE. Een UBL-factuur heeft die nooit, en wij openen haar daarom niet."
TOO_MUCH = "De XML heeft een onderdeel dat te groot of te diep genest is. Een bijlage mag ten hoogste 7 MB zijn."
BANK_STATEMENT = "Dit is een bankafschrift: dat lezen wij nog niet. Boek de betalingen bij Betalingen."
AUDIT_FILE = "Dit is een auditfile (XAF). Daarin staan geen facturen die wij zo kunnen overnemen."
NO_UBL = "Dit is geen UBL-factuur: het buitenste element is {}."
OTHER_UBL = "Dit is geen UBL 2: het element Invoice hoort bij '{}'."


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(content, expected, id=name)
        for name, content, expected in (
            ("cut off", named("ubl_cut_off_half_way.xml"), "De XML is beschadigd of onvolledig (regel 41)."),
            ("bomb", BOMB, DOCTYPE),
            ("bomb in utf-16", BOMB.decode().encode("utf-16"), DOCTYPE),
            ("bomb behind a comment", b"<!--" + b" " * 5000 + b"-->" + BOMB[22:], DOCTYPE),
            ("bank statement", named("bank_statement_camt.xml"), BANK_STATEMENT),
            ("audit file", b'<auditfile xmlns="http://www.auditfiles.nl/XAF/3.2"/>', AUDIT_FILE),
            ("no namespace", b"<Invoice/>", OTHER_UBL.format("")),
            ("other namespace", b'<Invoice xmlns="urn:example:invoice-1"/>', OTHER_UBL.format("urn:example:invoice-1")),
            ("order", b"<order><line/></order>", NO_UBL.format("order")),
            ("empty envelope", b"<StandardBusinessDocument/>", NO_UBL.format("StandardBusinessDocument")),
            ("too deep", b"<a>" * 400 + b"</a>" * 400, TOO_MUCH),
            ("too long", b"<a>" + b"x" * 11_000_000 + b"</a>", TOO_MUCH),
        )
    ],
)
def test_xml_that_is_no_invoice_is_one_clear_problem(content, expected):
    reading = invoices(content, filename="factuur.xml")

    assert reading.rows == ()
    assert dutch(reading) == [expected]


def test_entities_and_files_of_our_machine_never_reach_an_invoice():
    content = ubl(number="&b;").replace(b"?>", b'?><!DOCTYPE Invoice [<!ENTITY b SYSTEM "file:///etc/hostname">]>', 1)

    assert codes(invoices(content)) == ["xml_doctype"]


def test_a_party_may_hold_comments_and_instructions():
    row = one(number="2026<!-- x -->-0042<?php echo ?>")

    assert row.number == "2026-0042"
