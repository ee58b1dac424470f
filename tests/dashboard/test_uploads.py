"""A file is dropped, looked at, mapped and imported: all of it or nothing, and the same again changes nothing."""

import io
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audit.models import Entry
from connectors import uploads
from connectors.models import ColumnMapping, Upload
from connectors.tasks import run_waiting_uploads
from debtors.models import Debtor
from invoices.models import CreditNote, Invoice
from tenants.context import tenant_context
from tenants.models import Tenant, User, Wakeup
from tests.conftest import TODAY, actor
from tests.dashboard.money_pages import csv_lines, monday, words  # noqa: F401 - a fixture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
Login = Callable[[User], Client]
HOME = "/a/bakkerij-de-vries/importeren/"
FILES = Path(__file__).parents[1] / "files" / "import"
DEBTORS = "Debiteurnummer;Naam;Plaats;E-mail\n1;Smit B.V.;Utrecht;smit@post.test\n2;P. Jansen;Ede;jansen@post.test\n"
INVOICES = (
    "Factuurnummer;Factuurdatum;Vervaldatum;Bedrag;Debiteurnummer;Naam;KvK\n"
    "F-1;05-01-2026;04-02-2026;1.210,00;1;Smit B.V.;12345678\n"
    "F-2;20-02-2026;22-03-2026;96,80;2;P. Jansen;\n"
)


@pytest.fixture(autouse=True)
def _no_memory() -> None:
    cache.clear()


@pytest.fixture
def client(bookkeeper: User, login: Login) -> Client:
    return login(bookkeeper)


def drop(client: Client, *files: tuple[str, str | bytes], kind: str = "invoices") -> Any:
    """Choose files and look at them; give the page on which that ends."""
    held = [SimpleUploadedFile(name, text.encode() if isinstance(text, str) else text) for name, text in files]
    return client.post(HOME, {"kind": kind, "documents": held}, follow=True)


def address(page: Any) -> str:
    return str(page.request["PATH_INFO"]) if not page.redirect_chain else page.redirect_chain[-1][0]


def start(client: Client, page: Any, **fields: str) -> Any:
    return client.post(f"{address(page)}inlezing/", fields, follow=True)


def figures(page: Any) -> dict[str, str]:
    return {stat.label: stat.value for stat in page.context["stats"]}


def count(tenant: Tenant, model: type[Any]) -> int:
    with tenant_context(tenant.pk):
        return int(model.objects.count())


# --- The story


def test_a_file_is_looked_at_imported_and_the_same_again_changes_nothing(bakkerij: Tenant, client: Client) -> None:
    page = drop(client, ("facturen.csv", INVOICES))

    assert figures(page) == {
        "Nieuw": "2",
        "Gewijzigd": "0",
        "Ongewijzigd": "0",
        "Nieuwe debiteuren": "2",
        "Al vervallen": "1",
    }
    text = words(page)
    assert "€ 1.306,80" in text
    assert "1 nieuwe factuur is al vervallen en komt vannacht op de ladder." in text
    assert "Smit B.V.: zakelijk" in text
    assert "P. Jansen: particulier" in text
    assert count(bakkerij, Invoice) == 0

    done = start(client, page)

    assert "2 nieuw" in words(done).lower()
    with tenant_context(bakkerij.pk):
        assert Invoice.objects.get(number="F-1").principal == Decimal("1210.00")
        assert list(Debtor.objects.order_by("number").values_list("kind", flat=True)) == ["business", "consumer"]

    again = drop(client, ("facturen.csv", INVOICES))
    text = words(again)
    assert "Dit bestand is eerder ingelezen" in text
    assert "Er zou niets veranderen" in text
    assert figures(again)["Ongewijzigd"] == "2"
    assert "Er is niets veranderd" in words(start(client, again))
    assert count(bakkerij, Invoice) == 2
    history = [(row.result, str(row.state.label)) for row in client.get(HOME).context["rows"]]
    assert history == [("er is niets veranderd", "ingelezen"), ("2 nieuw", "ingelezen")]


