"""The environment under which our programs run here: every variable that settings.py requires."""

import os
from collections.abc import Mapping

from tools.local import servers
from tools.local.places import PLACES, Place
from tools.local.ports import Ports

WEB_PORT = 8000
# Of another project's shell: these would change which settings are read, or from where modules come.
FOREIGN = ("DJANGO_SETTINGS_MODULE", "PYTHONPATH", "PYTHONHOME")
NOWHERE = "127.0.0.1:1"  # an address at which nothing ever listens


def base() -> dict[str, str]:
    """Return the environment of the person at the keyboard without what belongs to other projects."""
    kept = {name: value for name, value in os.environ.items() if name not in FOREIGN}
    return kept | {"PYTHONUNBUFFERED": "1"}


def of_tests(place: Place, addresses: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of the suite and the benches: mail cannot leave."""
    return {
        **base(),
        **addresses,
        "ENVIRONMENT": "test",
        **servers.secrets_of(place),
        "SITE_URL": "http://testserver",
        "EMAIL_URL": f"smtp://{NOWHERE}",
    }


def of_demo(place: Place, addresses: Mapping[str, str], *, ports: Mapping[str, int]) -> dict[str, str]:
    """Return the environment of the demo: mail goes to our own catcher, and Mollie is played by us."""
    return {
        **base(),
        **addresses,
        "ENVIRONMENT": "demo",
        **servers.secrets_of(place),
        "SITE_URL": f"http://localhost:{ports['web']}",
        "ALLOWED_HOSTS": "127.0.0.1",
        "EMAIL_URL": f"smtp://127.0.0.1:{ports['smtp']}",
        "MAIL_CATCHER_SMTP_PORT": str(ports["smtp"]),
        "MAIL_CATCHER_URL": f"http://127.0.0.1:{ports['mail']}",
        "MOLLIE_API_ENDPOINT": f"http://127.0.0.1:{ports['mollie']}",
    }


def of_production() -> dict[str, str]:
    """Return an environment like production's, for checks that must not reach anything."""
    return {
        **base(),
        "ENVIRONMENT": "production",
        "SECRET_KEY": "not-a-secret-only-for-checks-" + "0123456789abcdefghijklmnopqrstuvwxyz",
        "ENCRYPTION_KEYS": "not-a-secret-only-for-checks-0123456789abcdef",
        "SITE_URL": "https://debiteuren.example",
        "DATABASE_URL": f"postgresql://app:app@{NOWHERE}/debiteuren",
        "DATABASE_OWNER_URL": f"postgresql://owner:owner@{NOWHERE}/debiteuren",
        "REDIS_URL": f"redis://{NOWHERE}/0",
        "EMAIL_URL": "smtp+tls://user:password@mail.example:587",
        "BEHIND_PROXY": "true",
        "MAIL_CATCHER_URL": "",
        "MOLLIE_API_ENDPOINT": "",
    }


def take_ports(place: Place) -> dict[str, int]:
    """Return the ports of the demo's own processes, the ones of the last time where they are free."""
    ports = Ports(place.ports)
    preferred = WEB_PORT if place == PLACES["demo"] else None
    return {
        "web": ports.take("web", prefer=preferred),
        "smtp": ports.take("smtp"),
        "mail": ports.take("mail"),
        "mollie": ports.take("mollie"),
    }


def known_ports(place: Place) -> dict[str, int]:
    """Return the ports that a running demo has, or that one would have."""
    known = Ports(place.ports).read()
    return known if {"web", "smtp", "mail", "mollie"} <= known.keys() else known | take_ports(place)
