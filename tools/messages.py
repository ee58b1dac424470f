"""The words of the product in other languages. The source is Dutch: a msgid is the Dutch sentence itself.

    python -m tools.messages update    reads all Python and templates; new sentences get an empty translation
    python -m tools.messages compile   writes the .mo files that Django reads (they are not in git)
    python -m tools.messages check     says what is missing, empty, fuzzy, obsolete, or has other placeholders

locale/en holds all of it in English. Debtors read more languages than staff: portal/locale/{de,fr} hold what they may
meet on their page, and nothing else. locale/nl holds only sentences of others (Django, allauth): those they left in
English, or wrote with "je".
"""

import io
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from gettext import GNUTranslations
from importlib.util import find_spec
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from tools.local import translations

CHECKOUT = Path(__file__).resolve().parent.parent
NOT_OURS = {"bench", "bin", "locale", "static", "staticfiles", "tests", "tools"}
KEYWORDS = DEFAULT_KEYWORDS | {
    f"{name}_{kind}": DEFAULT_KEYWORDS[name]
    for name in ("gettext", "ngettext", "pgettext", "npgettext")
    for kind in ("lazy", "noop")
}
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}")
# A date that never moves, so that two people who add a sentence do not collide in the header.
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
# Languages of the pages of debtors, and the files whose sentences can stand there.
OF_DEBTORS = ("de", "fr")
SHOWN_TO_DEBTORS = (
    "portal/",
    "answers/words.py",
    "answers/operations/",
    "templates/portal/",
    "common/forms.py",
    "invoices/operations/disputes.py",
    "payments/consent_words.py",
    "payments/operations/arrangements.py",
    "payments/operations/checkouts.py",
    "payments/operations/consents.py",
    "payments/operations/promises.py",
    "payments/gateways.py",
    "payments/instalments.py",
    "payments/limit_words.py",
)
OTHERS = ("django", "django.contrib.auth", "django.contrib.humanize", "allauth", "rest_framework")


def english(checkout: Path = CHECKOUT) -> Path:
    return checkout / "locale" / "en" / "LC_MESSAGES" / "django.po"


def of_debtors(language: str, checkout: Path = CHECKOUT) -> Path:
    return checkout / "portal" / "locale" / language / "LC_MESSAGES" / "django.po"


def dutch(checkout: Path = CHECKOUT) -> Path:
    return checkout / "locale" / "nl" / "LC_MESSAGES" / "django.po"


def in_source(checkout: Path = CHECKOUT) -> Catalog:
    """Collect every sentence that is marked for translation, with the files it stands in."""
    found = Catalog(locale="en")
    for path in sorted(_sources(checkout)):
        name = path.relative_to(checkout).as_posix()
        text = path.read_text()
        if path.suffix != ".py":
            # What templatize gives has no indentation that means anything; the tokenizer of Python would mind it.
            text = "\n".join(line.lstrip() for line in templatize(text, origin=name).splitlines())
        for _line, sentence, comments, context in extract(
            "python", io.BytesIO(text.encode()), KEYWORDS, comment_tags=("Translators:",), options={"encoding": "utf-8"}
        ):
            found.add(sentence, locations=[(name, 0)], auto_comments=comments, context=context)
    return found


def for_debtors(source: Catalog) -> Catalog:
    """Give those sentences that can stand on the page of a debtor."""
    found = Catalog(locale=source.locale)
    for message in source:
        places = [place for place in message.locations if place[0].startswith(SHOWN_TO_DEBTORS)]
        if message.id and places:
            found.add(message.id, locations=places, auto_comments=message.auto_comments, context=message.context)
    return found


def update(checkout: Path = CHECKOUT) -> None:
    """Bring every catalogue in step with the source; what is no longer used goes."""
    source = in_source(checkout)
    _bring_in_step(english(checkout), source, "in English")
    for language in OF_DEBTORS:
        _bring_in_step(of_debtors(language, checkout), for_debtors(source), f"for debtors, {language}")


def _bring_in_step(path: Path, source: Catalog, what: str) -> None:
    catalogue = _read(path)
    catalogue.update(source, no_fuzzy_matching=True)
    catalogue.creation_date = catalogue.revision_date = LONG_AGO
    catalogue.project, catalogue.version = "Debiteuren", "1"
    catalogue.last_translator = catalogue.language_team = catalogue.msgid_bugs_address = ""
    catalogue.header_comment = f"# The words of Debiteuren {what}: python -m tools.messages update"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalogue, width=116, sort_by_file=True, ignore_obsolete=True, include_lineno=False)


