"""The form about paying online."""

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dashboard.forms_settings import Part, PartedForm, Shown, tick, word
from payments.models import GatewayAccount


class OnlinePaymentForm(PartedForm):
    """The key of the account, the ways to pay, and whether it is on."""

    api_key = forms.CharField(
        label=word(GatewayAccount, "api_key"),
        required=False,
        max_length=100,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    is_enabled = tick(
        GatewayAccount,
        "is_enabled",
        help_text=_("Uit: uw betaalpagina toont uw rekeningnummer en een QR-code voor de bank-app."),
    )
    methods = forms.MultipleChoiceField(
        label=_("betaalwijzen"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("De betaalwijzen die in uw account bij Mollie aanstaan."),
        error_messages={
            "required": _("Kies minstens één betaalwijze, of zet online betalen uit."),
            "invalid_choice": _("Deze betaalwijze hoort niet bij uw account."),
        },
    )

    PARTS = (
        Part(
            _("Uw account bij Mollie"),
            _("De sleutel staat bij Mollie onder Developers, API keys. Versleuteld bewaard, en nooit meer getoond."),
            ("api_key", "is_enabled"),
        ),
        Part(_("Waarmee uw debiteuren kunnen betalen"), "", ("methods",), css="for-methods"),
    )

    def __init__(
        self, *args: Any, has_key: bool = False, offered: Sequence[tuple[str, str]] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.has_key, self.offered = has_key, offered
        known, new = _("Er is er een bewaard. Leeg: die blijft."), _("Begint met live_ of, om te proberen, met test_.")
        self.fields["api_key"].required = not has_key
        self.fields["api_key"].error_messages["required"] = _("Plak hier de API-sleutel van uw account.")
        self.fields["api_key"].help_text = known if has_key else new
        if offered:
            self.fields["methods"].choices = list(offered)  # type: ignore[attr-defined]
        else:
            del self.fields["methods"]

    def parts(self) -> Iterator[Shown]:
        """Give the parts; what there is to pay with is known once there is a key."""
        for part in self.PARTS:
            if set(part.names) <= self.fields.keys():
                yield Shown(part.title, part.text, part.law, part.css, [self[name] for name in part.names])

    def clean_api_key(self) -> str:
        key = str(self.cleaned_data["api_key"]).strip()
        if key and not key.startswith(("live_", "test_")):
            raise forms.ValidationError(gettext("Dit is geen API-sleutel van Mollie: die begint met live_ of test_."))
        return key

    def changes(self) -> dict[str, Any]:
        """Give what the operation takes; a new key may offer other ways to pay, so these are chosen after it."""
        is_new = bool(self.cleaned_data["api_key"])
        return {
            "api_key": self.cleaned_data["api_key"],
            "is_enabled": self.cleaned_data["is_enabled"],
            "methods": None if is_new else self.cleaned_data.get("methods"),
        }
