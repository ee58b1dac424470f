"""Why a claim gets nothing tonight, in a sentence for the screen and the API."""

from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dunning.snapshot import Why
from dunning.states import RungKind

# code -> (sentence with a date, sentence without one). `%(rung)s` is the next rung.
SENTENCES: dict[str, tuple[str | Promise, str | Promise]] = {
    Why.PLANNED: (_("%(rung)s klaargezet voor %(until)s"), _("%(rung)s klaargezet")),
    Why.TASK: (_("taak: %(rung)s"), _("taak: %(rung)s")),
    Why.HANDOFF: (_("klaar voor overdracht"), _("klaar voor overdracht")),
    Why.OWN_GROUP: (_("debiteur van de eigen groep"), _("debiteur van de eigen groep")),
    Why.DEBTOR_HOLD: (_("debiteur aangehouden t/m %(until)s"), _("debiteur aangehouden")),
    Why.INVOICE_HOLD: (_("factuur aangehouden t/m %(until)s"), _("factuur aangehouden")),
    Why.DISPUTE: (_("in geschil"), _("in geschil")),
    Why.PROMISE: (_("betaling beloofd, wacht t/m %(until)s"), _("betaling beloofd")),
    Why.ARRANGEMENT: (_("betalingsregeling loopt"), _("betalingsregeling loopt")),
    Why.PAYMENT_PENDING: (_("betaling onderweg"), _("betaling onderweg")),
    Why.LEGAL_STATE: (_("juridische status van de debiteur"), _("juridische status van de debiteur")),
    Why.UNSENT: (_("vorige stap nog niet verstuurd"), _("vorige stap nog niet verstuurd")),
    Why.NEXT_RUNG: (_("%(rung)s op %(until)s"), _("%(rung)s volgt")),
    Why.LETTER_TERM: (
        _("termijn van de vorige brief loopt, %(rung)s vanaf %(until)s"),
        _("termijn van de brief loopt"),
    ),
    Why.NOT_IN_DEFAULT: (_("nog niet in verzuim"), _("nog niet in verzuim")),
    Why.CONSUMER_TERMS: (
        _("eerst een antwoord nodig over incassokosten in uw voorwaarden"),
        _("eerst een antwoord nodig over incassokosten in uw voorwaarden"),
    ),
    Why.SMALL_REST: (_("klein restant: voorstel om af te boeken"), _("klein restant: voorstel om af te boeken")),
    Why.BELOW_MINIMUM: (_("onder het minimumbedrag"), _("onder het minimumbedrag")),
    Why.CREDIT: (_("tegoed van de debiteur eerst verrekenen"), _("tegoed van de debiteur eerst verrekenen")),
    Why.NO_ADDRESS: (_("geen werkend adres"), _("geen werkend adres")),
    Why.SENDING_DAY: (_("geen verzenddag, %(rung)s op %(until)s"), _("geen verzenddag")),
    Why.CONTACT_INTERVAL: (_("kort geleden nog bericht, %(rung)s vanaf %(until)s"), _("kort geleden nog bericht")),
    Why.END_OF_LADDER: (
        _("einde van de ladder: beslis wat er gebeurt"),
        _("einde van de ladder: beslis wat er gebeurt"),
    ),
    Why.FAILED: (_("beslissing mislukt, zie de nacht"), _("beslissing mislukt, zie de nacht")),
    # of a whole run
    "not_live": (_("aanmaningen staan nog uit"), _("aanmaningen staan nog uit")),
    "lines_wait": (_("nieuwe bankregels worden nog gekoppeld"), _("nieuwe bankregels worden nog gekoppeld")),
    "payments_unconfirmed": (
        _("betalingen zijn bijgewerkt t/m %(until)s: te oud"),
        _("nog niet bevestigd tot wanneer betalingen zijn bijgewerkt"),
    ),
}

# Reasons about which somebody must do something: the screen shows them apart.
NEEDS_A_PERSON = frozenset(
    {
        Why.HANDOFF,
        Why.CREDIT,
        Why.NO_ADDRESS,
        Why.END_OF_LADDER,
        Why.FAILED,
        Why.SMALL_REST,
        Why.CONSUMER_TERMS,
        Why.NOT_IN_DEFAULT,
    }
)


def sentence(why: str, *, until: date | None = None, rung_kind: str = "") -> str:
    """Give the sentence of a reason; an unknown or empty reason gives an empty text."""
    if why not in SENTENCES:
        return ""
    rung = str(RungKind(rung_kind).label) if rung_kind in RungKind.values else str(_("volgende stap"))
    text = str(SENTENCES[why][0 if until else 1]) % {"until": f"{until:%d-%m-%Y}" if until else "", "rung": rung}
    return text[:1].upper() + text[1:]


def label(why: str) -> str:
    """Give a short name of a reason, for counts."""
    return sentence(why).strip()