def test_debtors_are_followed(bakkerij: Tenant, client: Client) -> None:
    start(client, drop(client, ("debiteuren.csv", DEBTORS), kind="debtors"))

    moved = DEBTORS.replace("Utrecht", "Zeist") + "3;Nieuw B.V.;Delft;\n"
    page = drop(client, ("debiteuren.csv", moved), kind="debtors")

    assert figures(page) == {"Nieuw": "1", "Gewijzigd": "1", "Ongewijzigd": "1"}
    start(client, page)
    with tenant_context(bakkerij.pk):
        assert Debtor.objects.get(number="1").city == "Zeist"
        assert [one.email for one in Debtor.objects.get(number="2").contacts.all()] == ["jansen@post.test"]


def test_ubl_files_chosen_together_are_one_import(bakkerij: Tenant, client: Client) -> None:
    files = [
        (name, (FILES / name).read_bytes()) for name in ("ubl_credit_note.xml", "ubl_prepaid_rounded_with_pdf.xml")
    ]

    page = drop(client, *files)

    assert "2 UBL.zip" in words(page)
    text = words(page)
    assert "2 documenten noemen een andere leverancier dan uw briefhoofd." in text
    refused = start(client, page)
    assert "Bevestig eerst dat u ook de facturen van een andere leverancier wilt inlezen." in words(refused)
    assert count(bakkerij, Invoice) == 0
    start(client, page, andere="1")
    assert (count(bakkerij, Invoice), count(bakkerij, CreditNote)) == (1, 1)


def test_tables_chosen_together_are_looked_at_one_by_one(bakkerij: Tenant, client: Client) -> None:
    page = drop(client, ("a.csv", INVOICES), ("b.csv", INVOICES.replace("F-", "G-")))

    assert "2 bestanden staan klaar. Bekijk ze een voor een." in words(page)
    assert [row.filename for row in page.context["rows"]] == ["b.csv", "a.csv"]


# --- Columns


def test_a_column_that_is_not_recognised_is_pointed_out_once(bakkerij: Tenant, client: Client) -> None:
    strange = "Doc;Wanneer gemaakt;Klant;Iets;Totaal te voldoen\nF-1;05-01-2026;1;x;100,00\n"
    start(client, drop(client, ("debiteuren.csv", DEBTORS), kind="debtors"))
    page = drop(client, ("vreemd.csv", strange))
    assert page.context["outlook"].errors
    assert "Wijs aan welke kolom dat is" in words(page)
    assert b"inlezing/" not in page.content

    mapping = {"kolom-0": "number", "kolom-1": "issue_date", "kolom-2": "debtor_number", "kolom-4": "amount"}
    mapped = client.post(f"{address(page)}kolommen/", mapping, follow=True)

    assert not mapped.context["outlook"].errors
    assert figures(mapped)["Nieuw"] == "1"
    with tenant_context(bakkerij.pk):
        assert dict(ColumnMapping.objects.values_list("header", "field"))["Iets"] == ""
    next_time = drop(client, ("vreemd.csv", strange.replace("F-1", "F-2")))
    assert figures(next_time)["Nieuw"] == "1"


def test_two_columns_for_one_field_is_an_error_that_names_both(bakkerij: Tenant, client: Client) -> None:
    page = drop(client, ("facturen.csv", INVOICES))
    fields = {"kolom-0": "number", "kolom-1": "number", "kolom-3": "amount", "kolom-4": "debtor_number"}

    mapped = client.post(f"{address(page)}kolommen/", fields, follow=True)

    told = [line.text for line in mapped.context["lines"]]
    assert any(text.startswith("De kolom is toegewezen aan Factuurnummer, maar dat is de kolom") for text in told)
    assert mapped.context["outlook"].errors


# --- What is wrong


def test_every_error_is_listed_with_its_row_and_nothing_is_imported(bakkerij: Tenant, client: Client) -> None:
    page = drop(client, ("fout.csv", (FILES / "everything_wrong_in_one_row.csv").read_bytes()), kind="debtors")

    lines = {(line.place, line.column, line.text) for line in page.context["lines"]}
    assert (
        "regel 2",
        "Land",
        "'Atlantis' is geen land dat wij kennen. Verwacht een naam of een landcode zoals NL.",
    ) in lines
    assert len(lines) == page.context["count"] == 9
    assert "Er is niets ingelezen" in words(page)
    refused = start(client, page)
    assert "Er staan nog fouten in het bestand: er is niets ingelezen." in words(refused)
    assert count(bakkerij, Debtor) == 0
    listed = csv_lines(client, f"{address(page)}fouten/")
    assert listed[0] == "Soort;Waar;Kolom;Wat"
    assert len(listed) == 11  # the nine, a warning, and the head


