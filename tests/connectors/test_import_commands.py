"""manage.py import_debtors and import_invoices: a file in, all of it or nothing, and the same again changes nothing."""

from io import StringIO
from pathlib import Path
from typing import NamedTuple

import pytest
import time_machine
from django.core.management import CommandError, call_command

from audit.models import Entry
from connectors import importing, uploads
from debtors import operations as debtors
from debtors.models import Contact, Debtor
from dunning.models import Case
from invoices.models import Attachment, CreditNote, Invoice
from tenants.context import tenant_context
from tenants.models import Tenant
from tests import nights
from tests.conftest import TODAY, actor

pytestmark = pytest.mark.django_db
FILES = Path(__file__).parents[1] / "files" / "import"
CSV = "windows1252_semicolon_decimal_comma.csv"  # three documents of debtors 10001 and 10002
XLSX = "exact_export.xlsx"
UBL = "ubl_prepaid_rounded_with_pdf.xml"
DEBTORS = "windows1252_semicolon_accents.csv"


class Said(NamedTuple):
    """What a command wrote, and why it gave up."""

    out: str
    err: str = ""
    gave_up: str = ""


def run(command: str, file: str | Path, *options: str, tenant: str = "bakkerij-de-vries") -> Said:
    out, err = StringIO(), StringIO()
    path = FILES / file if isinstance(file, str) else file
    try:
        with time_machine.travel(nights.at(TODAY, 9), tick=False):
            call_command(command, "--tenant", tenant, *options, str(path), stdout=out, stderr=err)
    except CommandError as error:
        return Said(out.getvalue(), err.getvalue(), str(error))
    return Said(out.getvalue(), err.getvalue())


def counts(tenant: Tenant) -> dict[str, int]:
    with tenant_context(tenant.pk):
        models = (Debtor, Contact, Invoice, CreditNote, Attachment, Case)
        return {model.__name__: model.objects.count() for model in models}


def pictures(tenant: Tenant) -> list[list[tuple[object, ...]]]:
    """Give every row of what an import can touch."""
    with tenant_context(tenant.pk):
        models = (Debtor, Contact, Invoice, CreditNote, Attachment, Entry)
        return [list(model.objects.order_by("pk").values_list()) for model in models]


def test_debtors_from_csv_and_again(bakkerij: Tenant) -> None:
    first = run("import_debtors", DEBTORS)
    assert first.out.splitlines()[-1] == "2 added, 0 changed, 0 unchanged, 0 new debtors"
    before = pictures(bakkerij)

    second = run("import_debtors", DEBTORS)

    assert second.out.splitlines()[-1] == "0 added, 0 changed, 2 unchanged, 0 new debtors"
    assert pictures(bakkerij) == before


@pytest.mark.parametrize(
    ("file", "said", "invoices", "notes"),
    [
        (CSV, "3 added, 0 changed, 0 unchanged, 0 new debtors", 2, 1),
        (XLSX, "3 added, 0 changed, 0 unchanged, 0 new debtors", 2, 1),
        (UBL, "1 added, 0 changed, 0 unchanged, 0 new debtors", 1, 0),
    ],
)
def test_invoices_and_again(bakkerij: Tenant, file: str, said: str, invoices: int, notes: int) -> None:
    run("import_debtors", DEBTORS)

    first = run("import_invoices", file)

    assert first.out.splitlines()[-1] == said
    held = counts(bakkerij)
    assert (held["Invoice"], held["CreditNote"], held["Debtor"], held["Case"]) == (invoices, notes, 2, invoices)
    before = pictures(bakkerij)
    second = run("import_invoices", file)
    assert second.out.splitlines()[-1] == f"0 added, 0 changed, {invoices + notes} unchanged, 0 new debtors"
    assert pictures(bakkerij) == before


def test_a_ubl_invoice_brings_its_debtor_its_pdf_and_what_was_prepaid(bakkerij: Tenant) -> None:
    said = run("import_invoices", UBL)

    assert said.out.splitlines()[-1] == "1 added, 0 changed, 0 unchanged, 1 new debtors"
    with tenant_context(bakkerij.pk):
        invoice = Invoice.objects.select_related("debtor").get()
        (pdf,) = Attachment.objects.filter(is_the_invoice=True)
    assert (str(invoice.principal), str(invoice.principal_open)) == ("278.00", "178.00")
    assert invoice.debtor.kvk == "12345678"
    assert bytes(pdf.content).startswith(b"%PDF")


def test_an_invoice_of_another_supplier_is_warned_of(bakkerij: Tenant) -> None:
    said = run("import_invoices", UBL)
    assert "Een inkoopfactuur hoort hier niet." in said.out


def test_a_known_number_with_another_amount_is_refused_and_nothing_is_half_imported(
    bakkerij: Tenant, tmp_path: Path
) -> None:
    run("import_debtors", DEBTORS)
    run("import_invoices", CSV)
    before = pictures(bakkerij)
    other = tmp_path / "anders.csv"
    other.write_text(
        "Factuurnummer;Debiteurnummer;Naam;Factuurdatum;Bedrag\n"
        "2026-0100;10009;Nieuwe klant;15-01-2026;10,00\n"
        "2026-0001;10001;;15-01-2026;1.331,00\n"
    )

    said = run("import_invoices", other)

    assert said.gave_up == "nothing was imported"
    assert said.err.splitlines() == [
        "Regel 3: nummer 2026-0001 is al bekend met een ander bedrag of een andere debiteur (€ 1.210,00). "
        "Een factuur wordt nooit overschreven: maak een creditnota."
    ]
    assert pictures(bakkerij) == before


