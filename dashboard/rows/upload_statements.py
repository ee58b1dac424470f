"""A file of bank statements on the screen: what came of it, or why it was refused and what a person may confirm."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from common.identifiers import format_iban
from connectors.models import Upload, UploadState
from dashboard.shell import Stat
from dashboard.templatetags.kit_words import dutch
from payments.operations.statements import AccountUnknown, StatementDoesNotAddUp


@dataclass(frozen=True)
class Statement:
    """A statement that came in."""

    url: str
    iban: str
    since: date | None
    until: date
    opening: Decimal | None
    closing: Decimal | None
    lines: int
    known: int
    follows: bool


def context(upload: Upload) -> dict[str, Any]:
    """Give what the page of a file shows beside its frame."""
    result: Mapping[str, Any] = upload.result
    if upload.state == UploadState.FAILED:
        code = result.get("code", "")
        return {
            "refused": result.get("refused", ""),
            "may_add_account": code == AccountUnknown.code or bool(upload.mapping.get("add_account")),
            "adds_account": bool(upload.mapping.get("add_account")),
            "may_accept_difference": code == StatementDoesNotAddUp.code,
        }
    if upload.state != UploadState.IMPORTED:
        return {}
    return {
        "stats": _stats(result),
        "statements": [_statement(row) for row in result["statements"]],
        "said": result["said"],
        "new_accounts": ", ".join(format_iban(iban) for iban in result["new_accounts"]),
        "nothing_changed": not result["count"],
    }


def _stats(result: Mapping[str, Any]) -> list[Stat]:
    bank = reverse("dashboard:bank")
    known = _("al bekend: %(n)s") % {"n": result["known_statements"]} if result["known_statements"] else ""
    return [
        Stat(_("Afschriften"), dutch(result["count"], 0), known, bank),
        Stat(_("Nieuwe regels"), dutch(result["added"], 0), "", reverse("dashboard:matching")),
        Stat(_("Al bekend"), dutch(result["unchanged"], 0), _("regels uit een eerder bestand")),
    ]


def _statement(row: Mapping[str, Any]) -> Statement:
    return Statement(
        url=reverse("dashboard:bank_statement", args=[row["public_id"]]),
        iban=format_iban(row["iban"]),
        since=date.fromisoformat(row["from"]) if row["from"] else None,
        until=date.fromisoformat(row["until"]),
        opening=Decimal(row["opening"]) if row["opening"] else None,
        closing=Decimal(row["closing"]) if row["closing"] else None,
        lines=row["lines"],
        known=row["known"],
        follows=row["follows"],
    )
