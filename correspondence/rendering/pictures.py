"""The pictures of a letter: the code to pay with, and the logo, whatever was uploaded."""

import io
import warnings
from functools import lru_cache
from typing import NamedTuple

from PIL import Image, ImageOps

MOST_PIXELS = (830, 272)  # 70 x 23 mm at 300 dots an inch
_MOST_SOURCE_PIXELS = 50_000_000
LOGO_URL = "letter:logo"
QR_URL = "letter:qr"
PAGE_QR_URL = "letter:page-qr"
PNG = "image/png"
SVG = "image/svg+xml"


class Picture(NamedTuple):
    """A picture that a letter brings along."""

    content: bytes
    media_type: str


@lru_cache(maxsize=64)  # as many tenants as a worker meets in a row
def printable_logo(logo: bytes, logo_type: str) -> Picture | None:
    """Give a logo as letters embed it, or None where it is no picture.

    Pixels are turned upright, laid on white and cut down to what print shows; an SVG stays as it is, and cannot fetch
    anything (correspondence.rendering.pdf).
    """
    if logo_type == SVG:
        return Picture(logo, SVG) if b"<svg" in logo[:4096] else None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return Picture(_flattened(logo), PNG)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return None  # Pillow's ways to say that these bytes are no picture; the name is printed instead


def _flattened(logo: bytes) -> bytes:
    with _opened(logo) as whole:
        whole.verify()
    with _opened(logo) as opened:
        if opened.width * opened.height > _MOST_SOURCE_PIXELS:
            raise ValueError("too many pixels")
        picture = ImageOps.exif_transpose(opened).convert("RGBA")
    picture.thumbnail(MOST_PIXELS, Image.Resampling.LANCZOS)
    paper = Image.new("RGB", picture.size, "white")
    paper.paste(picture, mask=picture.getchannel("A"))
    written = io.BytesIO()
    paper.save(written, "PNG")
    return written.getvalue()


def _opened(logo: bytes) -> Image.Image:
    return Image.open(io.BytesIO(logo), formats=("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF"))
