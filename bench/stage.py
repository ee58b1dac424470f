"""What the benches share: a database of their own, and the last line with the ratio and its goal."""

import os
import sys
from urllib.parse import urlsplit, urlunsplit

import django
import psycopg2

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "debiteuren.settings")


OWNER = os.environ.get("DATABASE_OWNER_URL", "")
SUFFIX = "_bench"


def set_up() -> None:
    """Start Django on an empty database of its own: the one that DATABASE_URL names, with _bench behind it."""
    for variable in ("DATABASE_URL", "DATABASE_OWNER_URL"):
        parts = urlsplit(os.environ[variable])
        if not parts.path.endswith(SUFFIX):
            os.environ[variable] = urlunsplit(parts._replace(path=parts.path + SUFFIX))
    name = urlsplit(os.environ["DATABASE_URL"]).path.strip("/")
    django.setup()
    from django.core.management import call_command
    from django.db import connections

    connections.close_all()
    connection = psycopg2.connect(OWNER)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}"')
    connection.close()
    call_command("migrate", database="owner", verbosity=0)


def conclude(name: str, ratio: float, goal: float, *, at_most: bool = False) -> None:
    """Print the last line, and exit 1 with --check when the goal is missed."""
    met = ratio <= goal if at_most else ratio >= goal
    sign = "at most" if at_most else "at least"
    print(f"{name}: ratio {ratio:.3f}, goal {sign} {goal}: {'met' if met else 'MISSED'}")
    if "--check" in sys.argv and not met:
        sys.exit(1)
