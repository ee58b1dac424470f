"""What a payer agrees to when he lets the tenant collect from now on, in the language of his page.

The words are those of the EPC rulebook for SEPA direct debit CORE (annex: mandate): who collects, under which id, that
it recurs, and the right of a refund within eight weeks. B2B has no such right, and cannot be agreed to online.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Authorisation:
    """The words beside a box to tick."""

    label: str
    text: tuple[str, ...]

    @property
    def kept(self) -> str:
        """All of it, as it is kept with the mandate."""
        return "\n".join([self.label, *self.text])


def authorisation(*, name: str, address: str, creditor_id: str, of_instalments: bool) -> Authorisation:
    """Give the words for somebody's invoices, or for the instalments of his arrangement."""
    who = {"name": name, "address": address, "creditor_id": creditor_id}
    if of_instalments:
        label = _("Schrijf de volgende termijnen automatisch af")
        what = _("Het gaat om de termijnen van uw betalingsregeling, van de rekening waarmee u nu betaalt.")
    else:
        label = _("Schrijf volgende facturen van %(name)s automatisch af") % who
        what = _("Het gaat om uw facturen op hun vervaldag, van de rekening waarmee u nu betaalt.")
    permission = _(
        "Met dit vinkje geeft u %(name)s, %(address)s, incassant-ID %(creditor_id)s, toestemming om doorlopend "
        "incasso-opdrachten naar uw bank te sturen om bedragen van uw rekening af te schrijven, en geeft u uw bank "
        "toestemming om doorlopend bedragen van uw rekening af te schrijven volgens die opdrachten."
    )
    return Authorisation(label, (permission % who, what, told_and_refundable(), _("U kunt dit altijd weer stoppen.")))


def told_and_refundable() -> str:
    """Say that nothing comes unexpected and that he can have it back."""
    return _(
        "U hoort vooraf welk bedrag wij wanneer afschrijven. Bent u het niet eens met een afschrijving? Dan kunt u "
        "haar laten terugboeken: neem binnen acht weken na de afschrijving contact op met uw bank."
    )
