"""The QR codes of a letter: the one that a banking app reads (EPC069-12, version 002, in UTF-8), and of an address."""

import io
from decimal import Decimal

import segno
from PIL import Image

from common import identifiers
from correspondence.content import Payable

MOST = Decimal("999999999.99")
MOST_BYTES = 331
_MASK = 4  # any mask is a valid code; choosing the prettiest of eight would take most of the time
_PIXELS = 6  # a module, so that a viewer that smooths pictures still shows sharp edges
_QUIET = 4  # modules of white around it (ISO 18004)


def payload(payable: Payable) -> str | None:
    """Give the text of the code, or None where the standard has no room for this payment.

    Our reference is structured only as RF (ISO 11649); a Dutch payment reference goes as text, where the bank of the
    receiver finds it too.
    """
    if not 0 < payable.total <= MOST:
        return None
    structured, text = "", payable.reference[:140]
    if _is_rf(payable.reference):
        structured, text = identifiers.parse_rf(payable.reference), ""
    lines = (
        "BCD",
        "002",
        "1",
        "SCT",
        _plain(payable.bic),
        _one_line(payable.account_holder)[:70],
        _plain(payable.iban),
        f"EUR{payable.total:.2f}",
        "",
        structured,
        _one_line(text),
    )
    code = "\n".join(lines).rstrip("\n")
    return code if len(code.encode()) <= MOST_BYTES else None


def png(code: str) -> bytes:
    """Draw a code as a grey PNG, its quiet zone included."""
    qr = segno.make_qr(code, error="m", boost_error=False, mode="byte", encoding="utf-8", mask=_MASK)
    rows = [bytes(0 if dark else 255 for dark in row) for row in qr.matrix_iter(scale=1, border=_QUIET)]
    small = Image.frombytes("L", (len(rows[0]), len(rows)), b"".join(rows))
    picture = io.BytesIO()
    small.resize((small.width * _PIXELS, small.height * _PIXELS), Image.Resampling.NEAREST).save(
        picture, "PNG", compress_level=1
    )
    return picture.getvalue()


def _is_rf(reference: str) -> bool:
    try:
        identifiers.parse_rf(reference)
    except ValueError:
        return False
    return True


def _plain(text: str) -> str:
    return "".join(text.split()).upper()


def _one_line(text: str) -> str:
    return " ".join(text.split())
