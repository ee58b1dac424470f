"""Every sentence that a debtor can meet is there in all four languages."""

from pathlib import Path

import pytest
from django.utils import translation

from portal.languages import NAMES
from tools import messages


def test_nothing_that_debtors_read_is_untranslated():
    languages = tuple(f"{language}: " for language in messages.OF_DEBTORS)
    shown = messages.for_debtors(messages.in_source())
    english = messages._read(messages.english())
    missing = [message.id for message in shown if message.id and not (_of(english, message) or "").strip()]

    assert missing == []
    assert [problem for problem in messages.problems() if problem.startswith(languages)] == []


def _of(catalogue, message):
    found = catalogue.get(message.id, message.context)
    return "" if found is None else "".join(messages._forms(found.string))


def test_the_catalogues_cover_every_template_and_module_of_the_page():
    names = {place for message in messages.for_debtors(messages.in_source()) for place, _ in message.locations}

    assert any(name.startswith("portal/") for name in names)
    assert any(name.startswith("templates/portal/") for name in names)
    assert not any(name.startswith(("dashboard/", "templates/dashboard/")) for name in names)


def test_every_name_of_a_place_leads_to_files_that_are_there():
    assert [name for name in messages.SHOWN_TO_DEBTORS if not (messages.CHECKOUT / name).exists()] == []


@pytest.mark.parametrize(("language", "word"), [("nl", "Betalen"), ("en", "Pay"), ("de", "Zahlen"), ("fr", "Payer")])
def test_each_language_of_the_page_can_be_spoken(language, word):
    assert language in NAMES
    with translation.override(language):
        assert translation.gettext("Betalen") == word


@pytest.mark.parametrize("language", messages.OF_DEBTORS)
def test_the_reader_is_addressed_formally(language):
    text = Path(messages.of_debtors(language)).read_text()
    told = " ".join(line for line in text.splitlines() if line.startswith(("msgstr", '"')))

    informal = {"de": (" du ", " dein", " dich ", " dir "), "fr": (" tu ", " ton ", " tes ", " ta ")}[language]
    assert [word for word in informal if word in told.lower()] == []
