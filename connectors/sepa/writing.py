"""Orders for the bank, written with sepaxml and checked against the official schema that it carries.

sepaxml reads the clock, draws its own names for messages and parts, and writes one scheme a file. So that the same
order gives the same bytes, and the bank's answer finds its way back by our names, these three are put right here.
"""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import sepaxml
from lxml import etree

from connectors.sepa.characters import plain
from payments.sepa import Account, Collection, DebitOrder, InvalidOrder, Part, Transfer, TransferOrder

_SCHEMAS = Path(sepaxml.__file__).parent / "schemas"
_NAME, _TEXT = 70, 140  # characters


class SepaWriter:
    """Writes pain.008 and pain.001."""

    def debits(self, order: DebitOrder) -> bytes:
        files = [_tree(_debit_file(order, part)) for part in order.parts]
        if not files:
            raise InvalidOrder("an order without collections is not written")
        root, body = files[0], _body(files[0])
        for part, file in zip(order.parts, files, strict=True):
            found = _one(_body(file), "PmtInf")
            _set(found, "PmtInfId", part.reference)
            if file is not root:
                body.append(found)
        transactions = [one for part in order.parts for one in part.collections]
        _head(body, order.message_id, order.made_at, [one.amount for one in transactions])
        return _checked(root, order.version)

    def transfers(self, order: TransferOrder) -> bytes:
        if not order.transfers:
            raise InvalidOrder("an order without payments is not written")
        root = _tree(_transfer_file(order))
        body = _body(root)
        found = _one(body, "PmtInf")
        _set(found, "PmtInfId", order.message_id)
        _name_no_bank(_one(found, "DbtrAgt", "FinInstnId"))
        _head(body, order.message_id, order.made_at, [one.amount for one in order.transfers])
        return _checked(root, order.version)


def _debit_file(order: DebitOrder, part: Part) -> bytes:
    config = _config(order.creditor) | {"creditor_id": order.creditor_id, "instrument": part.scheme}
    made = sepaxml.SepaDD(config, schema=order.version, clean=False)
    for one in part.collections:
        made.add_payment(_debit(one, part, order))
    return bytes(made.export(validate=False))


def _config(account: Account) -> dict[str, Any]:
    config: dict[str, Any] = {
        "name": plain(account.name, _NAME),
        "IBAN": account.iban,
        "batch": True,
        "currency": "EUR",
    }
    return config | ({"BIC": account.bic} if account.bic else {})


def _debit(one: Collection, part: Part, order: DebitOrder) -> dict[str, Any]:
    payment = {
        "name": plain(one.name, _NAME),
        "IBAN": one.iban,
        "amount": _cents(one.amount),
        "type": part.sequence,
        "collection_date": order.collect_on,
        "mandate_id": one.mandate,
        "mandate_date": one.signed_on,
        "description": plain(one.description, _TEXT),
        "endtoend_id": one.end_to_end_id,
    }
    return payment | ({"BIC": one.bic} if one.bic else {})


def _transfer_file(order: TransferOrder) -> bytes:
    made = sepaxml.SepaTransfer(_config(order.debtor), schema=order.version, clean=False)
    for one in order.transfers:
        made.add_payment(_transfer(one, order))
    return bytes(made.export(validate=False))


def _transfer(one: Transfer, order: TransferOrder) -> dict[str, Any]:
    return {
        "name": plain(one.name, _NAME),
        "IBAN": one.iban,
        "amount": _cents(one.amount),
        "execution_date": order.execute_on,
        "description": plain(one.description, _TEXT),
        "endtoend_id": one.end_to_end_id,
    }


def _cents(amount: Decimal) -> int:
    return int((amount * 100).to_integral_exact())


def _tree(content: bytes) -> etree._Element:
    return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, remove_blank_text=True))


def _body(root: etree._Element) -> etree._Element:
    return root[0]


def _children(parent: etree._Element, name: str) -> Iterator[etree._Element]:
    return (child for child in parent if etree.QName(child).localname == name)


def _one(parent: etree._Element, *path: str) -> etree._Element:
    for name in path:
        parent = next(_children(parent, name))
    return parent


def _set(parent: etree._Element, name: str, text: str) -> None:
    _one(parent, name).text = text


def _name_no_bank(institution: etree._Element) -> None:
    """Say that the bank is known by the IBAN alone, where sepaxml leaves that empty."""
    if not len(institution):
        namespace = etree.QName(institution).namespace
        other = etree.SubElement(institution, f"{{{namespace}}}Othr")
        etree.SubElement(other, f"{{{namespace}}}Id").text = "NOTPROVIDED"


def _head(body: etree._Element, message_id: str, made_at: datetime, amounts: list[Decimal]) -> None:
    head = _one(body, "GrpHdr")
    _set(head, "MsgId", message_id)
    _set(head, "CreDtTm", f"{made_at:%Y-%m-%dT%H:%M:%S}")
    _set(head, "NbOfTxs", str(len(amounts)))
    _set(head, "CtrlSum", f"{sum(amounts):.2f}")


@cache
def _schema(version: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(_SCHEMAS / f"{version}.xsd"))


def _checked(root: etree._Element, version: str) -> bytes:
    """Give the bytes of a file that the official schema allows: what it does not allow never leaves."""
    content = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    schema = _schema(version)
    try:
        schema.assertValid(etree.fromstring(content))
    except etree.DocumentInvalid as error:
        raise InvalidOrder(f"{version}: {error}") from error
    return content
