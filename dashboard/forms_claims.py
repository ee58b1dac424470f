"""The form about interest and costs: what may be chosen, with the article that allows it."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from dashboard.forms import AmountField
from dashboard.forms_settings import Part, PartedForm, number, tick, word
from invoices.models import ClaimTerms


class PercentField(AmountField):
    """A percentage, written as an amount is."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    default_error_messages = {"invalid": _("“%(value)s” is geen percentage. Schrijf bijvoorbeeld 8,5.")}


class ClaimTermsForm(PartedForm):
    """What is asked beside the principal."""

    payment_term_days = number(
        ClaimTerms, "payment_term_days", 0, 365, help_text=_("Voor facturen waarop geen vervaldatum staat.")
    )
    business_interest = forms.ChoiceField(
        label=_("rente van bedrijven"),
        widget=forms.RadioSelect,
        choices=[("statutory", _("de wettelijke handelsrente")), ("contractual", _("een afgesproken percentage"))],
    )
    contractual_percent = PercentField(
        positive=False,
        required=False,
        label=_("afgesproken rente (% per jaar)"),
        help_text=_("Alleen als het in uw overeenkomst of aanvaarde voorwaarden staat."),
    )
    contractual_compounds = tick(ClaimTerms, "contractual_compounds", help_text=_("Alleen als dat is afgesproken."))
    day_count = forms.ChoiceField(
        label=word(ClaimTerms, "day_count"),
        widget=forms.RadioSelect,
        choices=ClaimTerms._meta.get_field("day_count").choices,  # type: ignore[arg-type]
        help_text=_("De wet noemt geen dagtelling. De eerste is nooit hoger dan de tweede."),
    )
    consumer_costs_answer = forms.ChoiceField(
        label=_("Wat zeggen uw algemene voorwaarden voor particulieren over incassokosten?"),
        required=False,
        widget=forms.RadioSelect,
        choices=[
            ("", _("nog niet bekeken")),
            *ClaimTerms._meta.get_field("consumer_costs_answer").choices,  # type: ignore[misc]
        ],
    )
    periodic_without_reference = tick(
        ClaimTerms,
        "periodic_without_reference",
        help_text=_("Aan: kleine facturen aan één particulier tellen als termijnen van één overeenkomst."),
    )
    business_costs_per_invoice = tick(
        ClaimTerms,
        "business_costs_per_invoice",
        help_text=_("Uit: de kosten worden berekend over alle facturen in de brief samen."),
    )
    third_party_collector = tick(
        ClaimTerms,
        "third_party_collector",
        help_text=_("U laat innen door een incassobureau of deurwaarder die u btw rekent."),
    )
    vat_not_deductible = tick(
        ClaimTerms, "vat_not_deductible", help_text=_("U kunt btw niet aftrekken, zoals een zorgverlener of stichting.")
    )
    goods = tick(ClaimTerms, "goods", help_text=_("De prijs van goederen verjaart bij particulieren na 2 jaar."))

    PARTS = (
        Part(_("Betaaltermijn"), "", ("payment_term_days",), _("art. 6:119a BW")),
        Part(
            _("Rente van bedrijven"),
            _(
                "Loopt vanaf de dag na de laatste dag waarop betaald mocht worden, zonder dat u daarvoor hoeft te "
                "schrijven."
            ),
            ("business_interest", "contractual_percent", "contractual_compounds"),
            _("art. 6:119a BW; afwijken mag volgens lid 8"),
        ),
        Part(
            _("Rente van particulieren"),
            _(
                "Altijd de wettelijke rente, vanaf de dag dat iemand in verzuim is. Daarover is niets te kiezen, "
                "behalve hoe dagen tellen."
            ),
            ("day_count",),
            _("art. 6:119 en 6:120 BW"),
        ),
        Part(
            _("Incassokosten van particulieren"),
            _(
                "Pas na een veertiendagenbrief, en volgens de staffel. Een voorwaarde die meer vraagt dan de wet is "
                "oneerlijk: "
                "de rechter wijst dan álle kosten af. Daarom rekenen wij niets tot u dit hebt nagekeken."
            ),
            ("consumer_costs_answer", "periodic_without_reference"),
            _("art. 6:96 lid 5 t/m 7 BW; Besluit vergoeding voor buitengerechtelijke incassokosten"),
        ),
        Part(
            _("Incassokosten van bedrijven"),
            _("Minimaal € 40, verder volgens de staffel. Een aanmaning vooraf is niet verplicht."),
            ("business_costs_per_invoice",),
            _("art. 6:96 lid 4 BW"),
        ),
        Part(
            _("Btw over de kosten"),
            _("Btw komt er alleen bij als beide vakjes aan staan. De brief zegt dan waarom."),
            ("third_party_collector", "vat_not_deductible"),
            _("art. 2 lid 3 van het Besluit"),
        ),
        Part(_("Verjaring"), "", ("goods",), _("art. 7:28 en 3:307 BW")),
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        percent = cleaned.get("contractual_percent")
        if cleaned.get("business_interest") == "contractual" and "contractual_percent" not in self.errors:
            if percent is None:
                self.add_error("contractual_percent", now("Vul het afgesproken percentage in."))
            elif not Decimal(0) <= percent < Decimal(100):
                self.add_error("contractual_percent", now("Een rente ligt tussen 0 en 100% per jaar."))
        return cleaned

    def changes(self) -> dict[str, Any]:
        """Give the columns: without an agreed rate there is no percentage."""
        fields = dict(self.cleaned_data)
        if fields.pop("business_interest") == "statutory":
            fields |= {"contractual_percent": None, "contractual_compounds": False}
        return fields