def test_a_known_number_with_another_amount_is_refused(bakkerij: Tenant, client: Client) -> None:
    start(client, drop(client, ("facturen.csv", INVOICES)))

    page = drop(client, ("facturen.csv", INVOICES.replace("1.210,00", "1.331,00") + "F-3;05-01-2026;;10,00;1;;\n"))

    assert "Nummer F-1 is al bekend met een ander bedrag of een andere debiteur (€ 1.210,00)." in words(page)
    assert "Een factuur wordt nooit overschreven: maak een creditnota." in words(page)
    start(client, page)
    assert count(bakkerij, Invoice) == 2
    with tenant_context(bakkerij.pk):
        assert Invoice.objects.get(number="F-1").principal == Decimal("1210.00")


def test_a_known_number_with_another_date_is_refused(bakkerij: Tenant, client: Client) -> None:
    start(client, drop(client, ("facturen.csv", INVOICES)))

    page = drop(client, ("facturen.csv", INVOICES.replace("05-01-2026;04-02-2026", "05-01-2025;04-02-2025")))

    assert "Nummer F-1 is al bekend met een andere datum (05-01-2026)." in words(page)


def test_a_later_due_date_follows_the_books(bakkerij: Tenant, client: Client) -> None:
    start(client, drop(client, ("facturen.csv", INVOICES)))

    page = drop(client, ("facturen.csv", INVOICES.replace("22-03-2026", "30-03-2026")))

    assert figures(page)["Gewijzigd"] == "1"
    start(client, page)
    with tenant_context(bakkerij.pk):
        assert Invoice.objects.get(number="F-2").due_date == date(2026, 3, 30)


@pytest.mark.parametrize("name", ["bank_statement_camt.xml", "ubl_entity_bomb.xml", "quote_never_closed.csv"])
def test_files_that_are_something_else_say_so(bakkerij: Tenant, client: Client, name: str) -> None:
    page = drop(client, (name, (FILES / name).read_bytes()))
    assert page.status_code == 200
    assert page.context["outlook"].errors
    assert count(bakkerij, Invoice) == 0


def test_no_file_or_an_empty_one(bakkerij: Tenant, client: Client) -> None:
    nothing = client.post(HOME, {"kind": "invoices"})
    assert nothing.status_code == 422
    assert "Kies eerst een bestand." in words(nothing)
    empty = drop(client, ("leeg.csv", b""))
    assert empty.status_code == 422
    assert "Dit bestand is leeg." in words(empty)
    assert count(bakkerij, Upload) == 0


# --- A large file


