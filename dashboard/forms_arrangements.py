"""Shapes of what is asked about paying in parts: how it is divided, each instalment, the tenant's limits."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common import clock
from dashboard.forms import AmountField, DayField
from dashboard.forms_money import InvoicesField
from dashboard.forms_settings import Part, PartedForm, number, tick, word
from invoices.models import Invoice
from payments import instalments
from payments.instalments import MOST_PARTS
from payments.instalments import Part as Planned
from payments.models import ArrangementTerms


class DivideForm(forms.Form):
    """Into how many parts, from when."""

    months = forms.IntegerField(label=gettext_lazy("Aantal termijnen"), min_value=1, max_value=MOST_PARTS)
    first_on = DayField(label=gettext_lazy("Eerste termijn uiterlijk"))
    first_amount = AmountField(
        label=gettext_lazy("Eerste bedrag"), required=False, help_text=gettext_lazy("Leeg: alle termijnen gelijk.")
    )
    note = forms.CharField(
        label=gettext_lazy("Notitie"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Alleen voor uzelf."),
    )

    def clean_first_on(self) -> date:
        day: date = self.cleaned_data["first_on"]
        if day < clock.today():
            raise forms.ValidationError(_("Deze dag is voorbij."))
        return day


def mark(given: Mapping[str, Any], invoices: Sequence[Invoice]) -> str:
    """Give what a schedule was made from: another mark, and it is made anew."""
    chosen = ",".join(invoice.public_id for invoice in invoices)
    return f"{given['months']}|{given['first_on']}|{given.get('first_amount') or ''}|{chosen}"


class NewArrangementForm(DivideForm):
    """Which claims of a debtor are paid in parts, and how."""

    invoices = InvoicesField(
        label=gettext_lazy("Voor welke facturen"),
        error_messages={"required": gettext_lazy("Kies minstens één factuur.")},
    )

    def __init__(self, *args: Any, open_invoices: Sequence[Invoice], may_debit: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["invoices"]
        assert isinstance(field, InvoicesField)
        field.offer(open_invoices)
        if may_debit:
            self.fields["by_direct_debit"] = forms.BooleanField(
                label=_("Schrijf de termijnen automatisch af"), required=False
            )


class CounterForm(DivideForm):
    """Other instalments than a debtor proposed, and what he reads about why."""

    note = forms.CharField(
        label=gettext_lazy("Toelichting voor de debiteur"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Staat in de brief, bijvoorbeeld: zes maanden is het langste dat wij kunnen."),
    )


class ScheduleForm(forms.Form):
    """The instalments, each with its day and amount; an empty line is left out."""

    def __init__(self, data: Mapping[str, Any] | None, *, parts: Sequence[Planned] = (), count: int = 0) -> None:
        self.count = len(parts) + 1 if data is None else min(count, MOST_PARTS + 1)
        initial: dict[str, Any] = {}
        for place, part in enumerate(parts):
            initial |= {f"dag_{place}": part.due_on, f"bedrag_{place}": part.amount}
        super().__init__(data, initial=initial)
        for place in range(self.count):
            name = _("termijn %(n)s") % {"n": place + 1}
            self.fields[f"dag_{place}"] = DayField(label=_("Dag van %(part)s") % {"part": name}, required=False)
            self.fields[f"bedrag_{place}"] = AmountField(
                label=_("Bedrag van %(part)s") % {"part": name}, required=False
            )

    @classmethod
    def posted(cls, data: Mapping[str, Any]) -> "ScheduleForm":
        """Give the lines that were posted, and one more empty one."""
        written = str(data.get("regels", "0"))
        return cls(data, count=int(written) if written.isdigit() else 0)

    @property
    def lines(self) -> list[tuple[int, forms.BoundField, forms.BoundField]]:
        """Give the lines to print: number, day, amount."""
        return [(place + 1, self[f"dag_{place}"], self[f"bedrag_{place}"]) for place in range(self.count)]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for place in range(self.count):
            day, amount = given.get(f"dag_{place}"), given.get(f"bedrag_{place}")
            if (day is None) != (amount is None) and not self.errors:
                field = f"dag_{place}" if day is None else f"bedrag_{place}"
                self.add_error(field, _("Vul dag en bedrag allebei in, of geen van beide."))
        return given

    @property
    def parts(self) -> tuple[Planned, ...]:
        """Give the instalments, by day."""
        given = self.cleaned_data if self.is_bound else self.initial
        found = [
            Planned(given[f"dag_{place}"], given[f"bedrag_{place}"])
            for place in range(self.count)
            if given.get(f"dag_{place}") and given.get(f"bedrag_{place}")
        ]
        return instalments.in_order(found)


class LimitsForm(PartedForm):
    """Within which limits debtors agree by themselves, and what happens to what was agreed."""

    PARTS = (
        Part(
            gettext_lazy("Wat een debiteur zelf kan afspreken"),
            gettext_lazy(
                "Een voorstel binnen deze grenzen is meteen afgesproken. Wat erbuiten valt wordt een taak voor u."
            ),
            (
                "is_offered",
                "maximum_total",
                "max_months",
                "first_within_days",
                "first_percent",
                "minimum_instalment",
                "per_year",
            ),
        ),
        Part(
            gettext_lazy("Wat er met de termijnen gebeurt"),
            gettext_lazy("Geldt ook voor de regelingen die u zelf afspreekt, ook voor wat al loopt."),
            ("remind_days_before", "remind_days_after", "default_after_days"),
        ),
        Part(
            gettext_lazy("Beloften"),
            gettext_lazy("Op de betaalpagina zegt een debiteur zelf op welke dag hij betaalt."),
            ("promise_days",),
        ),
    )

    is_offered = tick(ArrangementTerms, "is_offered")
    maximum_total = AmountField(label=word(ArrangementTerms, "maximum_total"))
    max_months = number(ArrangementTerms, "max_months", 1, 60)
    first_within_days = number(ArrangementTerms, "first_within_days", 0, 60)
    first_percent = number(ArrangementTerms, "first_percent", 0, 100)
    minimum_instalment = AmountField(label=word(ArrangementTerms, "minimum_instalment"))
    per_year = number(ArrangementTerms, "per_year", 0, 12)
    remind_days_before = number(
        ArrangementTerms, "remind_days_before", 0, 14, help_text=gettext_lazy("0: op de dag zelf.")
    )
    remind_days_after = number(ArrangementTerms, "remind_days_after", 1, 14)
    default_after_days = number(ArrangementTerms, "default_after_days", 2, 60)
    promise_days = number(ArrangementTerms, "promise_days", 1, 90)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        reminded, falls = given.get("remind_days_after"), given.get("default_after_days")
        if reminded and falls and falls <= reminded:
            self.add_error("default_after_days", _("Laat de regeling pas na de herinnering vervallen."))
        return given
