"""Shapes of input, as people here write it: 1.234,50 and 31-12 and 311226. What may be is up to the operations."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common import clock, reading


class AmountField(forms.Field):
    """An amount in euro, written with decimal comma or point, thousands or not."""

    widget = forms.TextInput(attrs={"data-amount": "", "inputmode": "decimal"})
    default_error_messages = {"invalid": _("“%(value)s” is geen bedrag. Schrijf bijvoorbeeld 1.234,50.")}

    def __init__(self, *, positive: bool = True, **kwargs: Any) -> None:
        self.positive = positive
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Decimal | None:
        if value in self.empty_values:
            return None
        amount = reading.amount(str(value))
        if amount is None or (self.positive and amount <= 0) or abs(amount) >= Decimal("1e10"):
            raise forms.ValidationError(self.error_messages["invalid"], params={"value": value})
        return amount

    def prepare_value(self, value: Any) -> Any:
        return f"{value:.2f}".replace(".", ",") if isinstance(value, Decimal) else value


class DayField(forms.Field):
    """A day, written as 31-12-2026, 31-12, 311226 or 2026-12-31; without a year the one nearest to today."""

    widget = forms.TextInput(attrs={"data-date": "", "inputmode": "numeric"})
    default_error_messages = {"invalid": _("“%(value)s” is geen datum. Schrijf bijvoorbeeld 31-12-2026.")}

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values:
            return None
        if isinstance(value, date):
            return value
        day = reading.day(str(value), today=clock.today())
        if day is None:
            raise forms.ValidationError(self.error_messages["invalid"], params={"value": value})
        return day

    def prepare_value(self, value: Any) -> Any:
        return f"{value:%d-%m-%Y}" if isinstance(value, date) else value
