"""Policies: what the law and good order refuse, versions, approval, the default, and what a change would do."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from audit.models import Entry
from dunning import defaults, foresight, operations, queries
from dunning.models import Case, Policy, PolicyChoice
from dunning.snapshot import Kind, Rung
from invoices import operations as invoices
from invoices.models import ClaimTerms
from tests import factories
from tests.conftest import TODAY, actor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("inside")]


def business() -> Policy:
    return Policy.objects.current().get(variant="business", is_default=True)


def rungs(policy: Policy) -> list[Rung]:
    return list(queries.policies()[policy.pk].rungs)


def with_days(rows: list[Rung], **days: int) -> list[Rung]:
    return [rung._replace(days=days.get(rung.kind, rung.days)) for rung in rows]


# What is refused


def test_the_default_policies_are_lawful_and_in_order():
    operations.check("business", defaults.BUSINESS)
    operations.check("consumer", defaults.CONSUMER)


def without(*kinds: str) -> list[Rung]:
    return [rung for rung in defaults.CONSUMER if rung.kind not in kinds]


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        (without(Kind.FOURTEEN_DAY_LETTER), "art. 6:96 lid 6"),
        (without(Kind.DEFAULT_NOTICE), "art. 6:82"),
        ([], "minstens één stap"),
    ],
)
def test_consumers_are_charged_costs_after_both_letters_only(rows, why):
    with pytest.raises(operations.PolicyIsUnlawful, match=why):
        operations.check("consumer", rows)


def test_consumers_need_no_letters_where_nothing_is_charged():
    free = [rung._replace(charges_costs=False) for rung in without(Kind.FOURTEEN_DAY_LETTER, Kind.DEFAULT_NOTICE)]

    operations.check("consumer", free)


def test_a_business_gets_no_fourteen_day_letter():
    letter = next(rung for rung in defaults.CONSUMER if rung.kind == Kind.FOURTEEN_DAY_LETTER)

    with pytest.raises(operations.PolicyIsUnlawful, match="alleen voor particulieren"):
        operations.check("business", [letter])


def rung(kind: Kind, days: int, channels: tuple[str, ...] = ("email",)) -> Rung:
    return Rung(kind, kind, days, channels=channels)


@pytest.mark.parametrize(
    ("rows", "number", "why"),
    [
        ([rung(Kind.REMINDER, 9), rung(Kind.DEMAND, 5)], 2, "lopen terug"),
        ([rung(Kind.DEMAND, 5), rung(Kind.REMINDER, 9)], 2, "mildere"),
        ([rung(Kind.DEMAND, 5), rung(Kind.CALL, 6), rung(Kind.REMINDER, 9)], 3, "mildere"),
        ([rung(Kind.HANDOFF, 5), rung(Kind.CALL, 6)], 2, "na de overdracht"),
        ([rung(Kind.REMINDER, 5, channels=())], 1, "kies e-mail"),
        ([rung(Kind.REMINDER, 5), rung(Kind.REMINDER, 9)], 1, "komt al voor"),
    ],
)
def test_rungs_go_up(rows, number, why):
    with pytest.raises(operations.PolicyIsNotInOrder, match=why) as refusal:
        operations.check("business", rows)

    assert refusal.value.values["number"] == number


def test_a_call_may_stand_anywhere_before_the_handoff():
    operations.check("business", [rung(Kind.CALL, 1), rung(Kind.REMINDER, 5), rung(Kind.HANDOFF, 9)])


# Versions


def test_a_new_version_is_followed_at_once_by_who_has_not_begun(bedrijf):
    factories.invoice(bedrijf, due=TODAY - timedelta(days=1), number="vers")
    factories.invoice(bedrijf, due=TODAY - timedelta(days=30), number="onderweg")
    Case.objects.filter(invoice__number="onderweg").update(position_key="demand", position_kind="demand")
    old = business()

    new = operations.publish(
        name="Zakelijk", variant="business", rungs=with_days(rungs(old), courtesy=-5), replaces=old, by=actor()
    )

    assert (new.lineage, new.version, new.is_default) == (old.lineage, 2, True)
    on = {case.invoice.number: case for case in Case.objects.select_related("invoice", "policy")}
    assert on["vers"].policy == new
    assert on["vers"].opens_on == TODAY - timedelta(days=6)
    assert on["onderweg"].policy == old


def test_two_who_change_the_same_version_do_not_overwrite_each_other():
    old = business()
    operations.publish(name="Zakelijk", variant="business", rungs=rungs(old), replaces=old, by=actor())

    with pytest.raises(operations.PolicyIsReplaced):
        operations.publish(name="Zakelijk", variant="business", rungs=rungs(old), replaces=old, by=actor())

    assert business().version == 2


def test_a_name_is_used_once():
    with pytest.raises(operations.PolicyNameTaken):
        operations.publish(name="Particulier", variant="business", rungs=defaults.BUSINESS, by=actor())


# Approval and the default


def test_approval_changes_for_every_version_and_says_so_in_the_log():
    old = business()
    new = operations.publish(name="Zakelijk", variant="business", rungs=rungs(old), replaces=old, by=actor())

    operations.change_approvals(policy=new, approvals={"reminder": "automatic", "demand": "person"}, by=actor())

    approvals = {(one.pk, rung.key): rung.approval for one in (old, new) for rung in one.rungs.all()}
    assert approvals[old.pk, "reminder"] == approvals[new.pk, "reminder"] == "automatic"
    assert approvals[new.pk, "demand"] == "person"
    entry = Entry.objects.get(verb="policy.approval_changed")
    assert entry.data == {"rung": "reminder", "was": "door een medewerker", "now": "automatisch"}
    assert business() == new


def test_the_default_is_one_for_a_variant_and_moves_no_claim(bedrijf):
    factories.invoice(bedrijf)
    old = business()
    other = operations.publish(name="Overheid", variant="business", rungs=defaults.BUSINESS, by=actor())

    operations.make_default(policy=other, by=actor())
    later = factories.invoice(bedrijf)

    assert business() == other
    assert Policy.objects.current().filter(variant="consumer", is_default=True).count() == 1
    assert Case.objects.exclude(invoice=later).get().policy == old
    assert Case.objects.get(invoice=later).policy == other


def test_a_choice_moves_the_open_claims(bedrijf):
    factories.invoice(bedrijf)
    other = operations.publish(name="Overheid", variant="business", rungs=defaults.BUSINESS, by=actor())

    operations.choose_policy(lineage=other.lineage, variant="business", debtor=bedrijf, by=actor())
    chosen = Case.objects.get().policy
    operations.choose_policy(lineage="", variant="business", debtor=bedrijf, by=actor())

    assert chosen == other
    assert Case.objects.get().policy == business()
    assert not PolicyChoice.objects.exists()


# What a change would do


def test_the_comparison_says_what_the_night_would_do_otherwise(bedrijf, particulier):
    factories.invoice(bedrijf, amount="500.00", due=TODAY - timedelta(days=6))
    factories.invoice(particulier, due=TODAY - timedelta(days=6))
    policy = business()

    same = foresight.compared(policy, rungs(policy), day=TODAY, sample=50)
    later = foresight.compared(policy, with_days(rungs(policy), reminder=9), day=TODAY, sample=50)

    assert (same.debtors, same.differ, [(one.was, one.now) for one in same.changes]) == (1, 0, [(1, 1)])
    assert [(one.kind, one.was, one.now, one.was_amount, one.now_amount) for one in later.changes] == [
        ("reminder", 1, 0, Decimal(500), Decimal(0))
    ]
    assert later.differ == 1
    assert not Case.objects.exclude(policy__version=1).exists()


def test_a_debtors_future_ends_at_the_handoff_and_stores_nothing(bedrijf):
    factories.invoice(bedrijf, amount="1000.00", due=TODAY - timedelta(days=1))
    before = list(Case.objects.values())

    future = foresight.foreseen(bedrijf.pk, day=TODAY)

    kinds = [moment.kind for moment in future.moments]
    assert kinds[0] == "reminder"
    assert kinds[-1] == "handoff"
    assert [moment.day for moment in future.moments] == sorted(moment.day for moment in future.moments)
    assert future.moments[-1].total > Decimal(1000)  # with interest and costs
    assert list(Case.objects.values()) == before


def test_the_future_under_another_policy_is_that_policys(bedrijf):
    factories.invoice(bedrijf, due=TODAY - timedelta(days=1))
    short = [one for one in defaults.BUSINESS if one.kind in {Kind.REMINDER, Kind.HANDOFF}]
    other = operations.publish(name="Kort", variant="business", rungs=short, by=actor())

    future = foresight.foreseen(bedrijf.pk, day=TODAY, policy=other)

    assert [moment.kind for moment in future.moments] == ["reminder", "handoff"]


def test_a_consumers_future_waits_for_the_terms_of_the_law(particulier):
    factories.invoice(particulier, due=TODAY - timedelta(days=1))

    moments = {moment.kind: moment for moment in foresight.foreseen(particulier.pk, day=TODAY).moments}

    notice, letter, demand = (moments[kind] for kind in ("default_notice", "fourteen_day_letter", "final_demand"))
    assert notice.term_ends_on
    assert letter.term_ends_on
    assert letter.day > notice.term_ends_on
    assert demand.day > letter.term_ends_on
    assert demand.day >= letter.day + timedelta(days=24)
    assert demand.total == letter.total + letter.announced


def test_weeks_ahead_count_only_the_claims_of_the_policy(bedrijf, particulier):
    factories.invoice(bedrijf, due=TODAY - timedelta(days=1))
    factories.invoice(particulier, due=TODAY - timedelta(days=1))

    coming = foresight.ahead(business(), day=TODAY, days=90, sample=50)

    assert (coming.debtors, coming.left) == (1, 0)
    assert coming.weeks[0].monday == TODAY
    assert "fourteen_day_letter" not in coming.kinds
    assert sum(week.numbers.get("reminder", 0) for week in coming.weeks) == 1


def test_the_first_sending_day_is_no_sunday_and_no_holiday():
    assert foresight.sending_day(date(2026, 4, 3)) == date(2026, 4, 7)  # Good Friday to the Tuesday after Easter


def test_an_answer_about_the_terms_sets_going_what_waited_for_it(particulier):
    factories.invoice(particulier)
    Case.objects.update(why_code="consumer_terms", next_look_on=None)
    ClaimTerms.objects.update(consumer_costs_answer="")

    invoices.change_claim_terms(consumer_costs_answer="statutory", by=actor(datetime(2026, 3, 2, 9, tzinfo=UTC)))

    assert Case.objects.get().next_look_on == TODAY
