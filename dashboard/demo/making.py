"""Makes the three companies and plays their year, once."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

from django.utils import translation

from common import clock
from common.calendar import is_working_day
from dashboard.demo import bank, books, desk, incidents, nights, opening
from dashboard.demo.companies import COMPANIES, Company
from dashboard.demo.stage import Stage
from dunning import operations as ladder
from dunning.models import Notice
from tenants.context import tenant_context
from tenants.models import Membership, Tenant

WEEKS = 8  # nights that are played: long enough for a claim to reach the end of the ladder
BEHIND = timedelta(days=6)  # not everything that was planned in these last days was looked at
Tell = Callable[[str], None]


def today_of(now: datetime) -> date:
    """Give the day whose night was planned last: before two at night that is yesterday."""
    return clock.local_day(now - timedelta(hours=2))


def missing(companies: Sequence[Company] = COMPANIES) -> list[Company]:
    """Give the companies that are not there whole."""
    known = set(Tenant.objects.filter(slug__in=[one.slug for one in companies]).values_list("slug", flat=True))
    return [company for company in companies if company.slug not in known]


def make(
    company: Company, *, now: datetime, weeks: int = WEEKS, debtors: int | None = None, tell: Tell = lambda line: None
) -> Tenant:
    """Make a company with a year behind it. It gets its own address when it is whole.

    A transaction a day: in one for all, the database would know nothing about the sizes of its tables, and crawl.
    """
    _put_aside(company)
    with translation.override("nl"):
        users = opening.people(COMPANIES)
        tenant, stage = opening.open_company(
            company, users, today=today_of(now), weeks=weeks, number_of_debtors=debtors or company.debtors
        )
        play(stage, tenant.pk, tell)
    Tenant.objects.filter(pk=tenant.pk).update(slug=company.slug)
    tenant.refresh_from_db()
    return tenant


def _put_aside(company: Company) -> None:
    """Put a company out of sight of which only a part was made, because somebody stopped it."""
    for half in Tenant.objects.filter(slug=opening.slug_while_made(company)):
        Membership.objects.filter(tenant=half).delete()
        Tenant.objects.filter(pk=half.pk).update(slug=f"{half.slug}-{half.pk}", is_active=False)


def play(stage: Stage, tenant_id: int, tell: Tell = lambda line: None) -> None:
    """Play the year: first the books alone, then some weeks with the ladder, up to tonight."""
    day = stage.first_day
    while day < stage.live_on:
        last = min(day + timedelta(days=6), stage.live_on - timedelta(days=1))
        with tenant_context(tenant_id):
            books.keep_books(stage, day, last, by=stage.by(last, 17))
        day = last + timedelta(days=1)
    with tenant_context(tenant_id):
        ladder.start_ladder(by=stage.by(stage.live_on - timedelta(days=1), 12, owner=True))
    till = bank.till_of(stage)
    while day <= stage.today:
        with tenant_context(tenant_id):
            _play_day(stage, till, day)
        tell(f"{stage.company.name}: {day:%d-%m-%Y}")
        day += timedelta(days=1)


def _play_day(stage: Stage, till: bank.Till, day: date) -> None:
    works = is_working_day(day)
    if works:
        _confirm_payments(stage, day)
    nights.plan(day)
    if day < stage.today:
        books.sell(stage, day, day, by=stage.by(day, 8, 5))
        if works:
            _play_working_day(stage, day)
            _bring_statement(stage, till, day)
    nights.summarise(day)


def _is_up_to_date(stage: Stage, day: date) -> bool:
    """Tell whether the company keeps up with its bank on a day; one of them lately does not."""
    return stage.company.payments_lag == 1 or day + timedelta(days=stage.company.payments_lag) <= stage.today


def _bring_statement(stage: Stage, till: bank.Till, day: date) -> None:
    if _is_up_to_date(stage, day):
        bank.statement_comes_in(stage, till, day)


def _confirm_payments(stage: Stage, day: date) -> None:
    """Payments are in the books through the day before; one company is behind with them tonight."""
    if _is_up_to_date(stage, day):
        ladder.confirm_payments(until=day - timedelta(days=1), by=stage.by(day, 1))


def _play_working_day(stage: Stage, day: date) -> None:
    """Lately the bookkeeper lags behind: of the last days part still waits, and the last letters lie unprinted."""
    if day.weekday() == 2 or day == stage.last_worked_day:  # somebody wants to look at one first
        _hold_one_back(stage, day)
    nights.approve(stage, day, _looked_at(stage, day))
    nights.release(stage, day, posting=day < stage.last_worked_day)
    incidents.happen(stage, day)
    desk.work(stage, day)


def _looked_at(stage: Stage, day: date) -> list[Notice]:
    """Give the notices that the bookkeeper approves on a day: lately few, and the letters on the last day only."""
    waiting = list(Notice.objects.filter(state="planned").order_by("-total", "pk"))
    if day <= stage.today - BEHIND:
        return waiting
    on_paper = [notice for notice in waiting if "post" in notice.channels]
    by_mail = [notice for notice in waiting if "post" not in notice.channels]
    if day < stage.last_worked_day:
        return by_mail[: len(by_mail) // 4]
    letters = on_paper[: (2 * len(on_paper) + 2) // 3]
    # In a weekend nothing is planned: what Friday planned is what waits.
    return letters + by_mail[: len(by_mail) // 4] if is_working_day(stage.today) else letters


def _hold_one_back(stage: Stage, day: date) -> None:
    notices = Notice.objects.filter(state="planned")
    notice = notices.order_by("pk").first() if notices.count() > 1 else None
    if notice is not None:
        ladder.hold_back(
            notice=notice,
            reason="Eerst bellen: er loopt een nieuwe order",
            until=day + timedelta(days=7),
            by=stage.by(day, 8, 30),
        )
