"""A logo that somebody uploads: what it really is, and whether it is safe to keep and print."""

import io
import re
import warnings

from django.utils.translation import gettext as _
from lxml import etree
from PIL import Image

MOST_BYTES = 1024 * 1024
PNG, JPEG, SVG = "image/png", "image/jpeg", "image/svg+xml"
_FORMATS = {"PNG": PNG, "JPEG": JPEG}
# An SVG may draw; it may not run, embed or fetch.
_FORBIDDEN = {"script", "foreignObject", "iframe", "object", "embed", "audio", "video", "set", "handler", "listener"}
_OWN_REFERENCE = re.compile(r"#|data:image/(png|jpeg);base64,")
_FETCHES = re.compile(r"@import|url\(\s*['\"]?(?!#|data:image/(png|jpeg);base64,)", re.IGNORECASE)


class NotALogo(ValueError):
    """A file that cannot be a logo; the text says why, to the person who sent it."""


def media_type(content: bytes) -> str:
    """Give what a file is by its bytes, whatever its name says.

    :raises NotALogo: if it is too large, no PNG, JPEG or SVG, damaged, or an SVG that does more than draw.
    """
    if len(content) > MOST_BYTES:
        raise NotALogo(_("Dit bestand is groter dan 1 MB. Een logo voor brieven is meestal kleiner dan 200 kB."))
    if content.lstrip()[:5].lower() in {b"<?xml", b"<svg "} or b"<svg" in content[:1024]:
        _check_svg(content)
        return SVG
    return _pixels(content)


def _pixels(content: bytes) -> str:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=tuple(_FORMATS)) as picture:
                picture.verify()
                found = _FORMATS[str(picture.format)]
                width, height = picture.size
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise NotALogo(_("Dit is geen PNG, JPG of SVG, of het bestand is beschadigd.")) from error
    if min(width, height) < 20:
        raise NotALogo(_("Dit plaatje is te klein om af te drukken."))
    return found


def _check_svg(content: bytes) -> None:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise NotALogo(_("Deze SVG is beschadigd.")) from error
    if root.getroottree().docinfo.internalDTD is not None and b"<!ENTITY" in content:
        raise NotALogo(_("Deze SVG bevat verwijzingen die wij niet openen. Sla hem op als gewone SVG."))
    if etree.QName(root).localname != "svg":
        raise NotALogo(_("Dit is geen PNG, JPG of SVG, of het bestand is beschadigd."))
    for element in root.iter():
        if isinstance(element.tag, str) and not _only_draws(element):
            raise NotALogo(_("Deze SVG bevat een script of een verwijzing naar buiten. Sla hem op als gewone SVG."))


def _only_draws(element: "etree._Element") -> bool:
    if etree.QName(element).localname in _FORBIDDEN:
        return False
    for name, value in element.attrib.items():
        local = etree.QName(str(name)).localname.lower()
        text = str(value).strip()
        if local.startswith("on") or text.lower().startswith("javascript:"):
            return False
        if local in {"href", "src"} and not _OWN_REFERENCE.match(text):
            return False
        if _FETCHES.search(text):
            return False
    return not (etree.QName(element).localname == "style" and _FETCHES.search(element.text or ""))
