"""The letterhead: checked, safe in its logo, and shown as a real letter."""

import io
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from pypdf import PdfReader

from dashboard import logos
from tenants.models import Letterhead, User
from tests.dashboard.forms import SETTINGS as BASE
from tests.dashboard.forms import inside, post, wrong

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_monday() -> Any:
    with time_machine.travel("2026-03-02T09:00:00Z", tick=False):
        yield


@pytest.fixture
def client(owner: User, login: Callable[[User], Client]) -> Client:
    return login(owner)


# The letterhead


def test_a_letterhead_is_saved_with_its_numbers_checked(client, bakkerij):
    page = post(client, "briefhoofd/", iban="nl91 abna 0417 1643 00", kvk="1234 5678", vat_number="", signed_by="Anna")

    assert page.status_code == 302
    row = inside(bakkerij, Letterhead.objects.get)
    assert (row.iban, row.kvk, row.vat_number, row.signed_by) == ("NL91ABNA0417164300", "12345678", "", "Anna")
    assert "Laatst gewijzigd door Anna de Vries" in client.get(f"{BASE}briefhoofd/").content.decode()


def test_a_number_that_is_wrong_is_said_in_a_sentence(client, bakkerij):
    page = post(
        client,
        "briefhoofd/",
        iban="NL00ABNA0417164300",
        kvk="12",
        vat_number="NL1B1",
        bic="X",
        colour="rood",
        city=None,
    )

    said = wrong(page)
    assert "geen geldig IBAN" in said["iban"]
    assert "acht cijfers" in said["kvk"]
    assert "btw-nummer" in said["vat_number"]
    assert "acht of elf" in said["bic"]
    assert "#1d3557" in said["colour"]
    assert "city" in said
    assert inside(bakkerij, Letterhead.objects.get).iban == "NL91ABNA0417164300"


def picture(kind: str, size: tuple[int, int] = (200, 80)) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, "navy").save(file, kind)
    return file.getvalue()


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><path fill="url(#a)" d="M0 0h9v9z"/></svg>'


@pytest.mark.parametrize(
    ("content", "media_type"),
    [(picture("PNG"), "image/png"), (picture("JPEG"), "image/jpeg"), (SVG, "image/svg+xml")],
)
def test_a_logo_is_known_by_its_bytes(client, bakkerij, content, media_type):
    post(client, "briefhoofd/", logo=SimpleUploadedFile("logo.bin", content, "application/octet-stream"))

    row = inside(bakkerij, Letterhead.objects.get)
    assert (row.logo_type, bytes(row.logo)) == (media_type, content)

    post(client, "briefhoofd/", remove_logo="on")
    assert inside(bakkerij, Letterhead.objects.get).logo is None


@pytest.mark.parametrize(
    "content",
    [
        picture("GIF"),
        b"%PDF-1.7",
        picture("PNG")[:60],
        picture("PNG", (4, 4)),
        SVG.replace(b"<path", b"<script>alert(1)</script><path"),
        SVG.replace(b"<path", b'<path onclick="x()"'),
        SVG.replace(b"url(#a)", b"url(http://elders.nl/a)"),
        SVG.replace(b"<path", b'<image href="http://elders.nl/a.png"/><path'),
        SVG.replace(b"<path", b'<a href="javascript:x()"/><path'),
        SVG.replace(b"<path", b"<style>@import 'http://elders.nl'</style><path"),
        SVG.replace(b"<path", b"<foreignObject/><path"),
        b'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + SVG.replace(b"<path", b"<text>&x;</text><path"),
        b"<svg><g>",
        SVG + b" " * logos.MOST_BYTES,
    ],
)
def test_a_file_that_is_no_safe_picture_is_refused(client, bakkerij, content):
    page = post(client, "briefhoofd/", logo=SimpleUploadedFile("logo.svg", content, "image/svg+xml"))

    assert list(wrong(page)) == ["logo"]
    assert inside(bakkerij, Letterhead.objects.get).logo_type == ""


def test_the_example_is_a_real_letter_with_what_is_typed(client, bakkerij):
    saved = client.get(f"{BASE}briefhoofd/voorbeeld.pdf")
    frame = client.get(
        f"{BASE}briefhoofd/voorbeeld/", {"legal_name": "Bakkerij <Nieuw>", "csrfmiddlewaretoken": "geheim"}
    )
    typed = client.post(
        f"{BASE}briefhoofd/voorbeeld.pdf", {"legal_name": "Bakkerij Nieuw", "iban": "half", "country": "x"}
    )

    assert saved["Content-Type"] == "application/pdf"
    assert "Bakkerij de Vries" in text(saved.content)
    assert "1.250,00" in text(saved.content)
    assert "geheim" not in frame.content.decode()
    assert "legal_name=Bakkerij+%3CNieuw%3E" in frame.content.decode()
    assert "Bakkerij Nieuw" in text(typed.content)
    assert inside(bakkerij, Letterhead.objects.get).legal_name == "Bakkerij de Vries"


def text(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
