"""Reads about the ladder: its rules for the active tenant, tonight seen beforehand, counts by reason and phase."""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any

import holidays
from django.db import connection
from django.db.models import Count, F, Q, Sum
from django.utils.translation import gettext

from common.calendar import official_holidays
from dunning import freshness, loading
from dunning.ladder import decide
from dunning.models import Case, LadderSettings, Policy, PolicyChoice
from dunning.phases import ORDER, phase_of
from dunning.snapshot import Decision, Rules, SendingDays
from dunning.snapshot import Policy as PolicySnapshot
from dunning.snapshot import Rung as RungSnapshot
from invoices import queries as invoice_queries
from invoices.models import ClaimTerms, Invoice
from law import interest
from law.collection_costs import BusinessBasis, VatGround
from payments import queries as payments
from tenants.context import current_tenant_id
from tenants.models import ClosingDay

NOT_LIVE = "not_live"

# Fields of snapshot.Rung, in its order, behind those of snapshot.Policy.
POLICIES = """
SELECT p.id, p.version, p.variant, p.lineage, r.key, r.kind, r.days, r.min_days_after, r.channels, r.approval,
       r.term_days, r.announces_costs, r.charges_interest, r.charges_costs, r.minimum_amount
FROM dunning_policy p LEFT JOIN dunning_rung r ON r.tenant_id = p.tenant_id AND r.policy_id = p.id
WHERE p.tenant_id = %(tenant)s AND (%(only)s IS NULL OR p.id = %(only)s)
ORDER BY p.id, r.position
"""


def ladder_settings() -> LadderSettings:
    """Give the ladder settings of the active tenant, or the defaults while he has none."""
    return LadderSettings.objects.first() or LadderSettings()


def tenant_gate(settings: LadderSettings | None, day: date) -> str:
    """Give why nothing of the tenant is planned or leaves on a day, or nothing: his own gates (live, fresh)."""
    if settings is None or settings.live_since is None or settings.live_since > day:
        return NOT_LIVE
    if freshness.is_confirmed(settings, day) or freshness.of(settings, day).is_fresh:
        return ""
    return "payments_unconfirmed"


def night_gate(settings: LadderSettings | None, day: date) -> str:
    """Give why no night is planned and no letter made up on a day: also while lines that came in wait to be matched.

    Statements make payments fresh the moment they are in; who paid is only known when their lines are looked at.
    """
    return tenant_gate(settings, day) or ("lines_wait" if payments.lines_wait() else "")


def payments_until(day: date) -> date | None:
    """Give up to and including which day payments are in the books, as a person or the bank says."""
    return freshness.of(ladder_settings(), day).until


def rules(day: date) -> Rules:
    """Give how the ladder of the active tenant behaves on a day; in a fixed number of queries."""
    settings, terms = ladder_settings(), invoice_queries.claim_terms()
    return Rules(
        policies=policies(),
        sending=sending_days(settings, day),
        contact_interval=settings.contact_interval_days,
        days_after_invoice=settings.days_after_invoice,
        minimum_invoice=settings.minimum_invoice,
        minimum_debtor=settings.minimum_debtor,
        small_rest=settings.small_rest,
        consumer_costs=_consumer_costs(terms),
        periodic_without_reference=terms.periodic_without_reference,
        business_basis=BusinessBasis.MINIMUM_PER_INVOICE
        if terms.business_costs_per_invoice
        else BusinessBasis.SCALE_OVER_SUM,
        vat=vat_ground(terms),
        consumer_interest=rules_interest(terms, consumer=True),
        business_interest=rules_interest(terms, consumer=False),
    )


def _consumer_costs(terms: ClaimTerms) -> str:
    if not terms.consumer_costs_answer:
        return "unanswered"
    return "allowed" if terms.consumer_costs_allowed else "off"


def vat_ground(terms: ClaimTerms) -> VatGround:
    """Give what the tenant said about VAT on collection costs; our letters state the ground where there is one."""
    return VatGround(
        third_party_collector=terms.third_party_collector, deductible=not terms.vat_not_deductible, stated=True
    )


def rules_interest(terms: ClaimTerms | None = None, *, consumer: bool) -> interest.InterestTerms:
    """Give which interest the active tenant asks of consumers, or of businesses."""
    terms = terms or invoice_queries.claim_terms()
    return invoice_queries.interest_terms(Invoice(tenant_id=0, acted_as_consumer=consumer), terms)


def policies(only: int | None = None) -> dict[int, PolicySnapshot]:
    """Give every policy version that a case may stand on, as the ladder reads it, by id; or one of them."""
    with connection.cursor() as cursor:
        cursor.execute(POLICIES, {"tenant": current_tenant_id(), "only": only})
        rows = cursor.fetchall()
    return {head[0]: _snapshot(head, found) for head, found in groupby(rows, key=itemgetter(0, 1, 2, 3))}


