"""The amounts of an invoice that is entered by hand: from its lines, VAT rounded once a rate, or as said. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from common.errors import DomainError
from common.money import ZERO, round_cents

PERCENT = {"21": Decimal(21), "9": Decimal(9), "0": ZERO, "vrijgesteld": ZERO, "verlegd": ZERO}


class NoAmount(DomainError):
    """There are no lines and no total."""

    code = "invoice_without_amount"
    sentence = _("Vul regels in, of het totaal.")


class TotalIsNotPositive(DomainError):
    """Less than a cent would be asked."""

    code = "invoice_total_not_positive"
    sentence = _("Het totaal is € %(total)s: een factuur vraagt meer dan nul. Maak voor een tegoed een creditnota.")


class TotalDiffers(DomainError):
    """Lines and total say different things."""

    code = "invoice_total_differs"
    sentence = _("De regels komen uit op € %(lines)s, het totaal is € %(total)s. Maak die gelijk.")


class VatIsTooHigh(DomainError):
    """More VAT than the total holds."""

    code = "invoice_vat_too_high"
    sentence = _("De btw is hoger dan het totaal.")


class PrepaidIsTooHigh(DomainError):
    """More was paid than is asked."""

    code = "invoice_prepaid_too_high"
    sentence = _("Er kan niet meer vooruitbetaald zijn dan het totaal.")


@dataclass(frozen=True, slots=True)
class Amounts:
    """What an invoice asks, including VAT."""

    total: Decimal
    vat: Decimal
    text: str = ""
    details: dict[str, Any] = field(default_factory=dict)


def amounts(
    lines: Sequence[Mapping[str, Any]],
    *,
    total: Decimal | None,
    vat: Decimal | None,
    prepaid: Decimal = ZERO,
) -> Amounts:
    """Give what an invoice asks.

    :raises NoAmount: if there is neither a line nor a total.
    :raises TotalIsNotPositive: if nothing would be asked.
    :raises TotalDiffers: if lines and total differ.
    :raises VatIsTooHigh: if the VAT is more than the total.
    :raises PrepaidIsTooHigh: if more was paid than is asked.
    """
    filled = [line for line in lines if line.get("amount") is not None]
    if not filled and total is None:
        raise NoAmount(field="total")
    found = _of_lines(filled) if filled else Amounts(total or ZERO, vat or ZERO)
    if filled and total is not None and total != found.total:
        raise TotalDiffers(field="total", lines=found.total, total=total)
    if found.total <= ZERO:
        raise TotalIsNotPositive(field="total", total=found.total)
    if not ZERO <= found.vat <= found.total:
        raise VatIsTooHigh(field="vat_amount")
    if prepaid > found.total:
        raise PrepaidIsTooHigh(field="prepaid")
    return found


def _of_lines(lines: Sequence[Mapping[str, Any]]) -> Amounts:
    bases: dict[str, Decimal] = {}
    for line in lines:
        rate = line.get("rate") or "21"
        bases[rate] = bases.get(rate, ZERO) + line["amount"]
    vat = sum((round_cents(base * PERCENT[rate] / 100) for rate, base in bases.items()), start=ZERO)
    kept = [
        {"text": line.get("text") or "", "amount": f"{line['amount']:.2f}", "vat": line.get("rate") or "21"}
        for line in lines
    ]
    texts = [line["text"] for line in kept if line["text"]]
    return Amounts(sum(bases.values(), start=ZERO) + vat, vat, ", ".join(texts)[:200], {"lines": kept})
