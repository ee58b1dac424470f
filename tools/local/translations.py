"""Compiles catalogues: python -m tools.local.translations [FILE.po ...], all there are when none is named."""

import sys
from collections.abc import Sequence
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from tools.local import catalogues


def compile_catalogue(source: Path) -> Path:
    """Write the compiled form beside a catalogue, in one go, and return where it is."""
    with source.open("rb") as text:
        catalogue = read_po(text)
    target, draft = source.with_suffix(".mo"), source.with_suffix(".mo.new")
    with draft.open("wb") as compiled:
        write_mo(compiled, catalogue)
    draft.replace(target)
    return target


def main(arguments: Sequence[str]) -> None:
    """Compile the catalogues that are named, or all."""
    for source in map(Path, arguments or sorted(map(str, catalogues()))):
        compile_catalogue(source)


if __name__ == "__main__":
    main(sys.argv[1:])
