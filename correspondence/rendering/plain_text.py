"""Simple HTML to the plain text of a mail: paragraphs, lists, and tables that are set already."""

import textwrap
from html.parser import HTMLParser

WIDTH = 76
_BLOCKS = {"h1", "p", "li", "pre"}


class _Blocks(HTMLParser):
    """Collects the text of each block with its tag."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[tuple[str, str]] = []
        self._tag = ""

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in _BLOCKS:
            self._tag = tag
            self.blocks.append((tag, ""))
        elif tag == "br":
            self._add("\v")  # a break that survives the folding of blanks

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._tag = ""

    def handle_data(self, data: str) -> None:
        self._add(data)

    def _add(self, text: str) -> None:
        if self._tag:
            tag, before = self.blocks[-1]
            self.blocks[-1] = (tag, before + text)


def from_html(html: str) -> str:
    """Give HTML of paragraphs, lists and preformatted lines as text that is wrapped for a mail."""
    parser = _Blocks()
    parser.feed(html)
    parser.close()
    lines: list[str] = []
    previous = ""
    for tag, text in parser.blocks:
        if lines and not (tag == previous == "li"):
            lines.append("")
        lines += _lines(tag, text)
        previous = tag
    return "\n".join(lines) + "\n"


def _lines(tag: str, text: str) -> list[str]:
    if tag == "pre":
        return text.strip("\n").split("\n")
    if tag == "li":
        return _wrap(text, first="- ", next_="  ")
    if tag == "h1":
        title = _fold(text)
        return [title, "=" * len(title)]
    return [line for part in text.split("\v") for line in _wrap(part)]


def _wrap(text: str, first: str = "", next_: str = "") -> list[str]:
    return textwrap.wrap(
        _fold(text),
        WIDTH,
        initial_indent=first,
        subsequent_indent=next_,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _fold(text: str) -> str:
    return " ".join(part for part in text.replace("\n", " ").split(" ") if part)  # a no-break space stays
