"""The sentence for each limit that a proposal to pay in parts can cross."""

from datetime import date
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.templatetags.amounts import format_date, format_euro
from payments.instalments import Limit, Problem

SENTENCES: dict[str, str | Promise] = {
    Limit.TOTAL: _("Het totaal is hoger dan %(maximum)s."),
    Limit.MONTHS: _("De laatste termijn is later dan %(day)s (hoogstens %(months)s maanden)."),
    Limit.FIRST_DAY: _("De eerste termijn is later dan %(day)s (binnen %(days)s dagen)."),
    Limit.FIRST_AMOUNT: _("De eerste termijn is lager dan %(amount)s (%(percent)s%% van het totaal)."),
    Limit.MINIMUM: _("Een termijn is lager dan %(amount)s."),
    Limit.PER_YEAR: _("In het afgelopen jaar is al %(times)s keer een regeling afgesproken."),
}


def sentence(problem: Problem, language: str = "nl") -> str:
    """Say which limit is crossed and what is allowed."""
    return str(SENTENCES[problem.limit]) % {name: _written(value, language) for name, value in problem.values.items()}


def _written(value: object, language: str) -> object:
    if isinstance(value, Decimal):
        return format_euro(value, language)
    return format_date(value, language) if isinstance(value, date) else value
