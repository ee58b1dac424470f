"""What is vendored is what was fetched."""

import json
from pathlib import Path

import pytest

from tools import vendor


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    (tmp_path / "icons").mkdir()
    (tmp_path / vendor.SPRITE).write_text(vendor.sprite({"x": '<path d="M1 1"/>'}))
    entry = {"file": vendor.SPRITE, "sha256": vendor._sha256(tmp_path / vendor.SPRITE)}
    (tmp_path / vendor.LIST).write_text(json.dumps([entry]))
    return tmp_path


@pytest.fixture
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    checkout = tmp_path_factory.mktemp("checkout")
    (checkout / "templates").mkdir()
    return checkout


def test_the_files_in_the_repository_are_as_they_were_fetched():
    assert vendor.problems() == []


def test_nothing_is_said_of_files_that_are_as_fetched(kept, pages):
    assert vendor.problems(kept, pages) == []


def test_a_file_that_was_edited_is_named(kept, pages):
    (kept / vendor.SPRITE).write_text("<svg></svg>")

    assert vendor.problems(kept, pages) == ["icons/icons.svg: changed since it was fetched"]


def test_a_file_that_is_missing_or_unknown_is_named(kept, pages):
    (kept / vendor.SPRITE).rename(kept / "own.svg")

    assert vendor.problems(kept, pages) == ["icons/icons.svg: listed and not there", "own.svg: there and not listed"]


def test_an_icon_that_is_not_in_the_sprite_is_named_with_its_page(kept, pages):
    (pages / "templates" / "page.html").write_text('{% icon "x" %}{% icon "walrus" %}{% card "A" icon="x" %}')

    assert vendor.problems(kept, pages) == ["templates/page.html: no icon 'walrus' in the sprite"]


def test_every_file_has_a_package_a_version_and_a_licence():
    entries = json.loads((vendor.VENDOR / vendor.LIST).read_text())

    assert all(entry["package"] and entry["version"] and entry["licence"] for entry in entries)
    for folder in {entry["file"].split("/")[0] for entry in entries}:
        assert (vendor.VENDOR / folder / "LICENSE").exists()


def test_no_script_asks_for_a_map_that_is_not_kept():
    scripts = vendor.VENDOR.rglob("*.js")

    assert [path.name for path in scripts if b"sourceMappingURL" in path.read_bytes()] == []


def test_what_else_is_asked_is_answered_with_what_can_be_asked(capsys):
    assert vendor.main(["fetch"]) == 2
    assert "refresh" in capsys.readouterr().err
