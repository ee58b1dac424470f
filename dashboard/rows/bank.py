"""The figures on top of the pages about the bank, and files that are being read."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from connectors.models import Upload, UploadKind, UploadState
from dashboard.lists.bank import Account, Sums
from dashboard.rows import uploads
from dashboard.shell import Stat
from dashboard.templatetags.kit_words import dutch
from dunning import queries as ladder
from tenants.context import current_tenant_id

SHOWN = 5  # files that are being read, or could not be
# Money that paid for nothing yet, and claims with so little left that nobody writes a letter about it.
LEFT = """
SELECT count(*), coalesce(sum(p.amount - p.allocated - p.refunded), 0), min(p.received_on) FROM payments_payment p
WHERE p.tenant_id = %(tenant)s AND p.reverses_id IS NULL AND p.amount > p.allocated + p.refunded
  AND NOT EXISTS (SELECT FROM payments_payment r WHERE r.tenant_id = p.tenant_id AND r.reverses_id = p.id)
"""
RESTS = """
SELECT count(*), coalesce(sum(principal_open + interest_open + costs_open), 0) FROM invoices_invoice
WHERE tenant_id = %(tenant)s AND is_open AND principal_open < principal
  AND principal_open + interest_open + costs_open <= %(most)s
"""


class Left(NamedTuple):
    """Money that is not allocated."""

    number: int
    amount: Decimal
    oldest: date | None


def left() -> Left:
    """Give how much came in and paid for nothing yet."""
    with connection.cursor() as cursor:
        cursor.execute(LEFT, {"tenant": current_tenant_id()})
        return Left(*cursor.fetchone())


def small_rests() -> tuple[int, Decimal]:
    """Give how many claims have only a small rest left, and how much that is."""
    with connection.cursor() as cursor:
        cursor.execute(RESTS, {"tenant": current_tenant_id(), "most": ladder.ladder_settings().small_rest})
        count, amount = cursor.fetchone()
        return count, amount


def stats(accounts: Sequence[Account]) -> list[Stat]:
    """Give the figures on top of the page of the bank, each with the list that adds up to it."""
    if not accounts:
        return []
    money, (rests, rest) = left(), small_rests()
    to_do = sum(one.to_do for one in accounts)
    behind = [one for one in accounts if one.is_behind]
    known = [one.balance for one in accounts if one.balance is not None]
    days = [one.balance_on for one in accounts if one.balance_on]
    return [
        Stat(
            _("Saldo samen"),
            f"€ {dutch(sum(known, start=Decimal(0)))}",
            _("oudste stand van %(day)s") % {"day": f"{min(days):%d-%m-%Y}"} if days else "",
            change=ngettext("%(n)s rekening achter", "%(n)s rekeningen achter", len(behind)) % {"n": len(behind)}
            if behind
            else "",
            change_tone="warn",
        ),
        Stat(
            _("Af te letteren"),
            f"{to_do}",
            f"€ {dutch(sum((one.to_do_amount for one in accounts), start=Decimal(0)))}",
            reverse("dashboard:matching"),
            must_act=bool(to_do),
        ),
        Stat(
            _("Nog niet verdeeld"),
            f"€ {dutch(money.amount)}",
            ngettext("%(n)s betaling", "%(n)s betalingen", money.number) % {"n": money.number},
            f"{reverse('dashboard:payments')}?vrij=1",
        ),
        Stat(
            _("Kleine restanten"),
            f"€ {dutch(rest)}",
            ngettext("%(n)s factuur", "%(n)s facturen", rests) % {"n": rests},
            reverse("dashboard:small_rests"),
        ),
    ]


def balance(sums: Sums) -> list[Stat]:
    """Give how a statement adds up."""
    known = Stat(_("Eerder ingelezen"), f"€ {dutch(sums.known)}", _known_words(sums.known_lines))
    wrong = Stat(_("Verschil"), f"€ {dutch(sums.difference)}", _("zo gaf de bank het"))
    shown = [
        (sums.opening is not None, Stat(_("Beginsaldo"), f"€ {dutch(sums.opening)}")),
        (True, Stat(_("Bij"), f"€ {dutch(sums.coming)}")),
        (True, Stat(_("Af"), f"€ {dutch(sums.going)}")),
        (bool(sums.known or sums.known_lines), known),
        (bool(sums.difference), wrong),
        (sums.closing is not None, Stat(_("Eindsaldo"), f"€ {dutch(sums.closing)}")),
    ]
    return [stat for is_there, stat in shown if is_there]


def _known_words(count: int) -> str:
    said = ngettext("%(n)s regel stond al in een ander bestand", "%(n)s regels stonden al in een ander bestand", count)
    return said % {"n": count}


def under_way() -> list[uploads.Row]:
    """Give the files with statements that need a look: being read, or refused and not yet thrown away."""
    found = Upload.objects.filter(kind=UploadKind.STATEMENT, state__in=[UploadState.WAITING, UploadState.FAILED])
    return uploads.rows_of(found.defer("content", "mapping").order_by("-uploaded_at", "-pk")[:SHOWN])
