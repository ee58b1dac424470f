"""Why a line was matched as it was, in a sentence for people. Codes and values come from `payments.matching`."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, str | Promise] = {
    # the payer named what he pays
    "reference_amount": _("Kenmerk en bedrag kloppen met %(numbers)s."),
    "reference_principal": _("Het kenmerk is van %(numbers)s en het bedrag is de hoofdsom, zonder rente en kosten."),
    "reference_without_costs": _("Het kenmerk is van %(numbers)s en het bedrag is alles behalve de kosten."),
    "reference_rest_of_g": _("Het kenmerk is van %(numbers)s en het bedrag is het deel buiten de G-rekening."),
    "reference_g_part": _("Het kenmerk is van %(numbers)s en het bedrag is het deel voor de G-rekening."),
    "number_amount": _("Factuurnummer %(numbers)s staat in de omschrijving en het bedrag klopt."),
    "number_principal": _("Factuurnummer %(numbers)s staat erbij; het bedrag is de hoofdsom, zonder rente en kosten."),
    "number_without_costs": _("Factuurnummer %(numbers)s staat erbij; het bedrag is alles behalve de kosten."),
    "number_rest_of_g": _("Factuurnummer %(numbers)s staat erbij; het bedrag is het deel buiten de G-rekening."),
    "number_g_part": _("Factuurnummer %(numbers)s staat erbij; het bedrag is het deel voor de G-rekening."),
    "numbers_amount": _("De factuurnummers %(numbers)s staan in de omschrijving en samen zijn ze het bedrag."),
    "numbers_principal": _("De factuurnummers %(numbers)s staan erbij; het bedrag is hun hoofdsom samen."),
    "numbers_without_costs": _("De factuurnummers %(numbers)s staan erbij; het bedrag is alles behalve de kosten."),
    "numbers_rest_of_g": _("De factuurnummers %(numbers)s staan erbij; het bedrag is het deel buiten de G-rekening."),
    "numbers_g_part": _("De factuurnummers %(numbers)s staan erbij; het bedrag is het deel voor de G-rekening."),
    "part_of_named": _("%(numbers)s wordt genoemd, maar het bedrag is minder dan er openstaat: een deelbetaling."),
    "more_than_open": _("%(numbers)s wordt genoemd, maar het bedrag is meer dan er openstaat."),
    "paid_already": _("De genoemde factuur van %(debtor)s is al betaald."),
    "other_payer": _("Nummer en bedrag kloppen met %(numbers)s, maar deze rekening is van iemand anders."),
    "short_number": _(
        "%(numbers)s staat in de omschrijving en het bedrag klopt, maar zo'n kort nummer kan toeval zijn."
    ),
    "number_typed": _("Het nummer in de omschrijving lijkt op %(numbers)s en het bedrag klopt: een tikfout?"),
    "amount_typed": _("Het bedrag is dat van %(numbers)s met twee cijfers omgewisseld: een tikfout?"),
    "credit_netted": _("Het bedrag is %(numbers)s min het tegoed van %(debtor)s."),
    # only the payer is known
    "account_amount": _("De rekening is van %(debtor)s en alleen %(numbers)s heeft dit bedrag."),
    "account_all": _("De rekening is van %(debtor)s en het bedrag is alles wat er openstaat."),
    "account_principal": _("De rekening is van %(debtor)s en het bedrag is de hoofdsom van %(numbers)s."),
    "account_instalment": _("De rekening is van %(debtor)s en het bedrag is dat van een termijn van de regeling."),
    "account_only": _("De rekening is van %(debtor)s, maar het bedrag past bij geen factuur."),
    "name_amount": _("De naam lijkt op %(debtor)s en alleen %(numbers)s heeft dit bedrag."),
    "name_all": _("De naam is die van %(debtor)s en het bedrag is alles wat er openstaat."),
    "name_principal": _("De naam is die van %(debtor)s en het bedrag is de hoofdsom van %(numbers)s."),
    "name_instalment": _("De naam is die van %(debtor)s en het bedrag is dat van een termijn van de regeling."),
    "name_only": _("De naam is die van %(debtor)s, maar het bedrag past bij geen factuur."),
    "same_amounts": _("%(debtor)s heeft meer dan één factuur van dit bedrag; de oudste is %(numbers)s."),
    "some_together": _("Samen zijn %(numbers)s van %(debtor)s precies dit bedrag."),
    "nothing_open": _("De rekening is van %(debtor)s, die niets open heeft staan."),
    "several_fit": _("Er past meer dan één factuur even goed; de eerste is %(numbers)s."),
    # money that goes back or out
    "returns_payment": _("De bank boekt een betaling van %(debtor)s terug: %(reason)s"),
    "may_return_payment": _("Dit kan het terugboeken zijn van een betaling van %(debtor)s op %(day)s."),
    "returns_unknown": _("De bank boekt iets terug, maar de betaling is niet gevonden."),
    "batch": _("Een batch van %(count)s betalingen die de bank niet uitsplitst."),
    # nothing
    "currency": _("De betaling is in %(currency)s; alleen euro's worden geboekt."),
    "by_hand": _("Door een medewerker gekoppeld."),
    "nothing": _("Geen factuurnummer, kenmerk, rekening of naam herkend."),
}


def sentence(code: str, values: Mapping[str, object]) -> str:
    """Give the sentence of a code with its values, in the language of the reader."""
    text = str(SENTENCES.get(code, SENTENCES["nothing"]))
    return text % {"numbers": "–", "debtor": "–", "reason": "", "day": "", "count": "", "currency": "", **values}
