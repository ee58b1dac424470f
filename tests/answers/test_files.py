"""What a file is, by what is in it, and the name that it gets."""

import pytest

from answers import files

PDF, PNG, JPEG = b"%PDF-1.4", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0"
HEIC = b"\x00\x00\x00\x18ftypheic"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PDF, files.PDF),
        (PNG + b"rest", files.PNG),
        (JPEG, files.JPEG),
        (HEIC, files.HEIC),
        (b"\x00\x00\x00\x18ftypmif1", files.HEIC),
    ],
)
def test_a_file_is_known_by_its_first_bytes(content: bytes, kind: files.FileType) -> None:
    assert files.type_of(content) == kind


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04%PDF-1.4",
        b"<svg xmlns='http://www.w3.org/2000/svg'>",
        b" %PDF-1.4",
        b"GIF89a",
        b"\x00\x00\x00\x18ftypisom",
        b"\x00\x00\x00\x18ftyp",
        b"MZ",
    ],
)
def test_anything_else_is_nothing_that_we_take(content: bytes) -> None:
    assert files.checked("bewijs.pdf", content) is None


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("bewijs.pdf", "bewijs.pdf"),
        ("bewijs.PDF.exe", "bewijs.PDF.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        (r"C:\Users\jan\foto 1.jpg", "foto 1.pdf"),
        ('a"b\r\nSet-Cookie: x.pdf', "a_b_Set-Cookie_ x.pdf"),
        ("<script>.pdf", "script.pdf"),
        ("", "bestand.pdf"),
        (".pdf", "pdf.pdf"),
        ("é" * 200 + ".pdf", "é" * 80 + ".pdf"),
    ],
)
def test_a_name_harms_nobody_and_ends_in_what_the_file_is(given: str, kept: str) -> None:
    held = files.checked(given, PDF)

    assert held is not None
    assert held.filename == kept
