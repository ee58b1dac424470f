"""What settings.py reads, what .env.example explains and what docker-compose.yml passes on are the same variables."""

import os
import re
import subprocess
import sys
from pathlib import Path

from dotenv import dotenv_values

ROOT = Path(__file__).resolve().parent.parent
READ = re.compile(r"""\b(?:env\.\w+|database)\(\s*["']([A-Z][A-Z0-9_]*)["']""")
COMPOSED = {"DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL"}  # put together from passwords in docker-compose.yml


def read(name: str) -> str:
    return (ROOT / name).read_text()


def in_settings() -> set[str]:
    return set(READ.findall(read("debiteuren/settings.py")))


def in_example() -> list[str]:
    return re.findall(r"^([A-Z][A-Z0-9_]*)=", read(".env.example"), re.MULTILINE)


def in_compose() -> set[str]:
    return set(re.findall(r"\$\{([A-Z][A-Z0-9_]*)", read("docker-compose.yml")))


def test_the_example_names_what_the_settings_and_the_containers_read_and_nothing_else():
    assert set(in_example()) == in_settings() | in_compose()
    assert len(in_example()) == len(set(in_example()))


def test_every_variable_is_explained():
    lines = read(".env.example").splitlines()
    silent = [line for above, line in zip(["", *lines], lines, strict=False) if "=" in line and not above]

    assert "SECRET_KEY" in in_settings()
    assert [line for line in silent if not line.startswith("#")] == []


def test_containers_can_be_told_everything_that_the_settings_read():
    assert in_settings() - COMPOSED <= in_compose()
    assert all(f"{name}: " in read("docker-compose.yml") for name in in_settings())


def test_secrets_have_no_value_in_the_example_and_no_default_in_the_containers():
    secrets = {"SECRET_KEY", "ENCRYPTION_KEYS", "POSTGRES_PASSWORD", "OWNER_PASSWORD", "APP_PASSWORD", "REDIS_PASSWORD"}

    assert secrets == set(re.findall(r"^([A-Z_]+)=$", read(".env.example"), re.MULTILINE)) & secrets
    for name in secrets:
        assert set(re.findall(rf"\$\{{{name}(..)", read("docker-compose.yml"))) == {":?"}


def test_only_migrate_and_the_database_know_the_owners_password():
    services = read("docker-compose.yml").split("\nservices:\n")[1]
    blocks = re.split(r"\n  (?=[a-z]+:\n)", "\n" + services)

    assert sorted(block.split(":")[0] for block in blocks if "OWNER_PASSWORD" in block) == ["db", "migrate"]
    assert "OWNER" not in read("docker-compose.yml").split("\nservices:\n")[0]


def test_the_settings_load_with_the_example_once_its_secrets_are_filled_in():
    example = {name: value or "" for name, value in dotenv_values(ROOT / ".env.example").items()}
    filled = example | {"SECRET_KEY": "s" * 64, "ENCRYPTION_KEYS": "e" * 64}

    answer = subprocess.run(
        [sys.executable, "-c", "from debiteuren import settings as s; print(s.DEFAULT_FROM_EMAIL, s.ADMINS, s.DEBUG)"],
        env=filled | {"PATH": os.environ["PATH"]},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert answer.stderr == ""
    assert answer.stdout.strip() == "Debiteuren <noreply@debiteuren.example> [] False"
