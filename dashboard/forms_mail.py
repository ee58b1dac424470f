"""Forms about how mail and post leave."""

import ipaddress
import re
from typing import Any

from django import forms
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from correspondence.models import MailSender, PostSettings
from dashboard.forms_settings import Part, PartedForm, line, tick, word

# What each provider needs of us beside its key.
PROVIDERS = frozenset({"postmark", "mailgun", "brevo", "sendgrid", "mailjet"})
SECRETS = ("secret", "signing_key")  # never shown again
_HOST = re.compile(r"^(?=.{1,120}$)([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,}$")


class MailSenderForm(PartedForm):
    """By which server, and in whose name, mail leaves."""

    via = forms.ChoiceField(
        label=word(MailSender, "via"),
        widget=forms.RadioSelect,
        choices=MailSender._meta.get_field("via").choices,  # type: ignore[arg-type]
    )
    from_address = forms.EmailField(
        label=_("afzenderadres"),
        required=False,
        help_text=_(
            "Leeg: het adres van het briefhoofd. Via de mailserver van Debiteuren geldt altijd het adres van die "
            "server."
        ),
    )
    reply_to = forms.EmailField(
        label=_("antwoordadres"), required=False, help_text=_("Leeg: het adres van het briefhoofd.")
    )
    host = line(MailSender, "host", help_text=_("Bijvoorbeeld smtp.uwprovider.nl."))
    port = forms.IntegerField(label=_("poort"), min_value=1, max_value=65535, initial=587)
    security = forms.ChoiceField(
        label=_("beveiliging"),
        choices=MailSender._meta.get_field("security").choices,  # type: ignore[arg-type]
        help_text=_("STARTTLS hoort bij poort 587, TLS bij 465."),
    )
    username = line(
        MailSender, "username", help_text=_("Bij Mailjet: de publieke API-sleutel. Bij andere providers leeg.")
    )
    secret = forms.CharField(
        label=word(MailSender, "secret"),
        required=False,
        max_length=500,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    provider_domain = line(MailSender, "provider_domain", help_text=_("Alleen bij Mailgun."))
    signing_key = forms.CharField(
        label=word(MailSender, "signing_key"),
        required=False,
        max_length=500,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Alleen bij Mailgun: de “HTTP webhook signing key”. Leeg: wat er bewaard is, blijft."),
    )

    PARTS = (
        Part(_("Weg"), "", ("via",)),
        Part(_("Namens wie"), "", ("from_address", "reply_to")),
        Part(
            _("Eigen mailserver"),
            _("Alleen als u via uw eigen mailserver verzendt."),
            ("host", "port", "security"),
            css="for-account for-smtp",
        ),
        Part(
            _("Inloggen bij uw mailserver of provider"),
            _("Versleuteld bewaard, en nooit meer getoond."),
            ("username", "secret", "provider_domain", "signing_key"),
            css="for-account",
        ),
    )

    def __init__(self, *args: Any, has_secret: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.has_secret = has_secret
        help_text = _("Er is er een bewaard. Leeg: dat blijft zo.") if has_secret else ""
        self.fields["secret"].help_text = help_text

    def clean_host(self) -> str:
        host = str(self.cleaned_data["host"]).strip()
        if host and (_is_address(host) or not _HOST.match(host)):
            raise forms.ValidationError(now("Dit is geen naam van een mailserver, zoals smtp.uwprovider.nl."))
        return host

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        via = cleaned.get("via")
        if via == "smtp" and not cleaned.get("host") and "host" not in self.errors:
            self.add_error("host", now("Schrijf de naam van uw mailserver op."))
        if via in PROVIDERS and not cleaned.get("secret") and not self.has_secret:
            self.add_error("secret", now("Plak hier de API-sleutel van uw provider."))
        if via == "mailgun" and not cleaned.get("provider_domain"):
            self.add_error("provider_domain", now("Mailgun vraagt het domein waarvandaan u verzendt."))
        if via == "mailjet" and not cleaned.get("username"):
            self.add_error("username", now("Mailjet heeft ook een publieke API-sleutel."))
        return cleaned

    def changes(self) -> dict[str, Any]:
        """Give the columns; a secret that was not typed stays as it is."""
        return {name: value for name, value in self.cleaned_data.items() if value or name not in SECRETS}


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


class PostForm(forms.Form):
    """When a letter on paper counts as posted."""

    posted_at_once = tick(
        PostSettings,
        "posted_at_once",
        help_text=_(
            "Uit: iemand meldt dat de brieven op de post zijn gedaan, en pas dan lopen hun termijnen. Aan: elke brief "
            "geldt als gepost op de dag dat hij is afgedrukt; kies dit alleen als dat altijd dezelfde dag is."
        ),
    )
