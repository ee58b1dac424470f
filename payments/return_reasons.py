"""Why a bank sends a collection back, in words, and what follows for the mandate (ISO 20022 external reason codes)."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

REASONS: dict[str, str | Promise] = {
    "AC01": gettext_lazy("het rekeningnummer klopt niet"),
    "AC04": gettext_lazy("de rekening is opgeheven"),
    "AC06": gettext_lazy("de rekening is geblokkeerd"),
    "AC13": gettext_lazy("de rekening is van een particulier"),
    "AG01": gettext_lazy("van deze rekening mag niet worden geïncasseerd"),
    "AG02": gettext_lazy("de bank verwerkt deze soort incasso niet"),
    "AM04": gettext_lazy("onvoldoende saldo"),
    "AM05": gettext_lazy("volgens de bank dubbel aangeboden"),
    "BE05": gettext_lazy("de incassant is bij de bank niet bekend"),
    "MD01": gettext_lazy("geen geldige machtiging, of ingetrokken"),
    "MD02": gettext_lazy("gegevens van de machtiging kloppen niet"),
    "MD06": gettext_lazy("teruggeboekt op verzoek van de debiteur"),
    "MD07": gettext_lazy("de rekeninghouder is overleden"),
    "MS02": gettext_lazy("door de debiteur geweigerd, zonder reden"),
    "MS03": gettext_lazy("door de bank geweigerd, zonder reden"),
    "RC01": gettext_lazy("de BIC klopt niet"),
    "RR01": gettext_lazy("gegevens van de betaler ontbreken"),
    "RR02": gettext_lazy("gegevens van de betaler ontbreken"),
    "RR03": gettext_lazy("gegevens van de incassant ontbreken"),
    "RR04": gettext_lazy("geweigerd om regelgeving"),
    "SL01": gettext_lazy("de debiteur staat deze incassant niet toe"),
}
# Collecting again would be refused again: the mandate is blocked, and never tried by itself.
BLOCKING = frozenset({"AC01", "AC04", "AC06", "AC13", "AG01", "MD01", "MD02", "MD07", "SL01"})
# May go better on another day: a person may choose to try once more.
RETRYABLE = frozenset({"AM04", "MS03"})


def sentence(code: str) -> str:
    """Give a reason in words with its code; an unknown code as it is."""
    if not code:
        return _("zonder reden")
    known = REASONS.get(code)
    return f"{known} ({code})" if known else code
