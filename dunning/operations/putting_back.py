"""What a person held back is planned after all, before the night would look at it again."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.actor import Actor
from common.errors import DomainError
from debtors import queries as debtor_queries
from dunning import ladder, loading, queries, storing
from dunning.models import Notice, Run
from dunning.operations import releasing, tasks_found
from dunning.states import LIVE_NOTICE_STATES


class NothingToPutBack(DomainError):
    """The ladder would not write to this debtor now."""

    code = "nothing_to_put_back"
    sentence = _("De ladder zou deze debiteur nu niets sturen.")


def put_back(*, notice: Notice, by: Actor) -> Notice:
    """Plan anew for the debtor of a notice that was held back, as the night would today: with today's amounts.

    Every gate is asked again. Who lets it go out is as the rung says.

    :raises NothingToPutBack: if the ladder is off, payments are not known, or it would write nothing to him today.
    """
    with transaction.atomic():
        debtor_queries.lock(notice.debtor_id)
        if queries.tenant_gate(queries.ladder_settings(), by.day):
            raise NothingToPutBack
        snapshot = loading.load([notice.debtor_id], day=by.day)
        claims = snapshot.claims.get(notice.debtor_id, [])
        decision = ladder.decide(snapshot.debtors[0], claims, rules=queries.rules(by.day), today=by.day)
        if not decision.notices:
            raise NothingToPutBack
        run = Run.objects.filter(day=by.day).first()
        tasks_found.store(decision.tasks, day=by.day, by=by)
        storing.store([decision], run_id=run.pk if run else notice.run_id, day=by.day, by=by)
        releasing.wake_release(by=by)
        return Notice.objects.get(debtor=notice.debtor_id, state__in=[state.value for state in LIVE_NOTICE_STATES])
