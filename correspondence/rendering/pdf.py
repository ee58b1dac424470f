"""HTML to PDF by WeasyPrint, once set up for a whole process: fonts, style sheets and logos are read one time.

PDF/A-3u, tagged, fonts embedded as subsets. Nothing is fetched: a page may use what its letter brought along.
"""

import io
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

import pydyf  # type: ignore[import-untyped]
from PIL import Image
from weasyprint import CSS, HTML
from weasyprint.images import RasterImage
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from correspondence.rendering import words
from correspondence.rendering.pictures import LOGO_URL, PNG, Picture

ASSETS = Path(__file__).resolve().parent.parent / "assets"
PDF_VARIANT = "pdf/a-3u"
OWN_RULES_KEPT = 256

# The rules that a letter's own colour and language decide; the rest is in assets/letter.css.
_OWN_RULES = """
@page {{ @bottom-right {{ content: "{sheet} " counter(page) " {of} " counter(pages) }} }}
h1, #wordmark {{ color: {colour} }}
.items th, .items .total td, #payment .details {{ border-color: {colour} }}
"""


class Renderer:
    """Makes PDFs one after the other. One per process; its threads wait for each other, since fonts are shared."""

    def __init__(self) -> None:
        self._fonts = FontConfiguration()
        self._sheets = {name: self._parse((ASSETS / name).read_text()) for name in ("letter.css", "batch.css")}
        self._own: dict[tuple[str, str], CSS] = {}  # one a tenant and language
        self._alone = Lock()

    def write(
        self, html: str, *, sheet: str, lang: str, colour: str, pictures: Mapping[str, Picture]
    ) -> tuple[bytes, int]:
        """Give a page of HTML as a PDF, and its number of pages. The same input gives the same bytes."""
        logo = pictures.get(LOGO_URL)
        known = {LOGO_URL: _raster(logo.content)} if logo and logo.media_type == PNG else {}
        options = {"pdf_variant": PDF_VARIANT, "pdf_tags": True, "cache": known}
        with self._alone:
            document = HTML(string=html, url_fetcher=_OwnPictures(pictures)).render(
                font_config=self._fonts,
                stylesheets=[self._sheets[sheet], self._own_rules(lang, colour)],
                **options,
            )
            return document.write_pdf(**options), len(document.pages)

    def _own_rules(self, lang: str, colour: str) -> CSS:
        if (lang, colour) not in self._own:
            if len(self._own) >= OWN_RULES_KEPT:
                self._own.clear()
            labels = words.LABELS[lang]
            rules = _OWN_RULES.format(sheet=labels["sheet"], of=labels["of"], colour=colour)
            self._own[lang, colour] = self._parse(rules)
        return self._own[lang, colour]

    def _parse(self, css: str) -> CSS:
        return CSS(string=css, base_url=f"{ASSETS.as_uri()}/", font_config=self._fonts)


class _OwnPictures(URLFetcher):  # type: ignore[misc] # WeasyPrint ships no types
    """Gives the pictures of one letter by their name, and refuses everything else: no network, no files."""

    def __init__(self, pictures: Mapping[str, Picture]) -> None:
        super().__init__(allowed_protocols=())
        self._pictures = pictures

    def fetch(self, url: str, headers: Any = None) -> Any:
        picture = self._pictures.get(url)
        if picture is None:
            raise ValueError(f"a letter fetches nothing: {url[:80]}")
        return URLFetcherResponse(url, picture.content, {"Content-Type": picture.media_type})


class _Logo(RasterImage):  # type: ignore[misc] # WeasyPrint ships no types
    """A picture that is packed for PDF once and not for every letter."""

    _packed: tuple[Any, Any] | None = None

    def get_x_object(self, interpolate: bool, dpi_ratio: float) -> Any:
        if self._packed is None:
            made = super().get_x_object(interpolate, dpi_ratio)
            self._packed = (made.stream, made.extra)
        stream, extra = self._packed
        return pydyf.Stream(stream, pydyf.Dictionary(extra))  # its number differs in every PDF


@lru_cache(maxsize=64)  # as many tenants as a worker meets in a row
def _raster(content: bytes) -> _Logo:
    return _Logo(Image.open(io.BytesIO(content)), "logo", content)