def problems(checkout: Path = CHECKOUT) -> list[str]:
    """Return what readers of other languages would miss, and what one of Dutch would get in the words of others."""
    source, ours = in_source(checkout), _read(dutch(checkout))
    found = _out_of_step(source, _read(english(checkout)), "")
    shown = for_debtors(source)
    for language in OF_DEBTORS:
        found += _out_of_step(shown, _read(of_debtors(language, checkout)), f"{language}: ")
    found += [problem for message in ours if message.id for problem in _wrong_in(message)]
    found += [
        f"{whose} translates {_short(m)} as {theirs!r}: use other words, or add it to locale/nl"
        for m in source
        if m.id and _twin(ours, m) is None
        for whose, theirs in _taken_by_others(m)
    ]
    return found


def _out_of_step(source: Catalog, translated: Catalog, language: str) -> list[str]:
    found = [f"missing, run update: {_short(m)}" for m in source if m.id and _twin(translated, m) is None]
    found += [f"obsolete, run update: {_short(m)}" for m in translated if m.id and _twin(source, m) is None]
    found += [problem for message in translated if message.id for problem in _wrong_in(message)]
    return [language + problem for problem in found]


def _wrong_in(message: Message) -> Iterator[str]:
    given, ids = _forms(message.string), _forms(message.id)
    if message.fuzzy:
        yield f"fuzzy: {_short(message)}"
    if not all(given):
        yield f"not translated: {_short(message)}"
        return
    wanted = set(PLACEHOLDER.findall(ids[-1]))
    for place, text in enumerate(given):
        has = set(PLACEHOLDER.findall(text))
        is_singular = len(given) > 1 and place == 0  # "1 invoice" may leave the number out
        if not (has <= wanted if is_singular else has == wanted):
            yield f"other placeholders ({sorted(wanted ^ has)}): {_short(message)}"


def _forms(text: object) -> list[str]:
    """Give singular and plural, or the one form there is."""
    return [str(form or "") for form in (text if isinstance(text, list | tuple) else [text])]


def _taken_by_others(message: Message) -> Iterator[tuple[str, str]]:
    first = _forms(message.id)[0]
    for whose, catalogue in _catalogues_of_others():
        theirs = catalogue.get(first)
        if message.context is None and isinstance(theirs, str) and theirs and theirs != first:
            yield whose, theirs


_loaded: list[tuple[str, dict[object, object]]] = []


def _catalogues_of_others() -> list[tuple[str, dict[object, object]]]:
    if not _loaded:
        for package in OTHERS:
            spec = find_spec(package)
            assert spec is not None
            assert spec.origin is not None
            folder = Path(spec.origin).parent
            for path in (folder / "conf/locale/nl/LC_MESSAGES/django.mo", folder / "locale/nl/LC_MESSAGES/django.mo"):
                if path.exists():
                    with path.open("rb") as file:
                        _loaded.append((package, vars(GNUTranslations(file))["_catalog"]))
    return _loaded


def _sources(checkout: Path) -> Iterator[Path]:
    for folder in checkout.iterdir():
        if not folder.is_dir() or folder.name.startswith(".") or folder.name in NOT_OURS:
            continue
        for path in folder.rglob("*"):
            is_template = path.suffix in {".html", ".txt"} and "templates" in path.parts
            if is_template or (path.suffix == ".py" and "migrations" not in path.parts):
                yield path


def _read(path: Path) -> Catalog:
    if not path.exists():
        return Catalog(locale=path.parent.parent.name, fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.parent.name)


def _twin(catalogue: Catalog, message: Message) -> Message | None:
    return catalogue.get(message.id, message.context)


def _short(message: Message) -> str:
    places: Iterable[str] = dict.fromkeys(name for name, _ in message.locations)
    return f"{_forms(message.id)[0][:70]!r} ({', '.join(places) or 'nowhere'})"


def main(arguments: Sequence[str]) -> int:
    """Do what is asked."""
    match list(arguments):
        case ["update"]:
            update()
        case ["compile"]:
            translations.main([])
        case ["check"]:
            pass
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    if arguments[0] == "compile":
        return 0
    found = problems()
    print("\n".join(found) or "messages: all translated")
    return 1 if found and arguments[0] == "check" else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
