"""The catalogue: what is in the source is in English, and nothing else."""

from pathlib import Path

import pytest

from tools import messages

HEADER = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\nPlural-Forms: nplurals=2; plural=(n != 1);\\n"\n'


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    (tmp_path / "templates").mkdir()
    (tmp_path / "app").mkdir()
    return tmp_path


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def catalogue(checkout: Path, text: str) -> None:
    write(messages.english(checkout), HEADER + text)


def found(checkout: Path) -> list[str]:
    return [problem.split(" (")[0] for problem in messages.problems(checkout)]


def test_sentences_are_found_in_python_and_templates_wherever_they_are_marked(checkout):
    write(
        checkout / "app" / "models.py",
        'from x import gettext_lazy as _\nname = _("naam")\nmany = ngettext("%d dag", "%d dagen", n)\n',
    )
    write(
        checkout / "templates" / "page.html",
        "{% load i18n %}\n  <h1>{% translate 'Één kop' %}</h1>\n"
        '{% if x %}\n    {% icon "x" label=_("Sluiten") %}\n{% endif %}\n'
        "{% blocktranslate count n=n trimmed %}\n  {{ n }} brief\n"
        "{% plural %}\n  {{ n }} brieven\n{% endblocktranslate %}",
    )

    ids = {message.id for message in messages.in_source(checkout) if message.id}

    assert ids == {"naam", ("%d dag", "%d dagen"), "Één kop", "Sluiten", ("%(n)s brief", "%(n)s brieven")}


def test_tests_tools_and_vendored_files_are_left_alone(checkout):
    for folder in ("tests", "tools", "static/vendor", ".venv/app"):
        write(checkout / folder / "x.py", '_("niet van ons")')

    assert [message.id for message in messages.in_source(checkout) if message.id] == []


def test_update_adds_what_is_new_keeps_what_was_done_and_drops_what_is_gone(checkout):
    write(checkout / "app" / "x.py", '_("oud")\n_("nieuw")\n')
    catalogue(checkout, 'msgid "oud"\nmsgstr "old"\n\nmsgid "weg"\nmsgstr "gone"\n')

    messages.update(checkout)

    written = messages.english(checkout).read_text()
    assert 'msgid "oud"\nmsgstr "old"' in written
    assert 'msgid "nieuw"\nmsgstr ""' in written
    assert "weg" not in written


def test_updating_twice_changes_nothing(checkout):
    write(checkout / "app" / "x.py", '_("een")\n')
    messages.update(checkout)
    first = messages.english(checkout).read_text()

    messages.update(checkout)

    assert messages.english(checkout).read_text() == first


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ("", "missing, run update: 'voor %(name)s'"),
        ('msgid "voor %(name)s"\nmsgstr ""\n', "not translated: 'voor %(name)s'"),
        ('#, fuzzy\nmsgid "voor %(name)s"\nmsgstr "for %(name)s"\n', "fuzzy: 'voor %(name)s'"),
        ('msgid "voor %(name)s"\nmsgstr "for %(naam)s"\n', "other placeholders"),
    ],
)
def test_a_sentence_that_is_not_right_in_english_is_named(checkout, entry, problem):
    write(checkout / "app" / "x.py", '_("voor %(name)s")')
    catalogue(checkout, entry)

    assert found(checkout) == [problem]


def test_a_sentence_that_is_nowhere_any_more_is_named(checkout):
    catalogue(checkout, 'msgid "weg"\nmsgstr "gone"\n')

    assert found(checkout) == ["obsolete, run update: 'weg'"]


def test_the_singular_may_leave_the_number_out(checkout):
    write(checkout / "app" / "x.py", 'ngettext("%(n)s factuur", "%(n)s facturen", n)')
    catalogue(
        checkout,
        'msgid "%(n)s factuur"\nmsgid_plural "%(n)s facturen"\nmsgstr[0] "one invoice"\nmsgstr[1] "%(n)s invoices"\n',
    )

    assert found(checkout) == []


def test_words_that_django_or_allauth_would_change_are_named(checkout):
    write(checkout / "app" / "x.py", '_("Download")')
    catalogue(checkout, 'msgid "Download"\nmsgstr "Download"\n')

    assert found(checkout) == ["allauth translates 'Download'"]


def test_every_sentence_of_the_product_is_right():
    assert messages.problems() == []


def test_what_else_is_asked_is_answered_with_what_can_be_asked(capsys):
    assert messages.main(["extract"]) == 2
    assert "update" in capsys.readouterr().err
