"""The official client against the sandbox, over real HTTP: what Mollie says, in our words."""

import socket
import uuid
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
import requests
import time_machine
from mollie.api.client import Client

from connectors.mollie import gateway
from connectors.mollie.gateway import MollieGateway
from payments import gateways
from payments.states import CheckoutState
from tests.fakes.mollie import KEY, OTHER_KEY, Mollie


def order(**fields: Any) -> gateways.Order:
    parts: dict[str, Any] = {
        "reference": "attempt1",
        "idempotency_key": uuid.uuid4(),
        "amount": Decimal("121.5"),
        "currency": "EUR",
        "description": "Factuur 2026-0042",
        "return_url": "https://pay.test/terug/",
        "webhook_url": "http://127.0.0.1:1/webhooks/mollie/x/",
        "language": "nl",
    }
    return gateways.Order(**parts | fields)


def test_it_is_the_official_client_that_talks(mollie: Mollie) -> None:
    account = MollieGateway(KEY)

    assert type(account._client) is Client
    assert Client.__module__ == "mollie.api.client"
    assert account._client.timeout == gateway.TIMEOUT


def test_without_an_endpoint_it_talks_to_mollie_itself(settings: Any) -> None:
    settings.MOLLIE_API_ENDPOINT = ""

    assert MollieGateway("live_" + "x" * 30)._client.api_endpoint == "https://api.mollie.com"


def test_a_payment_is_made_as_mollie_wants_it(mollie: Mollie) -> None:
    made = MollieGateway(KEY).start(order(language="de", methods=("ideal", "bancontact")))

    (row,) = mollie.payments
    assert row["amount"] == {"currency": "EUR", "value": "121.50"}
    assert (row["locale"], row["methods"]) == ("de_DE", ["ideal", "bancontact"])
    assert row["metadata"] == {"attempt": "attempt1"}
    assert made.provider_id == row["id"]
    assert made.checkout_url == f"{mollie.url}/checkout/{row['id']}/"
    assert (made.state, made.amount, made.reference) == (CheckoutState.OPEN, Decimal("121.50"), "attempt1")
    assert made.expires_at == datetime.fromisoformat(row["expiresAt"])


def test_the_same_key_makes_no_second_payment(mollie: Mollie) -> None:
    asked = order()
    first = MollieGateway(KEY).start(asked)

    again = MollieGateway(KEY).start(asked)

    assert again.provider_id == first.provider_id
    assert len(mollie.payments) == 1


def test_a_paid_one_is_told_with_who_paid_and_on_which_day_here(mollie: Mollie) -> None:
    account = MollieGateway(KEY)
    made = account.start(order())

    with time_machine.travel("2026-07-01T22:30:00+00:00"):  # half past midnight in Amsterdam
        mollie.pay(made.provider_id)

    paid = account.look(made.provider_id)
    assert paid.state == CheckoutState.PAID
    assert str(paid.paid_on) == "2026-07-02"
    assert (paid.method, paid.payer_name, paid.payer_iban) == ("ideal", "T. Testbetaler", "NL53INGB0654422370")
    assert (paid.refunds, paid.chargebacks) == ((), ())


def test_a_card_gives_a_name_and_no_iban(mollie: Mollie) -> None:
    account = MollieGateway(KEY)
    made = account.start(order())

    mollie.pay(made.provider_id, method="creditcard")

    assert account.look(made.provider_id).payer_iban == ""


@pytest.mark.parametrize(
    ("status", "state"),
    [("pending", "pending"), ("failed", "failed"), ("canceled", "canceled"), ("expired", "expired")],
)
def test_each_status_has_its_state(mollie: Mollie, status: str, state: str) -> None:
    account = MollieGateway(KEY)
    made = account.start(order())

    mollie.pay(made.provider_id, status)

    assert account.look(made.provider_id).state == state


def test_authorized_is_money_under_way(mollie: Mollie) -> None:
    account = MollieGateway(KEY)
    made = account.start(order())

    mollie.store.become(made.provider_id, "authorized")

    assert account.look(made.provider_id).state == CheckoutState.PENDING


def test_a_status_that_mollie_invents_tomorrow_is_trouble_and_no_guess(mollie: Mollie) -> None:
    account = MollieGateway(KEY)
    made = account.start(order())
    mollie.store.become(made.provider_id, "hovering")

    with pytest.raises(gateways.GatewayDown):
        account.look(made.provider_id)


def test_the_whole_picture_has_refunds_and_chargebacks(mollie: Mollie) -> None:
    account = MollieGateway(KEY)
    made = account.start(order())
    mollie.pay(made.provider_id)

    refund = account.refund(
        made.provider_id, amount=Decimal("20.00"), description="teveel", idempotency_key=uuid.uuid4()
    )
    chargeback = mollie.charge_back(made.provider_id, "50,00", "AC04")

    seen = account.look(made.provider_id)
    assert (seen.refunded, seen.charged_back) == (Decimal("20.00"), Decimal("50.00"))
    assert account.look_at_refund(made.provider_id, refund.id) == refund
    (one,) = seen.chargebacks
    assert (one.id, one.reason, one.reversed_on) == (chargeback, "AC04 Account closed", None)
    mollie.change(made.provider_id, "undo", chargeback=chargeback)
    assert account.look(made.provider_id).charged_back == 0
    assert account.look(made.provider_id).chargebacks[0].reversed_on is not None


