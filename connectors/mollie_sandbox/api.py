"""The part of Mollie's API (v2) that we use, from a request to an answer, with its errors and links."""

import re
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlsplit

from connectors.mollie_sandbox.store import Row, Store, charged_back, refunded, remaining

KEY = re.compile(r"^Bearer (test_\w{30,})$")
VALUE = re.compile(r"^\d{1,9}\.\d{2}$")
METHODS = {
    "ideal": "iDEAL | Wero",
    "bancontact": "Bancontact",
    "creditcard": "Card",
    "banktransfer": "Bank transfer",
    "paypal": "PayPal",
}
REASONS = {
    "MD06": "Returned by the payer",
    "MD01": "No mandate",
    "AC04": "Account closed",
    "AM04": "Insufficient funds",
    "MS03": "Reason not specified",
}
DOCUMENTATION = "https://docs.mollie.com/reference/handling-errors"
Answer = tuple[int, Row]


@dataclass(frozen=True, slots=True)
class Request:
    """A call to the API."""

    method: str
    path: str  # below /v2/
    api: str  # our own address
    pages: str  # where payers find the checkout
    authorization: str = ""
    idempotency_key: str = ""
    body: Row = field(default_factory=dict)


def answer(store: Store, request: Request) -> tuple[int, Row, bool]:
    """Answer a call: status, body, and whether it is the answer of before to the same idempotency key."""
    found = KEY.match(request.authorization)
    if found is None:
        return *_no(401, "Unauthorized Request", "Missing authentication, or failed to authenticate"), False
    key = request.idempotency_key if request.method != "GET" else ""
    before = store.answer_of(found[1], key) if key else None
    if before is not None:
        return before[0], before[1], True
    status, body = _route(store, request, found[1])
    if key and status < 500:
        store.keep_answer(found[1], key, status, body)
    return status, body, False


def _route(store: Store, request: Request, api_key: str) -> Answer:
    match [request.method, *request.path.strip("/").split("/")]:
        case ["POST", "payments"]:
            return _create(store, request, api_key)
        case ["GET", "payments"]:
            rows = [_payment(row, request) for row in store.payments(api_key)[:50]]
            return 200, _list("payments", rows, request)
        case ["GET", "methods"]:
            return 200, _list("methods", [_method(name, request) for name in METHODS], request)
        case ["POST", "customers"]:
            return 201, {"resource": "customer", **store.add_customer(request.body), "_links": _self(request)}
        case ["GET" | "DELETE" | "POST", "payments", payment_id, *rest]:
            row = store.payment(payment_id)
            if row is None or row["key"] != api_key:
                return _no(404, "Not Found", f"No payment exists with token {payment_id}.")
            return _of_payment(store, request, row, rest)
    return _no(404, "Not Found", "The path does not exist.")


def _of_payment(store: Store, request: Request, row: Row, rest: list[str]) -> Answer:
    match [request.method, *rest]:
        case ["GET"]:
            return 200, _payment(row, request)
        case ["DELETE"]:
            canceled = store.become(row["id"], "canceled")
            if canceled is None:
                return _no(422, "Unprocessable Entity", "The payment cannot be canceled.")
            return 200, _payment(canceled, request)
        case ["POST", "refunds"]:
            return _give_back(store, request, row)
        case ["GET", "refunds"]:
            return 200, _list("refunds", [_refund(one, row, request) for one in row["refunds"]], request)
        case ["GET", "refunds", name]:
            rows = [_refund(one, row, request) for one in row["refunds"] if one["id"] == name]
            return (200, rows[0]) if rows else _no(404, "Not Found", f"No refund exists with token {name}.")
        case ["GET", "chargebacks"]:
            return 200, _list("chargebacks", [_chargeback(one, row, request) for one in row["chargebacks"]], request)
    return _no(404, "Not Found", "The path does not exist.")


def _create(store: Store, request: Request, api_key: str) -> Answer:
    asked = request.body
    value = _value(asked.get("amount"))
    if value is None:
        return _wrong("amount", "The amount contains an invalid value")
    if not 0 < value <= 50_000:
        return _wrong("amount", "The amount is higher than the maximum")
    if not asked.get("description"):
        return _wrong("description", "The description is invalid")
    for name in ("redirectUrl", "webhookUrl"):
        if asked.get(name) and urlsplit(str(asked[name])).scheme not in {"http", "https"}:
            return _wrong(name, "The URL is invalid")
    if not asked.get("redirectUrl"):
        return _wrong("redirectUrl", "The redirect URL is missing")
    methods = asked.get("method") or []
    if not set([methods] if isinstance(methods, str) else methods) <= METHODS.keys():
        return _wrong("method", "The payment method is invalid")
    if asked.get("sequenceType") == "first" and not asked.get("customerId"):
        return _wrong("customerId", "A customer is required for a first payment")
    return 201, _payment(store.add(api_key, asked), request)


