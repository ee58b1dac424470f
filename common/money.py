"""Euros: exact, and rounded in one place only."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
ZERO = Decimal("0.00")


def euro(amount: str | int | Decimal) -> Decimal:
    """Make an amount in euro with exactly two decimals.

    A float is refused because it cannot hold 0.10, and a fraction of a cent because whoever has one must
    decide how to round it (`round_cents`).

    :raises TypeError: if the amount is a float.
    :raises ValueError: if the amount has a fraction of a cent, or is no number.
    """
    if isinstance(amount, float):
        raise TypeError("an amount in euro cannot be a float")
    try:
        exact = Decimal(amount)
        cents = exact.quantize(CENT)
    except ArithmeticError as error:
        raise ValueError(f"{amount!r} is not an amount in euro") from error
    if cents != exact:
        raise ValueError(f"{amount!r} has a fraction of a cent")
    return cents


def round_cents(amount: Decimal) -> Decimal:
    """Round an exact amount in euro to cents, halves away from zero ("rekenkundig afronden")."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def split(amount: Decimal, weights: Sequence[Decimal | int]) -> list[Decimal]:
    """Divide an amount in euro over parts in proportion to their weights; the parts always sum to the amount.

    Each part is first cut down to whole cents; the cents left over go to the largest remainders, on a tie to
    the earlier part.

    :raises ValueError: if there are no weights, one is negative, or all are zero.
    """
    total = sum(weights, start=Decimal(0))
    if not weights or min(weights) < 0 or total == 0:
        raise ValueError("an amount is split over weights that are not negative and not all zero")
    sign = -1 if amount < 0 else 1
    cents = int(euro(abs(amount)) / CENT)
    exact = [cents * Decimal(weight) / total for weight in weights]
    shares = [int(share) for share in exact]
    by_remainder = sorted(range(len(exact)), key=lambda i: (shares[i] - exact[i], i))
    for i in by_remainder[: cents - sum(shares)]:
        shares[i] += 1
    return [sign * share * CENT for share in shares]
