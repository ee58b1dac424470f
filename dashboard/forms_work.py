"""Shapes of what is asked about tasks."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common import clock
from common.calendar import extend_to_working_day
from dashboard.forms import DayField
from dashboard.forms_debtors import Chosen
from dashboard.forms_money import choices


class ReasonForm(forms.Form):
    """Why something is done."""

    reason = forms.CharField(label=gettext_lazy("Reden"), max_length=200)


class TaskForm(forms.Form):
    """Something to do that nobody but us thought of."""

    title = forms.CharField(label=gettext_lazy("Wat moet er gebeuren?"), max_length=200)
    due_on = DayField(label=gettext_lazy("Uiterlijk"))
    owner = forms.ChoiceField(label=gettext_lazy("Eigenaar"), required=False)
    note = forms.CharField(label=gettext_lazy("Notitie"), required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, people: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices(self, "owner", [("", _("niemand")), *people])


class SnoozeForm(forms.Form):
    """Until when a task is out of sight: some days from now, or a day."""

    DAYS = (
        ("1", gettext_lazy("morgen")),
        ("3", gettext_lazy("over drie dagen")),
        ("7", gettext_lazy("over een week")),
        ("", gettext_lazy("op een dag")),
    )

    days = forms.ChoiceField(label=gettext_lazy("Tot"), choices=DAYS, required=False, initial="1")
    until = DayField(label=gettext_lazy("Dag"), required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if "until" in self.errors:
            return given
        until: date | None = given.get("until")
        if until is None and given.get("days"):
            until = extend_to_working_day(clock.today() + timedelta(days=int(given["days"])))
        if until is None:
            self.add_error("until", _("Kies een dag."))
        elif until <= clock.today():
            self.add_error("until", _("Kies een dag na vandaag."))
        given["until"] = until
        return given


class AssignForm(forms.Form):
    """Who does it."""

    owner = forms.ChoiceField(label=gettext_lazy("Eigenaar"), required=False)

    def __init__(self, *args: Any, people: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices(self, "owner", [("", _("niemand")), *people])


class FinishForm(forms.Form):
    """What came of a task."""

    outcome = forms.CharField(label=gettext_lazy("Uitkomst"), max_length=200)
    note = forms.CharField(label=gettext_lazy("Notitie"), required=False, widget=forms.Textarea(attrs={"rows": 2}))


class CallForm(forms.Form):
    """What came of a call that nothing else follows from; a promise and a dispute have forms of their own."""

    RESULTS = ("no_answer", "call_back", "wrong_number")

    result = forms.ChoiceField(choices=[(result, result) for result in RESULTS])
    note = forms.CharField(label=gettext_lazy("Wat werd er gezegd?"), required=False, max_length=2000)
    again_on = DayField(
        label=gettext_lazy("Opnieuw bellen op"),
        required=False,
        help_text=gettext_lazy("Bij niet bereikt of later bellen; leeg: morgen. U krijgt die dag een nieuwe taak."),
    )

    def clean_again_on(self) -> date | None:
        day: date | None = self.cleaned_data["again_on"]
        if day is not None and day < clock.today():
            raise forms.ValidationError(_("Deze dag is al voorbij."))
        return day


class ChosenSnoozeForm(SnoozeForm, Chosen):
    """To put off what was picked."""


class ChosenAssignForm(AssignForm, Chosen):
    """To assign what was picked."""
