"""Forms about closing days, agencies and the people of an administration."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from collections_handoff.models import Agency
from collections_handoff.states import AgencyKind
from common.identifiers import parse_phone
from dashboard.forms import DayField
from dashboard.forms_debtors import CheckedField
from dashboard.forms_settings import Part, PartedForm, line
from tenants.models import Role, User

LONGEST = 62  # days closed at once: a building holiday is three weeks, and a typing error is years


class ClosingDaysForm(forms.Form):
    """A day, or the days from one through another, on which nothing is sent."""

    first = DayField(label=_("dag, of eerste dag"))
    last = DayField(label=_("laatste dag"), required=False, help_text=_("Leeg: één dag."))
    description = forms.CharField(label=_("omschrijving"), max_length=80, required=False)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and first < self.today:
            self.add_error("first", now("Die dag is al geweest."))
        if first and last and last < first:
            self.add_error("last", now("De laatste dag ligt voor de eerste."))
        elif first and last and (last - first).days >= LONGEST:
            self.add_error("last", now("Sluit hoogstens %(most)s dagen tegelijk.") % {"most": LONGEST})
        return cleaned

    def days(self) -> list[date]:
        """Give the days that are meant."""
        first = self.cleaned_data["first"]
        last = self.cleaned_data["last"] or first
        return [first + timedelta(days=number) for number in range((last - first).days + 1)]


class AgencyForm(PartedForm):
    """Who takes over claims."""

    name = line(Agency, "name")
    kind = forms.ChoiceField(label=_("soort"), choices=AgencyKind.choices, widget=forms.RadioSelect)
    email = forms.EmailField(label=_("e-mailadres voor dossiers"))
    phone = CheckedField(label=_("telefoon"), parse=parse_phone, wrong=_("“%(value)s” is geen geldig telefoonnummer."))
    address = line(Agency, "address")
    client_reference = line(Agency, "client_reference")
    wki_registration = line(
        Agency,
        "wki_registration",
        help_text=_(
            "Uit het openbare register bij Justis. Zonder nummer kunt u dit bureau geen vorderingen op "
            "particulieren geven."
        ),
    )
    wki_checked_on = DayField(
        label=_("register bekeken op"),
        required=False,
        help_text=_("Kijk het elk jaar na: een registratie kan vervallen."),
    )
    is_default = forms.BooleanField(label=_("standaard bij een overdracht"), required=False)
    is_active = forms.BooleanField(label=_("in gebruik"), required=False, initial=True)

    PARTS = (
        Part(_("Wie"), "", ("name", "kind", "email", "phone", "address", "client_reference")),
        Part(
            _("Register van incassodienstverleners"),
            _("Wie voor een ander bij particulieren int, moet in het register staan. Deurwaarders en advocaten niet."),
            ("wki_registration", "wki_checked_on"),
            _("art. 4 Wet kwaliteit incassodienstverlening"),
        ),
        Part(_("Gebruik"), "", ("is_default", "is_active")),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        checked = cleaned.get("wki_checked_on")
        if checked and checked > self.today:
            self.add_error("wki_checked_on", now("Die dag moet nog komen."))
        if cleaned.get("wki_registration") and not checked and "wki_checked_on" not in self.errors:
            self.add_error("wki_checked_on", now("Schrijf op wanneer u dit nummer in het register hebt gezien."))
        if cleaned.get("is_default") and not cleaned.get("is_active"):
            self.add_error("is_default", now("Een bureau dat niet in gebruik is, kan niet de standaard zijn."))
        return cleaned


class RoleForm(forms.Form):
    """What somebody may do."""

    role = forms.ChoiceField(
        label=_("rol"),
        choices=Role.choices,
        widget=forms.RadioSelect,
        help_text=_("Elke rol mag ook wat de rollen eronder mogen."),
    )


class InviteForm(RoleForm):
    """Somebody who gets a role."""

    email = forms.EmailField(label=_("e-mailadres"), max_length=254)
    name = line(User, "name")
    language = forms.ChoiceField(
        label=_("taal"),
        choices=User._meta.get_field("language").choices,  # type: ignore[arg-type]
        help_text=_("Van de uitnodiging en van de schermen; ieder kan het later zelf kiezen."),
    )
    field_order = ("email", "name", "role", "language")