def _snapshot(head: tuple[Any, ...], rows: Iterable[tuple[Any, ...]]) -> PolicySnapshot:
    policy_id, version, variant, lineage = head
    rungs = [RungSnapshot(*row[4:]) for row in rows if row[4] is not None]
    return PolicySnapshot(id=policy_id, version=version, variant=variant, lineage=lineage, rungs=tuple(rungs))


def sending_days(settings: LadderSettings, day: date) -> SendingDays:
    """Give the days on which the tenant sends: his weekdays less Dutch public holidays and his closing days.

    The official holidays of the law (5 May every year, Good Friday) are closed too.
    """
    closed = set(ClosingDay.objects.filter(day__gte=day).values_list("day", flat=True))
    for year in range(day.year, day.year + 3):
        closed |= _public_holidays(year)
    return SendingDays(frozenset(settings.sending_weekdays or range(5)), frozenset(closed))


@lru_cache(maxsize=16)
def _public_holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("NL", years=year)) | official_holidays(year)


def holiday_names(year: int, language: str) -> dict[date, str]:
    """Give the public holidays of a year on which nothing is sent, with what they are called."""
    named = holidays.country_holidays("NL", years=year, language="nl" if language == "nl" else "en_US")
    own = {date(year, 5, 5): gettext("Bevrijdingsdag")}  # the package names it in lustrum years only
    return {day: str(named.get(day) or own.get(day, "")) for day in sorted(_public_holidays(year))}


def policy_for(invoices: Sequence[Invoice]) -> dict[int, Policy]:
    """Give the policy that each invoice follows: chosen for it, its debtor, his segment, else the variant's default.

    How the debtor acted chooses the variant, and no choice overrules it. Debtors must be loaded with the invoices.
    """
    current = {policy.lineage: policy for policy in Policy.objects.current()}
    defaults = {policy.variant: policy for policy in current.values() if policy.is_default}
    choices = PolicyChoice.objects.filter(
        Q(invoice__in=[invoice.pk for invoice in invoices])
        | Q(debtor__in={invoice.debtor_id for invoice in invoices})
        | Q(segment__in={invoice.debtor.segment for invoice in invoices} - {""})
    )
    chosen = {(row.invoice_id, row.debtor_id, row.segment, row.variant): row.lineage for row in choices}
    found: dict[int, Policy] = {}
    for invoice in invoices:
        variant = "consumer" if invoice.acted_as_consumer else "business"
        keys = (
            (invoice.pk, None, "", variant),
            (None, invoice.debtor_id, "", variant),
            (None, None, invoice.debtor.segment, variant),
        )
        lineage = next((chosen[key] for key in keys if key in chosen and chosen[key] in current), None)
        found[invoice.pk] = current[lineage] if lineage else defaults[variant]
    return found


def due_debtors(day: date, *, after: int = 0, limit: int = 1000) -> list[int]:
    """Give the ids of debtors with a case to look at on a day, in order of id."""
    rows = Case.objects.due(day).filter(debtor_id__gt=after).order_by("debtor_id").values_list("debtor_id", flat=True)
    return list(rows.distinct()[:limit])


def dry_run(debtor_ids: Sequence[int], *, day: date) -> list[tuple[int, Decision]]:
    """Give what the night of a day would decide about debtors, without storing anything."""
    return decide_all(loading.load(debtor_ids, day=day), rules(day), day)


def decide_all(snapshot: loading.Snapshot, settled: Rules, day: date) -> list[tuple[int, Decision]]:
    """Give what the ladder decides about each debtor of a snapshot on a day."""
    return [
        (debtor.id, decide(debtor, snapshot.claims.get(debtor.id, []), rules=settled, today=day))
        for debtor in snapshot.debtors
    ]


def counts_by_reason() -> list[tuple[str, int]]:
    """Give how many open claims that are overdue stand still for each reason, most first."""
    rows = Case.objects.active().filter(invoice__is_open=True).exclude(why_code="")
    return list(rows.values_list("why_code").annotate(number=Count("id")).order_by("-number", "why_code"))


def phases(day: date) -> list[tuple[str, int, object]]:
    """Give how many claims, and how many euros, stand in each phase: (phase, number, amount).

    Phases: not_due, overdue (nothing sent yet), reminder, demand, statutory, final, handed_over, blocked.
    """
    totals: dict[str, tuple[int, object]] = {}
    rows = (
        Case.objects.filter(invoice__is_open=True)
        .values("state", "position_kind", "why_code", overdue=Q(invoice__due_date__lt=day))
        .annotate(
            number=Count("id"),
            amount=Sum(F("invoice__principal_open") + F("invoice__interest_open") + F("invoice__costs_open")),
        )
    )
    for row in rows:
        phase = phase_of(row["state"], row["position_kind"], row["why_code"], overdue=row["overdue"])
        number, amount = totals.get(phase, (0, 0))
        totals[phase] = (number + row["number"], amount + row["amount"])
    return [(phase, *totals.get(phase, (0, 0))) for phase in ORDER]