def test_every_error_is_written_in_the_language_asked_and_nothing_is_imported(bakkerij: Tenant) -> None:
    said = run("import_debtors", "everything_wrong_in_one_row.csv", "--language", "en")

    assert said.gave_up == "nothing was imported"
    assert "Row 2, column Land: 'Atlantis' is no country that we know." in said.err
    assert len(said.err.splitlines()) == 10
    assert counts(bakkerij)["Debtor"] == 0


def test_an_unknown_debtor_is_named(bakkerij: Tenant) -> None:
    said = run("import_invoices", CSV)

    assert said.gave_up == "nothing was imported"
    assert "debiteur 10001 is onbekend" in said.err
    assert counts(bakkerij)["Invoice"] == 0


def test_a_dry_run_says_what_would_happen_and_changes_nothing(bakkerij: Tenant) -> None:
    before = pictures(bakkerij)

    said = run("import_invoices", UBL, "--dry-run")

    assert said.out.splitlines()[-1] == "1 would be added, 0 would be changed, 0 unchanged, 1 new debtors"
    assert pictures(bakkerij) == before


def test_only_the_tenant_that_was_named_is_touched(bakkerij: Tenant, garage: Tenant) -> None:
    run("import_debtors", DEBTORS)
    assert counts(garage)["Debtor"] == 0
    assert counts(bakkerij)["Debtor"] == 2


def test_a_tenant_or_file_that_does_not_exist(bakkerij: Tenant) -> None:
    assert run("import_debtors", DEBTORS, tenant="nergens").gave_up == "there is no administration 'nergens'"
    assert "No such file" in run("import_debtors", "bestaat-niet.csv").gave_up


# --- How debtors are found


def imported(kind: str, text: str) -> importing.Result:
    return uploads.import_content(kind=kind, content=text.encode(), filename="x.csv", by=actor())


def test_a_debtor_without_a_number_is_found_by_what_identifies_him(inside: Tenant) -> None:
    head = "Factuurnummer;Factuurdatum;Bedrag;Naam;KvK;Postcode\n"
    first = imported(
        "invoices", head + "F-1;05-01-2026;10,00;Smit B.V.;12345678;3542 AD\nF-2;05-01-2026;10,00;Smit;12345678;\n"
    )
    assert first.new_debtors == 1

    by_kvk = imported("invoices", head + "F-3;05-01-2026;10,00;Bouwbedrijf Smit;12345678;\n")
    by_address = imported("invoices", head + "F-4;05-01-2026;10,00;smit b.v.;;3542 AD\n")
    nobody = imported(
        "invoices", head + "F-5;05-01-2026;10,00;Smit B.V.;;9999 ZZ\nF-6;05-01-2026;10,00;Jansen;;1111 AA\n"
    )

    assert (by_kvk.new_debtors, by_address.new_debtors, nobody.new_debtors) == (0, 0, 2)
    assert Debtor.objects.count() == 3
    assert Debtor.objects.get(kvk="12345678").invoices.count() == 4
    assert len(set(Debtor.objects.values_list("number", flat=True))) == 3


def test_a_debtor_that_is_known_by_number_is_not_changed_by_an_invoice(inside: Tenant, bedrijf: Debtor) -> None:
    text = "Factuurnummer;Factuurdatum;Bedrag;Debiteurnummer;Naam;Plaats\nF-1;05-01-2026;10,00;20001;Andere naam;Ede\n"
    assert imported("invoices", text).new_debtors == 0
    bedrijf.refresh_from_db()
    assert (bedrijf.name, bedrijf.city) == ("Bouwbedrijf Smit B.V.", "Amersfoort")
    assert Invoice.objects.get().debtor_as_invoiced["name"] == "Andere naam"


def test_an_empty_column_says_nothing_and_an_address_of_ours_stays(inside: Tenant) -> None:
    head = "Debiteurnummer;Naam;Plaats;E-mail;Telefoon\n"
    imported("debtors", head + "1;Smit;Utrecht;smit@post.test;\n2;Bel;Ede;;030 123 45 67\n")
    smit = Debtor.objects.get(number="1")
    debtors.add_contact(debtor=smit, role="escalation", email="baas@post.test", by=actor())

    again = imported("debtors", head + "1;Smit;;SMIT@post.test;\n2;Bel;;;030 123 45 67\n")
    more = imported("debtors", head + "1;Smit;;nieuw@post.test;\n")

    assert (again.unchanged, again.changed) == (2, 0)
    assert (more.unchanged, more.changed) == (0, 1)
    smit.refresh_from_db()
    assert smit.city == "Utrecht"
    assert set(smit.contacts.values_list("email", flat=True)) == {"smit@post.test", "baas@post.test", "nieuw@post.test"}
    assert Debtor.objects.get(number="2").contacts.count() == 1


def test_what_came_in_is_in_the_log(inside: Tenant) -> None:
    imported("debtors", "Debiteurnummer;Naam;E-mail\n1;Smit;smit@post.test\n")

    registered = Entry.objects.get(verb="debtor.registered")
    assert (registered.subject_label, registered.data["emails"]) == ("1 Smit", ["smit@post.test"])
    assert Entry.objects.get(verb="import.finished").data["added"] == 1


def test_many_debtors_are_few_statements(inside: Tenant, django_assert_max_num_queries: object) -> None:
    rows = "".join(f"{n};Klant {n};k{n}@post.test\n" for n in range(200))
    with django_assert_max_num_queries(25):  # type: ignore[operator]
        assert imported("debtors", "Debiteurnummer;Naam;E-mail\n" + rows).added == 200
    with django_assert_max_num_queries(25):  # type: ignore[operator]
        assert imported("debtors", "Debiteurnummer;Naam;E-mail\n" + rows).unchanged == 200