def _give_back(store: Store, request: Request, row: Row) -> Answer:
    value = _value(request.body.get("amount"))
    made = store.refund(row["id"], value, str(request.body.get("description") or "")) if value is not None else None
    if made is None:
        return _wrong("amount", "The specified amount cannot be refunded")
    return 201, _refund(made, row, request)


def _value(amount: Any) -> Decimal | None:
    """Read an amount: euros with two decimals, as text. Anything else is wrong."""
    if not isinstance(amount, dict) or amount.get("currency") != "EUR" or not VALUE.match(str(amount.get("value"))):
        return None
    try:
        return Decimal(str(amount["value"]))
    except InvalidOperation:
        return None


def _payment(row: Row, request: Request) -> Row:
    here = f"{request.api}/v2/payments/{row['id']}"
    links = {"self": _link(here), "documentation": _link(DOCUMENTATION, "text/html")}
    if row["status"] in {"open", "pending"}:
        links["checkout"] = _link(f"{request.pages}/checkout/{row['id']}/", "text/html")
    for name in ("refunds", "chargebacks"):
        if row[name]:
            links[name] = _link(f"{here}/{name}")
    shown = {
        "resource": "payment",
        "id": row["id"],
        "mode": "test",
        "status": row["status"],
        "isCancelable": row["status"] not in {"paid", "failed", "canceled", "expired"},
        "profileId": "pfl_sandbox",
        "sequenceType": row.get("sequenceType") or "oneoff",
        "details": row["details"] or None,
        "_links": links,
        **{name: row.get(name) for name in ("createdAt", "amount", "method", "metadata", "customerId")},
        **{name: row.get(name) for name in ("description", "redirectUrl", "webhookUrl", "locale")},
        **{name: row[name] for name in ("paidAt", "failedAt", "canceledAt", "expiredAt") if row.get(name)},
    }
    if row["status"] in {"open", "pending"}:
        shown["expiresAt"] = row["expiresAt"]
    if row["status"] == "paid":
        shown |= {"amountRefunded": _money(refunded(row)), "amountRemaining": _money(remaining(row))}
        if row["chargebacks"]:
            shown["amountChargedBack"] = _money(charged_back(row))
    return shown


def _refund(one: Row, row: Row, request: Request) -> Row:
    return {
        "resource": "refund",
        "id": one["id"],
        "mode": "test",
        "amount": _money(Decimal(one["value"])),
        "status": one["status"],
        "description": one["description"],
        "paymentId": row["id"],
        "createdAt": one["createdAt"],
        "_links": {"self": _link(f"{request.api}/v2/payments/{row['id']}/refunds/{one['id']}")},
    }


def _chargeback(one: Row, row: Row, request: Request) -> Row:
    return {
        "resource": "chargeback",
        "id": one["id"],
        "amount": _money(Decimal(one["value"])),
        "reason": {"code": one["reason"], "description": REASONS.get(one["reason"], "")},
        "paymentId": row["id"],
        "createdAt": one["createdAt"],
        "reversedAt": one["reversedAt"],
        "_links": {"self": _link(f"{request.api}/v2/payments/{row['id']}/chargebacks/{one['id']}")},
    }


def _method(name: str, request: Request) -> Row:
    return {
        "resource": "method",
        "id": name,
        "description": METHODS[name],
        "minimumAmount": _money(Decimal("0.01")),
        "maximumAmount": _money(Decimal("50000.00")),
        "status": "activated",
        "_links": {"self": _link(f"{request.api}/v2/methods/{name}")},
    }


def _list(name: str, rows: list[Row], request: Request) -> Row:
    links = {**_self(request), "previous": None, "next": None}
    return {"count": len(rows), "_embedded": {name: rows}, "_links": links}


def _self(request: Request) -> dict[str, Any]:
    return {"self": _link(f"{request.api}/v2/{request.path.strip('/')}")}


def _link(href: str, media_type: str = "application/hal+json") -> dict[str, str]:
    return {"href": href, "type": media_type}


def _money(value: Decimal) -> dict[str, str]:
    return {"currency": "EUR", "value": f"{value:.2f}"}


def _wrong(name: str, detail: str) -> Answer:
    status, body = _no(422, "Unprocessable Entity", detail)
    return status, body | {"field": name}


def _no(status: int, title: str, detail: str) -> Answer:
    links = {"documentation": _link(DOCUMENTATION, "text/html")}
    return status, {"status": status, "title": title, "detail": detail, "_links": links}
