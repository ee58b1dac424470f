"""The first steps in a new administration, with a tick behind what is done."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from dunning.models import LadderSettings, Policy
from invoices.models import Invoice
from payments.models import BankAccount
from tenants.models import Letterhead


@dataclass(frozen=True)
class Step:
    """Something to do once. The first that is not done is the one to do now."""

    title: str
    text: str
    url: str
    verb: str
    is_done: bool
    is_next: bool = False


@dataclass(frozen=True)
class Start:
    """The guided start: shown until the ladder is on."""

    steps: Sequence[Step]
    has_invoices: bool

    @property
    def done(self) -> int:
        return sum(step.is_done for step in self.steps)

    @property
    def total(self) -> int:
        return len(self.steps)


def start(settings: LadderSettings) -> Start | None:
    """Give the first steps while the ladder was never switched on, else nothing; in three queries."""
    if settings.live_since is not None:
        return None
    letterhead, has_invoices = Letterhead.objects.get(), Invoice.objects.exists()
    found = (
        (
            _("Vul uw briefhoofd aan"),
            _("Uw adres en IBAN staan op elke brief; zonder IBAN kan niemand betalen."),
            reverse("dashboard:settings_letterhead"),
            _("Naar het briefhoofd"),
            bool(letterhead.iban and letterhead.street and letterhead.city),
        ),
        (
            _("Lees uw openstaande facturen in"),
            _("Excel, CSV of UBL. Debiteuren komen vanzelf mee. U ziet eerst wat er zou gebeuren."),
            reverse("dashboard:uploads"),
            _("Lees een bestand in"),
            has_invoices,
        ),
        (
            _("Zeg tot wanneer betalingen zijn bijgewerkt"),
            _("Wie betaald heeft krijgt geen brief: een nacht met te oude betalingen wordt aangehouden."),
            reverse("dashboard:payments_until"),
            _("Bevestig de datum"),
            settings.payments_until is not None or BankAccount.objects.filter(balance_on__isnull=False).exists(),
        ),
        (
            _("Bekijk het beleid"),
            _("Welke brief wanneer gaat, en wie hem goedkeurt. Wat wij voorstellen is veilig om mee te beginnen."),
            reverse("dashboard:policies"),
            _("Bekijk het beleid"),
            Policy.objects.filter(version__gt=1).exists(),
        ),
        (
            _("Zet aanmaningen aan"),
            _("U ziet eerst hoeveel facturen beginnen. Er gaat niets uit voordat u ze hebt goedgekeurd."),
            reverse("dashboard:settings_ladder"),
            _("Bekijk wat er begint"),
            False,
        ),
    )
    first = next(place for place, row in enumerate(found) if not row[4])
    return Start([Step(*row, is_next=place == first) for place, row in enumerate(found)], has_invoices)
