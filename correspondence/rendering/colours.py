"""The colour of a letterhead, used only where it can be read."""

import re

_HEX = re.compile(r"#[0-9a-f]{6}")
DEFAULT = "#1d3557"
READABLE = 4.5  # contrast that WCAG 2.2 asks of text


def brand(colour: str) -> str:
    """Give a colour as #rrggbb in small letters; what is no colour becomes the default."""
    colour = colour.strip().lower()
    return colour if _HEX.fullmatch(colour) else DEFAULT


def on_white(colour: str) -> str:
    """Give the colour itself if it can be read on white paper, else the same colour as much darker as needed."""
    red, green, blue = _channels(brand(colour))
    for percent in range(100, -1, -5):
        shade = f"#{red * percent // 100:02x}{green * percent // 100:02x}{blue * percent // 100:02x}"
        if contrast(shade, "#ffffff") >= READABLE:
            return shade
    return "#000000"


def on_dark(colour: str, surface: str = "#16181b") -> str:
    """Give the colour itself if it can be read on a dark surface, else the same colour as much lighter as needed."""
    channels = _channels(brand(colour))
    for percent in range(0, 101, 5):
        red, green, blue = (channel + (255 - channel) * percent // 100 for channel in channels)
        if contrast(shade := f"#{red:02x}{green:02x}{blue:02x}", surface) >= READABLE:
            return shade
    return "#ffffff"


def contrast(one: str, other: str) -> float:
    """Give the contrast of two colours as WCAG defines it: 1 for equal ones, 21 for black on white."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    linear = [
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
        for channel in (value / 255 for value in _channels(colour))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
