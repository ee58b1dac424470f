"""Why something that is due is not in a batch of collections: codes, and each as a sentence."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class WhyNot(StrEnum):
    """What stands in the way. The order is that in which it is asked."""

    IN_COLLECTION = "in_collection"
    LEGAL_STATE = "legal_state"
    HANDED_OVER = "handed_over"
    HELD = "held"
    DISPUTED = "disputed"
    ARRANGED = "arranged"
    PROMISED = "promised"
    PAYING_ONLINE = "paying_online"
    CREDIT = "credit"
    RETURNED = "returned"
    RETURNED_BEFORE = "returned_before"
    MANDATE_BLOCKED = "mandate_blocked"
    MANDATE_LAPSED = "mandate_lapsed"
    NO_MANDATE = "no_mandate"
    NO_ADDRESS = "no_address"
    NOTHING_DUE = "nothing_due"


SENTENCES = {
    WhyNot.IN_COLLECTION: _("staat al in een batch"),
    WhyNot.LEGAL_STATE: _("juridische status van de debiteur"),
    WhyNot.HANDED_OVER: _("overgedragen aan een bureau"),
    WhyNot.HELD: _("aangehouden"),
    WhyNot.DISPUTED: _("in geschil"),
    WhyNot.ARRANGED: _("betalingsregeling loopt"),
    WhyNot.PROMISED: _("belofte loopt"),
    WhyNot.PAYING_ONLINE: _("wordt op dit moment online betaald"),
    WhyNot.CREDIT: _("de debiteur heeft nog tegoed: verreken dat eerst"),
    WhyNot.RETURNED: _("gestorneerd: kan op verzoek één keer opnieuw"),
    WhyNot.RETURNED_BEFORE: _("eerder gestorneerd: gaat verder op de ladder"),
    WhyNot.MANDATE_BLOCKED: _("machtiging geblokkeerd"),
    WhyNot.MANDATE_LAPSED: _("machtiging verlopen: 36 maanden niet gebruikt"),
    WhyNot.NO_MANDATE: _("geen actieve machtiging"),
    WhyNot.NO_ADDRESS: _("geen adres voor de vooraankondiging"),
    WhyNot.NOTHING_DUE: _("niets meer open"),
}