def test_a_refund_with_the_same_key_is_made_once(mollie: Mollie) -> None:
    account = MollieGateway(KEY)
    made = account.start(order())
    mollie.pay(made.provider_id)
    asked: dict[str, Any] = {"amount": Decimal("20.00"), "description": "x", "idempotency_key": uuid.uuid4()}

    first, second = account.refund(made.provider_id, **asked), account.refund(made.provider_id, **asked)

    assert first.id == second.id
    assert account.look(made.provider_id).refunded == Decimal("20.00")


def test_more_than_is_left_is_refused(mollie: Mollie) -> None:
    account = MollieGateway(KEY)
    made = account.start(order())
    mollie.pay(made.provider_id)

    with pytest.raises(gateways.RequestRefused, match="cannot be refunded"):
        account.refund(made.provider_id, amount=Decimal("500.00"), description="x", idempotency_key=uuid.uuid4())


def test_ways_to_pay_are_data_and_one_that_is_new_is_known_by_its_own_name(
    mollie: Mollie, monkeypatch: pytest.MonkeyPatch
) -> None:
    from connectors.mollie_sandbox import api

    monkeypatch.setitem(api.METHODS, "hologram", "Hologram Pay")

    found = {method.id: method.name for method in MollieGateway(KEY).check_key()}

    assert found["ideal"] == "iDEAL | Wero"
    assert found["hologram"] == "Hologram Pay"


def test_a_first_payment_belongs_to_a_customer(mollie: Mollie) -> None:
    MollieGateway(KEY).start(order(sequence="first", payer_name="Petra Jansen"))

    (row,) = mollie.payments
    assert (row["sequenceType"], row["customerId"][:4]) == ("first", "cst_")


def test_the_payment_of_another_key_is_not_there(mollie: Mollie) -> None:
    made = MollieGateway(KEY).start(order())

    with pytest.raises(gateways.NoSuchCheckout):
        MollieGateway(OTHER_KEY).look(made.provider_id)


def test_a_name_that_is_none_is_not_asked_for(mollie: Mollie) -> None:
    with pytest.raises(gateways.NoSuchCheckout):
        MollieGateway(KEY).look("ord_1")


@pytest.mark.parametrize("key", ["", "test_short", "geheim", "live_" + "x" * 30])
def test_a_key_that_cannot_be_right_goes_nowhere(mollie: Mollie, key: str) -> None:
    """A live key must never reach a sandbox; and no text of ours holds a key."""
    with pytest.raises(gateways.KeyRefused) as refused:
        MollieGateway(key)

    assert not key or key not in str(refused.value)


def test_an_amount_beyond_the_limits_is_refused(mollie: Mollie) -> None:
    with pytest.raises(gateways.RequestRefused, match="higher than the maximum"):
        MollieGateway(KEY).start(order(amount=Decimal("60000.00")))


def test_a_provider_that_is_away_or_talks_nonsense_is_down(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway, "TIMEOUT", (1, 1))
    with socket.socket() as silent:  # takes the call and never answers
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        settings.MOLLIE_API_ENDPOINT = f"http://127.0.0.1:{silent.getsockname()[1]}"

        with pytest.raises(gateways.GatewayDown):
            MollieGateway(KEY).look("tr_abcdef")

    with pytest.raises(gateways.GatewayDown):  # and now nobody listens
        MollieGateway(KEY).look("tr_abcdef")


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (401, gateways.KeyRefused),
        (403, gateways.KeyRefused),
        (404, gateways.NoSuchCheckout),
        (410, gateways.NoSuchCheckout),
        (409, gateways.GatewayDown),
        (429, gateways.GatewayDown),
        (503, gateways.GatewayDown),
        (422, gateways.RequestRefused),
    ],
)
def test_each_answer_of_mollie_has_its_name(
    mollie: Mollie, monkeypatch: pytest.MonkeyPatch, status: int, expected: type[Exception]
) -> None:
    from connectors.mollie_sandbox import api

    monkeypatch.setattr(api, "answer", lambda *_: (*api._no(status, "No", "no"), False))

    with pytest.raises(expected):
        MollieGateway(KEY).look("tr_abcdef")


def test_the_sandbox_refuses_who_has_no_key(mollie: Mollie) -> None:
    answer = requests.get(f"{mollie.url}/v2/methods", timeout=10)

    assert answer.status_code == 401
    assert answer.json()["title"] == "Unauthorized Request"