def test_a_large_file_goes_through_the_worker_and_its_progress_survives(
    bakkerij: Tenant, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "AT_ONCE", 1)
    page = drop(client, ("groot.csv", INVOICES))
    assert "2 regels, zonder fouten in het bestand zelf." in words(page)

    waiting = start(client, page)

    assert "Het inlezen is begonnen." in words(waiting)
    assert "0 van 2" in words(client.get(address(page)))
    assert "0 van 2" in words(client.get(f"{address(page)}voortgang/", headers={"HX-Request": "true"}))
    assert f'hx-get="{address(page)}voortgang/"' in client.get(address(page)).content.decode()
    assert count(bakkerij, Invoice) == 0
    assert Wakeup.objects.filter(tenant=bakkerij, queue="connectors.tasks.run_waiting_uploads").exists()
    assert "wordt ingelezen" in words(client.post(f"{address(page)}prullenbak/", follow=True))
    start(client, page)  # asked twice

    run_waiting_uploads(tenant_id=bakkerij.pk)

    assert count(bakkerij, Invoice) == 2
    assert client.get(f"{address(page)}voortgang/", headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    assert client.get(f"{address(page)}voortgang/")["Location"] == address(page)
    assert figures(client.get(address(page)))["Nieuw"] == "2"
    run_waiting_uploads(tenant_id=bakkerij.pk)
    assert count(bakkerij, Invoice) == 2


def test_a_large_file_with_a_known_number_imports_nothing_and_says_why(
    bakkerij: Tenant, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    start(client, drop(client, ("facturen.csv", INVOICES)))
    monkeypatch.setattr(uploads, "AT_ONCE", 1)
    page = drop(client, ("groot.csv", INVOICES.replace("1.210,00", "1.331,00") + "F-3;05-01-2026;;10,00;1;;\n"))
    start(client, page)

    run_waiting_uploads(tenant_id=bakkerij.pk)

    assert count(bakkerij, Invoice) == 2
    assert client.get(HOME).context["rows"][0].result == "1 fout, niets ingelezen"
    failed = client.get(address(page))
    assert "Nummer F-1 is al bekend" in words(failed)
    assert b"inlezing/" in failed.content  # once the books are put right it may be tried again
    assert "Nummer F-1 is al bekend" in csv_lines(client, f"{address(page)}fouten/")[1]


def test_the_worker_imports_in_the_name_of_who_asked(
    bakkerij: Tenant, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "AT_ONCE", 1)
    start(client, drop(client, ("groot.csv", INVOICES)))
    run_waiting_uploads(tenant_id=bakkerij.pk)

    with tenant_context(bakkerij.pk):
        assert Entry.objects.get(verb="import.finished").actor_label == "Jan de Boer"


# --- Samples, originals, the bin


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("facturen.csv", "invoices"),
        ("facturen.xlsx", "invoices"),
        ("factuur-ubl.xml", "invoices"),
        ("debiteuren.csv", "debtors"),
        ("debiteuren.xlsx", "debtors"),
    ],
)
def test_every_sample_can_be_imported_as_it_is(bakkerij: Tenant, client: Client, name: str, kind: str) -> None:
    assert f"voorbeeld/{name}/" in client.get(HOME).content.decode()
    sample = client.get(f"{HOME}voorbeeld/{name}/")
    assert sample["Content-Disposition"] == f'attachment; filename="{name}"'

    page = drop(client, (name, sample.content), kind=kind)

    assert page.context["outlook"].problems == ()
    assert page.context["others"] == 0
    assert figures(page)["Nieuw"] == str(page.context["outlook"].rows)
    start(client, page)
    assert count(bakkerij, Invoice if kind == "invoices" else Debtor) == page.context["outlook"].rows


def test_a_sample_that_does_not_exist(bakkerij: Tenant, client: Client) -> None:
    assert client.get(f"{HOME}voorbeeld/geheim.csv/").status_code == 404


def test_the_original_comes_back_as_it_was(bakkerij: Tenant, client: Client) -> None:
    page = drop(client, ("facturen.csv", INVOICES))
    kept = client.get(f"{address(page)}bestand/")
    assert kept.content == INVOICES.encode()
    assert kept["Content-Type"] == "application/octet-stream"


def test_a_file_is_thrown_away_with_its_bytes(bakkerij: Tenant, client: Client) -> None:
    page = drop(client, ("facturen.csv", INVOICES))
    assert "Bestand weggooien?" in words(client.get(f"{address(page)}prullenbak/"))

    client.post(f"{address(page)}prullenbak/")

    with tenant_context(bakkerij.pk):
        upload = Upload.objects.get()
    assert (upload.state, bytes(upload.content)) == ("discarded", b"")
    assert "weggegooid zonder het in te lezen" in words(client.get(address(page)))
    assert client.get(f"{address(page)}bestand/").status_code == 404
    assert "Dit kan niet meer: het bestand is weggegooid." in words(start(client, page))


