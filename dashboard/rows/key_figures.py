"""The figures of Vandaag: the strip on top, and the phases. Each leads to what adds up to it."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.money import ZERO
from dashboard.counts import Waiting
from dashboard.rows import badges
from dashboard.shell import Phase, Stat
from dashboard.templatetags.kit_words import dutch
from dunning import phases
from dunning import queries as ladder
from reporting import queries

WEEKS = 4


def strip(day: date, waiting: Waiting) -> list[Stat]:
    """Give the key figures of a day; in four statements."""
    standing = queries.standing(day)
    expected = sum((amount for _week, amount in queries.expected(day, WEEKS)), start=ZERO)
    invoices = reverse("dashboard:invoices")
    dso = queries.dso_days(day)
    return [
        Stat(_("Openstaand"), _euro(standing.open_amount), _invoices(standing.open_invoices), invoices),
        Stat(
            _("Vervallen"),
            _euro(standing.overdue_amount),
            _invoices(standing.overdue_invoices),
            f"{invoices}?staat=vervallen",
        ),
        Stat(
            _("DSO"),
            _("%(days)s dagen") % {"days": dutch(dso, 0)} if dso is not None else "–",
            url=reverse("dashboard:report_dso"),
            explained=_(
                "Hoeveel dagen omzet er openstaat. Teruggeteld: van het openstaande bedrag gaat de omzet per maand af, "
                "de nieuwste maand eerst, tot het op is."
            ),
        ),
        Stat(
            _("Ouder dan 60 dagen"),
            f"{dutch(standing.over_60_percent, 0)}%",
            _euro(standing.over_60_amount),
            reverse("dashboard:report_ageing"),
        ),
        Stat(
            _("Verwacht, %(n)s weken") % {"n": WEEKS},
            _euro(expected),
            url=reverse("dashboard:report_expected"),
            explained=_("Als iedere debiteur zo laat betaalt als in het afgelopen jaar, en anders op de vervaldatum."),
        ),
        Stat(
            _("Taken te laat"),
            str(waiting.tasks_overdue),
            _("van %(n)s te doen") % {"n": waiting.tasks},
            f"{reverse('dashboard:tasks')}?wanneer=te-laat",
            must_act=waiting.tasks_overdue > 0,
        ),
    ]


def columns(day: date) -> Sequence[Phase]:
    """Give where the money stands: how many claims and how much in each phase that holds any."""
    url = reverse("dashboard:invoices")
    found = [(code, count, Decimal(str(amount))) for code, count, amount in ladder.phases(day)]
    total = sum((amount for _code, _count, amount in found), start=ZERO)
    return [
        Phase(
            label=_capital(str(phases.LABELS[code])),
            count=count,
            amount=amount,
            url=f"{url}?fase={code}",
            share=int(amount * 100 / total) if total else 0,
            tone=badges.phase(code).tone,
        )
        for code, count, amount in found
        if count
    ]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _euro(amount: Decimal) -> str:
    return f"€\u00a0{dutch(amount)}"


def _invoices(count: int) -> str:
    return ngettext("%(n)s factuur", "%(n)s facturen", count) % {"n": count}
