"""Forms about letters that wait."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common import clock
from dashboard.forms import DayField


class KeptForm(forms.Form):
    """Carries which letters were chosen to the answer."""

    ids = forms.CharField(widget=forms.HiddenInput, required=False)
    alles = forms.CharField(widget=forms.HiddenInput, required=False)
    nacht = forms.CharField(widget=forms.HiddenInput, required=False)
    filter = forms.CharField(widget=forms.HiddenInput, required=False)
    confirmed = forms.CharField(widget=forms.HiddenInput, initial="1")


class HoldBackForm(KeptForm):
    """Why letters do not go out, and until when."""

    reason = forms.CharField(label=_("Reden"), max_length=200, help_text=_("Staat bij de debiteur en in het logboek."))
    until = DayField(
        label=_("Tot en met"),
        required=False,
        help_text=_("De dag daarna bekijkt de ladder deze facturen opnieuw. Leeg: de volgende nacht al."),
    )

    def clean_until(self) -> Any:
        until = self.cleaned_data["until"]
        if until is not None and until < clock.today():
            raise forms.ValidationError(_("Kies vandaag of een dag daarna."))
        return until
