"""The sandbox itself: its pages, its memory, its calls, and where it does not run."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import requests
from django.core.management import call_command
from django.core.management.base import CommandError

from tests.fakes import mollie as fake
from tests.fakes.mollie import KEY, Mollie

HEADERS = {"Authorization": f"Bearer {KEY}"}
ROOT = Path(__file__).resolve().parent.parent.parent.parent


def make(mollie: Mollie, webhook: str = "", key: str = "", **fields: Any) -> dict[str, Any]:
    asked = {
        "amount": {"currency": "EUR", "value": "100.00"},
        "description": "Factuur 2026-1",
        "redirectUrl": "http://shop.test/terug/",
        "webhookUrl": webhook or None,
        "locale": "nl_NL",
    }
    headers = HEADERS | ({"Idempotency-Key": key} if key else {})
    answer = requests.post(f"{mollie.url}/v2/payments", json=asked | fields, headers=headers, timeout=10)
    return {"status_code": answer.status_code, "headers": answer.headers, **answer.json()}


@contextmanager
def shop(answers: list[int]) -> Iterator[tuple[str, list[str], threading.Event]]:
    """A shop that answers calls in its own way, and what it heard."""
    heard: list[str] = []
    enough = threading.Event()

    class Shop(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self.send_response(answers[min(len(heard), len(answers)) - 1])
            self.end_headers()
            if len(heard) >= len(answers):
                enough.set()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Shop)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/webhooks/", heard, enough
    finally:
        server.shutdown()
        server.server_close()


def test_a_payer_sees_what_he_pays_in_his_language_and_that_it_is_not_real(mollie: Mollie) -> None:
    made = make(mollie, method=["bancontact", "creditcard"])
    checkout = made["_links"]["checkout"]["href"]

    dutch, english = requests.get(checkout, timeout=10), requests.get(f"{checkout}?taal=en", timeout=10)

    assert "€ 100,00" in dutch.text
    assert "hier gaat geen echt geld om" in dutch.text
    assert "no real money" in english.text
    assert "Bancontact" in dutch.text
    assert "iDEAL" not in dutch.text
    assert "script" not in dutch.headers["Content-Security-Policy"]


def test_who_has_paid_cannot_pay_again(mollie: Mollie) -> None:
    made = make(mollie)

    assert mollie.pay(made["id"]) == "http://shop.test/terug/"
    mollie.pay(made["id"], "failed")

    assert mollie.the(made["id"])["status"] == "paid"
    assert "Deze betaling is afgelopen" in requests.get(f"{mollie.url}/checkout/{made['id']}/", timeout=10).text


def test_the_list_and_a_payment_show_what_can_be_done(mollie: Mollie) -> None:
    made = make(mollie, description="<script>alert(1)</script>")
    mollie.pay(made["id"])
    mollie.charge_back(made["id"], "40,00", "AC04")
    mollie.change(made["id"], "refund", amount="60")

    listed = requests.get(mollie.url, timeout=10).text
    shown = requests.get(f"{mollie.url}/payment/{made['id']}/", timeout=10).text

    assert made["id"] in listed
    assert "<script>" not in listed + shown
    assert "AC04 Account closed" in shown
    assert "terugbetaling" in shown
    assert 'action="/payment/' + made["id"] + '/chargeback/"' not in shown  # nothing is left to take back


def test_what_it_knows_survives_a_restart(settings: Any, tmp_path: Path) -> None:
    file, key = tmp_path / "mollie.json", str(uuid4())
    with fake.running(settings, file) as first:
        made = make(first, key=key)
        first.pay(made["id"])

    with fake.running(settings, file) as second:
        again = make(second, key=key)

        assert second.the(made["id"])["status"] == "paid"
        assert again["id"] == made["id"]
        assert again["headers"]["Idempotent-Replayed"] == "true"


def test_a_shop_that_does_not_answer_is_called_again(settings: Any) -> None:
    with shop([503, 302, 200]) as (url, heard, enough), fake.running(settings, again_after=(0.1, 0.1, 0.1)) as mollie:
        made = make(mollie, url)
        mollie.pay(made["id"], call="now")
        assert enough.wait(15)

    assert heard == [f"id={made['id']}"] * 3
    (told,) = mollie.store.calls(made["id"])
    assert told["answers"][:2] == ["503", "302"]


def test_the_way_to_the_shop_may_be_another_than_its_address(settings: Any) -> None:
    with shop([200]) as (url, heard, enough), fake.running(settings, via=url) as mollie:
        made = make(mollie, "http://localhost:1/webhooks/mollie/x/")
        mollie.pay(made["id"], call="now")
        assert enough.wait(15)

    assert heard == [f"id={made['id']}"]


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"amount": {"currency": "EUR", "value": "100"}}, "amount"),
        ({"amount": {"currency": "EUR", "value": 100}}, "amount"),
        ({"amount": {"currency": "USD", "value": "100.00"}}, "amount"),
        ({"amount": {"currency": "EUR", "value": "0.00"}}, "amount"),
        ({"description": ""}, "description"),
        ({"redirectUrl": None}, "redirectUrl"),
        ({"webhookUrl": "ftp://x"}, "webhookUrl"),
        ({"method": "shells"}, "method"),
        ({"sequenceType": "first"}, "customerId"),
    ],
)
def test_what_mollie_would_refuse_it_refuses(mollie: Mollie, fields: dict[str, Any], name: str) -> None:
    answer = make(mollie, **fields)

    assert (answer["status_code"], answer["status"], answer["field"]) == (422, 422, name)
    assert answer["_links"]["documentation"]["href"].startswith("https://docs.mollie.com")


def test_an_open_payment_can_be_cancelled_and_a_paid_one_cannot(mollie: Mollie) -> None:
    made = make(mollie)
    here = f"{mollie.url}/v2/payments/{made['id']}"

    first = requests.delete(here, headers=HEADERS, timeout=10)
    second = requests.delete(here, headers=HEADERS, timeout=10)

    assert (first.json()["status"], second.status_code) == ("canceled", 422)


@pytest.mark.parametrize("path", ["/v2/nothing", "/nothing", "/checkout/tr_none/", "/payment/tr_none/", "/static/../x"])
def test_what_is_not_there_is_not_found(mollie: Mollie, path: str) -> None:
    assert requests.get(f"{mollie.url}{path}", headers=HEADERS, timeout=10).status_code == 404


def test_production_refuses_the_command_and_the_address(settings: Any) -> None:
    settings.ENVIRONMENT = "production"
    with pytest.raises(CommandError, match="in production money must move"):
        call_command("mollie_sandbox")

    production = os.environ | {
        "ENVIRONMENT": "production",
        "MOLLIE_API_ENDPOINT": "http://127.0.0.1:8026",
        "MAIL_CATCHER_URL": "",
    }
    answer = subprocess.run(
        [sys.executable, "-c", "import debiteuren.settings"], env=production, cwd=ROOT, capture_output=True, text=True
    )
    assert "MOLLIE_API_ENDPOINT is for the sandbox" in answer.stderr


def test_without_an_address_it_does_not_know_where_to_be(settings: Any) -> None:
    settings.MOLLIE_API_ENDPOINT = ""

    with pytest.raises(CommandError, match="MOLLIE_API_ENDPOINT must say"):
        call_command("mollie_sandbox")
