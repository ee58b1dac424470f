"""Of the kit, what is a word, a figure or a drawing: made here, without a template, because a page has hundreds."""

import re
from datetime import date, datetime
from decimal import Decimal
from urllib.parse import quote

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from dashboard.shell import Administration

register = template.Library()

NOTHING = "–"
EURO = "EUR"


@register.filter
def dutch(number: Decimal | int | None, decimals: int = 2) -> str:
    """Write a number as 1.234,56; a count with `dutch:0`."""
    if number is None:
        return NOTHING
    return f"{number:,.{decimals}f}".translate(str.maketrans(",.", ".,"))


@register.simple_tag
def money(amount: Decimal | None, currency: str = EURO) -> SafeString:
    """Write an amount with its currency: € 1.234,56."""
    if amount is None:
        return format_html('<span class="money muted">{}</span>', NOTHING)
    sign = "€" if currency == EURO else currency
    minus = mark_safe('<span class="minus">-</span>') if amount < 0 else ""
    return format_html(
        '<span class="money"><span class="cur">{}</span>\u00a0{}{}</span>', sign, minus, dutch(abs(amount))
    )


@register.filter
def breakable(label: str) -> str:
    """Let the long words of the ladder break where a Dutchman would, also where the browser knows no Dutch."""
    for part in ("stelling", "aankondiging", "dagenbrief", "brief", "regeling"):
        label = re.sub(rf"(?<=\w{{4}}){part}", f"\u00ad{part}", label)
    return label


@register.filter
def day(value: date | datetime | None) -> SafeString | str:
    """Write a day as 22-11-2026; a moment gives the day it is here."""
    if value is None:
        return NOTHING
    local = timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value
    return format_html('<time datetime="{}">{}</time>', local.strftime("%Y-%m-%d"), local.strftime("%d-%m-%Y"))


@register.filter
def moment(value: date | datetime | None) -> SafeString | str:
    """Write a moment as 22-11-2026 06:12, local time; a day alone stays a day."""
    if not isinstance(value, datetime):
        return day(value)
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return format_html(
        '<time datetime="{}">{}</time>', local.isoformat("T", "minutes"), local.strftime("%d-%m-%Y %H:%M")
    )


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """Draw an icon. It is decoration, unless it is given a label."""
    reads = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html('<svg class="icon" {}><use href="{}#{}"/></svg>', reads, static("vendor/icons/icons.svg"), name)


@register.simple_tag
def badge(label: str, tone: str = "neutral", icon: str = "") -> SafeString:
    """Say a status: word, shape and colour together."""
    drawn = _drawn(icon) if icon else ""
    return format_html('<span class="badge badge-{}">{}{}</span>', tone, drawn, label)


@register.simple_tag
def trend(text: str, direction: str = "", tone: str = "quiet") -> SafeString:
    """Say where a figure is going: direction is up, down or nothing."""
    drawn = _drawn(f"trending-{direction}") if direction in {"up", "down"} else ""
    return format_html('<span class="trend trend-{}">{}{}</span>', tone, drawn, text)


@register.simple_tag
def who(name: str, small: bool = False) -> SafeString:
    """Show a person by the first letters of his name; the name is read out and shown on hovering."""
    words = name.split()
    letters = (words[0][:1] + words[-1][:1] if len(words) > 1 else name[:2]).upper() if words else "?"
    size = " who-small" if small else ""
    return format_html('<span class="who{}" role="img" aria-label="{}" title="{}">{}</span>', size, name, name, letters)


@register.simple_tag
def administration_badge(administration: Administration) -> SafeString:
    """Draw the badge of an administration, in its own colour (an attribute: a style would be refused by the CSP)."""
    return format_html(
        '<svg class="adm" viewBox="0 0 26 26" aria-hidden="true"><rect width="26" height="26" rx="6" fill="{}"/>'
        '<text x="13" y="13.5" fill="{}">{}</text></svg>',
        administration.colour,
        administration.ink,
        administration.initials,
    )


@register.simple_tag
def favicon(administration: Administration | None = None) -> str:
    """Give the address of the page's icon: in the colour of the administration, so that two tabs differ."""
    if not administration:  # nothing at all where the frame was given nothing, as on a 404
        return static("img/favicon.svg")
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">'
        f'<rect width="32" height="32" rx="8" fill="{administration.colour}"/>'
        f'<text x="16" y="21.5" font-family="sans-serif" font-weight="700" font-size="15" text-anchor="middle" '
        f'fill="{administration.ink}">{administration.initials}</text></svg>'
    )
    return f"data:image/svg+xml,{quote(drawing)}"


@register.simple_tag
def meter(share: int, label: str, tone: str = "accent") -> SafeString:
    """Draw a bar that is filled for so many percent; over a hundred is full."""
    return format_html(
        '<svg class="parts" role="img" aria-label="{}"><rect class="{}" width="{}%" height="100%"/></svg>',
        label,
        tone,
        max(0, min(100, share)),
    )


@register.filter
def message_tone(level: str) -> str:
    """Turn the level of a Django message into a tone."""
    return {"success": "good", "warning": "warn", "error": "act"}.get(level, "info")


@register.filter
def tone_icon(tone: str) -> str:
    """Give the icon that goes with a tone."""
    return {"good": "circle-check", "warn": "alert-triangle", "act": "alert-circle", "legal": "scale"}.get(
        tone, "info-circle"
    )


def _drawn(name: str) -> SafeString:
    return icon(name)  # the tags above have an argument of that name