def test_the_errors_as_excel(bakkerij: Tenant, client: Client) -> None:
    page = drop(client, ("fout.csv", (FILES / "everything_wrong_in_one_row.csv").read_bytes()), kind="debtors")
    answer = client.get(f"{address(page)}fouten/?formaat=xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
    assert sheet.max_row == 11


def test_an_empty_page_teaches(bakkerij: Tenant, client: Client) -> None:
    text = words(client.get(HOME))
    assert "Nog niets ingelezen" in text
    assert "Hetzelfde bestand nog een keer verandert niets." in text


def test_in_english_the_errors_are_english(bakkerij: Tenant, bookkeeper: User, client: Client) -> None:
    bookkeeper.language = "en"
    bookkeeper.save()
    page = drop(client, ("fout.csv", (FILES / "everything_wrong_in_one_row.csv").read_bytes()), kind="debtors")
    assert any("is no country that we know" in line.text for line in page.context["lines"])


def test_the_number_of_queries_does_not_grow_with_the_rows(bakkerij: Tenant, client: Client) -> None:
    few_page = drop(client, ("klein.csv", INVOICES))
    with CaptureQueriesContext(connection) as few:
        client.get(address(few_page))
    rows = "".join(f"X-{n};05-01-2026;04-02-2026;10,00;K{n};Klant {n};\n" for n in range(40))
    page = drop(client, ("meer.csv", INVOICES + rows))

    with CaptureQueriesContext(connection) as many:
        client.get(address(page))
    assert len(many) == len(few)


# --- Who may

PARTS = ("", "bestand/", "fouten/", "voortgang/", "prullenbak/")


def test_a_stranger_finds_nothing(
    bakkerij: Tenant, garage: Tenant, stranger: User, client: Client, login: Login
) -> None:
    page = drop(client, ("facturen.csv", INVOICES))
    public_id = re.findall(r"importeren/(\w+)/$", address(page))[0]
    browser = login(stranger)

    for part in PARTS:
        assert browser.get(f"{address(page)}{part}").status_code == 404
        assert browser.get(f"/a/{garage.slug}/importeren/{public_id}/{part}").status_code == 404
    for part in ("inlezing/", "kolommen/", "prullenbak/"):
        assert browser.post(f"/a/{garage.slug}/importeren/{public_id}/{part}").status_code == 404
    assert browser.get(f"/a/{garage.slug}/importeren/").context["rows"] == []
    assert count(bakkerij, Invoice) == 0


def test_a_reader_sees_what_was_imported_and_imports_nothing(
    bakkerij: Tenant, reader: User, client: Client, login: Login
) -> None:
    page = drop(client, ("facturen.csv", INVOICES))
    browser = login(reader)

    assert browser.get(address(page)).status_code == 200
    assert b"inlezing/" not in browser.get(address(page)).content
    assert b'type="file"' not in browser.get(HOME).content
    assert drop(browser, ("facturen.csv", INVOICES)).status_code == 403
    for part in ("inlezing/", "kolommen/", "prullenbak/"):
        assert browser.post(f"{address(page)}{part}").status_code == 403
    assert count(bakkerij, Upload) == 1


def test_the_day_bounds_what_is_read(bakkerij: Tenant, client: Client) -> None:
    late = INVOICES.replace("20-02-2026;22-03-2026", f"20-02-{TODAY.year + 3};22-03-{TODAY.year + 3}")
    page = drop(client, ("facturen.csv", late))
    assert "Klopt het jaar?" in words(page)


def test_a_file_that_a_colleague_just_imported_is_not_imported_or_thrown_away_again(
    bakkerij: Tenant, client: Client
) -> None:
    """Two clicks at once read the same row: who comes second sees what the first made of it."""
    drop(client, ("facturen.csv", INVOICES))
    with tenant_context(bakkerij.pk):
        mine, his = Upload.objects.get(), Upload.objects.get()
        uploads.start(upload=his, rows=2, by=actor())

        for act in (
            lambda: uploads.start(upload=mine, rows=2, by=actor()),
            lambda: uploads.run(upload=mine, by=actor()),
            lambda: uploads.discard(upload=mine),
            lambda: uploads.map_columns(upload=mine, mapping={}),
        ):
            with pytest.raises(uploads.UploadIsDone):
                act()

        kept = Upload.objects.get()
        assert (kept.state, kept.result["added"], bool(kept.content)) == ("imported", 2, True)


def test_a_file_that_breaks_the_worker_fails_and_does_not_keep_the_next_one_waiting(
    bakkerij: Tenant, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = uploads.read

    def breaks(**said: Any) -> Any:
        if said["filename"] == "kapot.csv":
            raise RuntimeError("not foreseen")
        return read(**said)

    with tenant_context(bakkerij.pk):
        for name in ("kapot.csv", "facturen.csv"):
            uploads.keep(kind="invoices", content=INVOICES.encode(), filename=name, by=actor())
        Upload.objects.update(state="waiting", rows=2)
    monkeypatch.setattr(uploads, "read", breaks)

    run_waiting_uploads(tenant_id=bakkerij.pk)

    with tenant_context(bakkerij.pk):
        states = dict(Upload.objects.values_list("filename", "state"))
        assert states == {"kapot.csv": "failed", "facturen.csv": "imported"}
        assert "fout bij ons" in Upload.objects.get(filename="kapot.csv").result["refused"]
        assert Invoice.objects.count() == 2
