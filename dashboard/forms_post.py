"""Shapes of input about what goes out and comes in: messages, post, dossiers, files."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from collections_handoff.models import Agency
from connectors.files.limits import FILE_BYTES, MEGABYTE
from connectors.models import UploadKind
from dashboard.forms import DayField
from invoices.models import Invoice


class Sure(forms.Form):
    """Nothing but the button."""


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("reden"), max_length=200)


class OutcomeForm(forms.Form):
    """Whether a message in doubt left."""

    left = forms.ChoiceField(
        label=_("Is het bericht weg?"),
        choices=[("yes", _("ja, het is verstuurd")), ("no", _("nee, verstuur het nu"))],
        widget=forms.RadioSelect,
    )


class PostedForm(forms.Form):
    """When letters were posted."""

    on = DayField(label=_("op de post gedaan op"))


class AgencyReferenceForm(forms.Form):
    """The number that an agency gives a dossier."""

    reference = forms.CharField(label=_("dossiernummer bij het bureau"), max_length=60)


class HandoffForm(forms.Form):
    """Which claims go, and to whom."""

    agency = forms.ChoiceField(label=_("overdragen aan"))
    invoices = forms.MultipleChoiceField(
        label=_("facturen"), error_messages={"required": _("Kies minstens één factuur.")}
    )

    def __init__(self, *args: Any, agencies: Sequence[Agency], invoices: Sequence[Invoice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agency"].choices = [  # type: ignore[attr-defined]
            (one.public_id, f"{one.name} ({one.get_kind_display()})") for one in agencies
        ]
        self.fields["agency"].initial = next((one.public_id for one in agencies if one.is_default), None)
        self.fields["invoices"].choices = [(one.public_id, one.number) for one in invoices]  # type: ignore[attr-defined]


class _ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One file or more."""

    widget = _ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        held = data if isinstance(data, list | tuple) else [data]
        return [super(FilesField, self).clean(one, initial) for one in held or [None]]


class UploadForm(forms.Form):
    """Files with debtors or invoices."""

    kind = forms.ChoiceField(
        label=_("Wat staat erin?"),
        choices=[(UploadKind.INVOICES, UploadKind.INVOICES.label), (UploadKind.DEBTORS, UploadKind.DEBTORS.label)],
        initial=UploadKind.INVOICES,
        widget=forms.RadioSelect,
    )
    documents = FilesField(
        label=_("Sleep uw bestand hierheen, of kies het"),
        error_messages={"required": _("Kies eerst een bestand."), "empty": _("Dit bestand is leeg.")},
    )

    def clean_documents(self) -> list[Any]:
        files: list[Any] = self.cleaned_data["documents"]
        large = next((one for one in files if one.size > FILE_BYTES), None)
        if large is not None:
            raise forms.ValidationError(
                _("%(name)s is groter dan %(limit)s MB. Splits het bestand."),
                params={"name": large.name, "limit": FILE_BYTES // MEGABYTE},
            )
        return files
