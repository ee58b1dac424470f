"""Forms of the two-person rule."""

from django import forms
from django.utils.translation import gettext_lazy as _

from dashboard.forms_settings import word
from tenants.models import TwoPersonRules
from tenants.two_persons import Sensitive


class TwoPersonForm(forms.Form):
    """For what two people are wanted: a box for each."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for name in Sensitive:
            help_text = TwoPersonRules._meta.get_field(name).help_text  # type: ignore[union-attr]
            label = str(word(TwoPersonRules, name))
            self.fields[name] = forms.BooleanField(
                label=label[:1].upper() + label[1:], help_text=help_text, required=False
            )


class AnswerForm(forms.Form):
    """Why not."""

    answer = forms.CharField(label=_("Waarom niet"), max_length=200)
