"""What only shows right before a letter leaves, and what the night asks of the tenant himself."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from dunning import lawful, loading, queries
from dunning.ladder import decide
from dunning.models import LadderSettings, Notice
from dunning.snapshot import Claim, Debtor, NoticePlan, Rules
from invoices.models import ClaimTerms
from law import rates
from law.errors import RefusedByLaw
from tenants.models import Tenant
from tests import factories, nights
from worklist.models import Task

pytestmark = pytest.mark.django_db

DUE = date(2026, 2, 20)


def plan_of_the_letter(tenant: Tenant) -> tuple[NoticePlan, tuple[Debtor, list[Claim], Rules], date]:
    """Play days until the consumer's fourteen-day letter waits, and give what the ladder would write again."""
    day = DUE + timedelta(days=1)
    for _ in range(90):
        nights.plan(day)
        waiting = Notice.objects.filter(state="planned")
        if letter := waiting.filter(kind="fourteen_day_letter").first():
            rules = queries.rules(day)
            snapshot = loading.load([letter.debtor_id], day=day, except_notice=letter.pk)
            debtor, claims = snapshot.debtors[0], snapshot.claims[letter.debtor_id]
            return decide(debtor, claims, rules=rules, today=day).notices[0], (debtor, claims, rules), day
        nights.approve(day)
        nights.release(day)
        nights.deliver(tenant.pk, day)
        nights.post(day)
        day += timedelta(days=1)
    raise AssertionError("no fourteen-day letter in ninety days")


def test_the_law_agrees_with_the_letter_of_the_ladder_and_refuses_every_other(inside: Tenant) -> None:
    debtor = factories.debtor(kind="consumer")
    factories.invoice(debtor, due=DUE, amount="400.00")
    factories.invoice(debtor, due=DUE, amount="200.00")
    plan, (who, claims, rules), _day = plan_of_the_letter(inside)
    assert len(plan.lines) == 2
    lawful.check_fourteen_day_letter(plan, who, claims, rules)

    def fault(changed: NoticePlan, **circumstances: Any) -> str:
        with pytest.raises(RefusedByLaw) as refused:
            lawful.check_fourteen_day_letter(changed, who._replace(**circumstances), claims, rules)
        return refused.value.code

    one_cent_more = replace(plan, announced_costs=plan.announced_costs + Decimal("0.01"))
    assert fault(one_cent_more) == "fourteen_day_letter_announces_too_much"
    assert fault(replace(plan, lines=plan.lines[:1])) == "fourteen_day_letter_incomplete"
    assert fault(plan, credit=Decimal("10.00")) == "fourteen_day_letter_with_unallocated_credit"


def test_a_letter_that_announces_another_amount_than_the_law_gives_today_is_withdrawn(inside: Tenant) -> None:
    debtor = factories.debtor(kind="consumer")
    factories.invoice(debtor, due=DUE, amount="400.00")
    _plan, _around, day = plan_of_the_letter(inside)
    Notice.objects.filter(kind="fourteen_day_letter").update(announced_costs="400.00")
    nights.approve(day)
    nights.release(day)
    letter = Notice.objects.get(kind="fourteen_day_letter")
    assert (letter.state, letter.ended_reason) == (
        "withdrawn",
        "een bedrag is veranderd sinds dit bericht werd gepland",
    )


def test_claims_that_wait_for_an_answer_about_general_terms_ask_for_it_once(inside: Tenant) -> None:
    ClaimTerms.objects.update(consumer_costs_answer="")
    factories.invoice(factories.debtor(kind="consumer"), due=DUE, amount="400.00")
    day = DUE + timedelta(days=1)
    for _ in range(60):
        nights.play(inside.pk, day)
        day += timedelta(days=1)
    assert Task.objects.filter(kind="consumer_terms").count() == 1


def test_a_half_year_without_a_rate_of_its_own_asks_for_one(inside: Tenant) -> None:
    last = max(row.valid_from for row in rates.STATUTORY_RATES[rates.InterestKind.CONSUMER])
    confirmed, guessed = last + timedelta(days=20), last + timedelta(days=400)
    LadderSettings.objects.update(live_since=date(2020, 1, 1))
    nights.plan(confirmed)
    assert not Task.objects.filter(kind="rate_missing").exists()
    nights.plan(guessed)
    nights.plan(guessed + timedelta(days=1))
    assert [task.subject_id for task in Task.objects.filter(kind="rate_missing")] == [
        rates.half_year_start(guessed).isoformat()
    ]


def test_a_debtor_about_whom_the_ladder_cannot_decide_is_a_task_and_the_others_get_their_letters(
    inside: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, fine = factories.debtor(kind="business"), factories.debtor(kind="business")
    for debtor in (broken, fine):
        factories.invoice(debtor, due=DUE)

    def fails(debtor, *rest, **named):
        if debtor.id == broken.pk:
            raise ArithmeticError("no such number")
        return decide(debtor, *rest, **named)

    monkeypatch.setattr("dunning.operations.planning.ladder.decide", fails)
    run = nights.plan(DUE + timedelta(days=5))
    assert [notice.debtor_id for notice in run.notices.all()] == [fine.pk]
    assert [(task.kind, task.debtor_id) for task in Task.objects.all()] == [("decision_failed", broken.pk)]
