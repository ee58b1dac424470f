"""See `common.forms`."""

from common.forms import AmountField, DayField

__all__ = ["AmountField", "DayField"]
