"""The outbox: what is queued leaves once, or not at all with a reason, or is asked about. Nothing twice."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from audit.models import Entry
from common.actor import the_clock
from common.texts import sha256
from correspondence import operations as outbox
from correspondence.channels import Found, Receipt, SendingFailed
from correspondence.models import DeliveryAttempt, Message
from correspondence.operations.outbox import RETRY_AFTER
from debtors.models import Debtor
from tenants.context import tenant_context
from tenants.models import Tenant, Wakeup
from tests import factories
from tests.conftest import actor
from tests.fakes.channel import FakeMail

pytestmark = pytest.mark.django_db

NINE = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)  # nine o'clock in the Netherlands
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def mail() -> Iterator[None]:
    FakeMail.reset()
    yield
    FakeMail.reset()


def queue(number: int = 1, *, debtor: Debtor | None = None, **fields: Any) -> Message:
    said: dict[str, Any] = {
        "channel": "email",
        "debtor": debtor,
        "subject_kind": "test",
        "subject_id": f"s{number}",
        "to_name": "Petra Jansen",
        "to_address": f"petra{number}@post.test",
        "subject_line": f"Bericht {number}",
        "body_text": "Goedendag",
        "body_html": "<p>Goedendag</p>",
        "language": "nl",
        "due_at": NINE,
        "expires_at": NINE + timedelta(hours=8),
    }
    return outbox.queue_message(**(said | fields))


def deliver(tenant: Tenant, at: datetime = NINE) -> int:
    return outbox.deliver_due(tenant_id=tenant.pk, now=lambda: at, until=at + MINUTE)


def queued_in(tenant: Tenant, number: int = 1, **fields: Any) -> Message:
    with tenant_context(tenant.pk):
        return queue(number, **fields)


def now_of(message: Message) -> Message:
    with tenant_context(message.tenant_id or 0):
        return Message.objects.get(pk=message.pk)


# --- Queued


def test_a_message_names_its_tenant_in_its_id_keeps_the_hash_of_its_text_and_wakes_the_clock(inside: Tenant) -> None:
    message = queue(due_at=NINE + MINUTE)

    assert message.message_id.startswith(f"<{message.public_id}.{inside.public_id}@")
    assert message.sha256 == sha256("Bericht 1\nGoedendag\n<p>Goedendag</p>")
    assert Wakeup.objects.get(queue="correspondence.tasks.deliver_due_messages").due_at == NINE + MINUTE


def test_a_letter_on_paper_wakes_nobody(inside: Tenant) -> None:
    queue(channel="post")

    assert not Wakeup.objects.filter(queue="correspondence.tasks.deliver_due_messages").exists()


def test_the_database_takes_a_message_about_a_thing_to_an_address_once(inside: Tenant) -> None:
    queue()

    with pytest.raises(IntegrityError, match="one_message_per_subject"), transaction.atomic():
        queue()


def test_a_transaction_that_fails_leaves_no_message_and_no_wakeup(inside: Tenant) -> None:
    def fails() -> None:
        with transaction.atomic():
            queue()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()

    assert not Message.objects.exists()
    assert not Wakeup.objects.filter(queue="correspondence.tasks.deliver_due_messages").exists()


# --- Sent


def test_what_is_due_leaves_as_it_was_queued_in_the_order_in_which_it_is_due(bakkerij: Tenant) -> None:
    later = queued_in(bakkerij, 1, due_at=NINE - MINUTE)
    first = queued_in(bakkerij, 2, due_at=NINE - 2 * MINUTE)
    not_yet = queued_in(bakkerij, 3, due_at=NINE + MINUTE)

    sent = deliver(bakkerij)

    assert sent == 2
    assert [one.public_id for one in FakeMail.taken] == [first.public_id, later.public_id]
    envelope = FakeMail.taken[0]
    assert (envelope.subject, envelope.text, envelope.html) == ("Bericht 2", "Goedendag", "<p>Goedendag</p>")
    assert (envelope.to_name, envelope.to_address) == ("Petra Jansen", "petra2@post.test")
    assert envelope.message_id == first.message_id
    assert now_of(not_yet).state == "queued"


def test_what_left_is_stored_with_who_took_it_and_logged(bakkerij: Tenant) -> None:
    message = queued_in(bakkerij)

    deliver(bakkerij)

    message = now_of(message)
    assert (message.state, message.sent_at, message.attempts) == ("sent", NINE, 1)
    assert (message.provider_id, message.leased_until) == (f"provider-{message.public_id}", None)
    with tenant_context(bakkerij.pk):
        attempt = DeliveryAttempt.objects.get()
        assert (attempt.result, attempt.started_at, attempt.ended_at) == ("sent", NINE, NINE)
        assert Entry.objects.about("message", message.public_id).get().verb == "message.sent"


def test_again_the_same_moment_nothing_leaves(bakkerij: Tenant) -> None:
    queued_in(bakkerij)

    assert [deliver(bakkerij) for _ in range(3)] == [1, 0, 0]
    assert len(FakeMail.taken) == 1


def test_a_worker_stops_when_its_time_is_up_and_leaves_the_rest(bakkerij: Tenant) -> None:
    for number in range(3):
        queued_in(bakkerij, number)
    moments = iter(NINE + MINUTE * number for number in range(100))

    sent = outbox.deliver_due(tenant_id=bakkerij.pk, now=lambda: next(moments), until=NINE + 4 * MINUTE)

    assert 0 < sent < 3
    with tenant_context(bakkerij.pk):
        assert outbox.next_due() == NINE


def test_nothing_leaves_a_tenant_that_is_suspended(bakkerij: Tenant) -> None:
    message = queued_in(bakkerij)
    Tenant.objects.update(is_active=False)

    assert deliver(bakkerij) == 0
    assert now_of(message).state == "queued"


def test_mail_of_one_tenant_is_not_sent_by_the_worker_of_another(bakkerij: Tenant, garage: Tenant) -> None:
    message = queued_in(bakkerij)

    assert deliver(garage) == 0
    assert now_of(message).state == "queued"


# --- Not sent


def test_a_text_that_is_no_longer_true_is_withdrawn(bakkerij: Tenant) -> None:
    message = queued_in(bakkerij, expires_at=NINE)

    deliver(bakkerij, NINE + timedelta(seconds=1))

    message = now_of(message)
    assert (FakeMail.taken, message.state, message.ended_reason) == ([], "withdrawn", "verlopen")


def test_up_to_its_last_moment_a_message_may_leave(bakkerij: Tenant) -> None:
    queued_in(bakkerij, expires_at=NINE)

    assert deliver(bakkerij, NINE) == 1


def test_what_is_withdrawn_does_not_leave_and_cannot_be_called_back_once_it_is_on_its_way(bakkerij: Tenant) -> None:
    withdrawn, on_its_way = queued_in(bakkerij, 1), queued_in(bakkerij, 2, due_at=NINE - MINUTE)
    with tenant_context(bakkerij.pk):
        number = outbox.withdraw_messages(subject_kind="test", subject_id="s1", reason="voldaan")
        claimed = outbox.claim_message(by=the_clock(NINE))
        assert claimed is not None

        with pytest.raises(outbox.MessageIsOnItsWay):
            outbox.withdraw_messages(subject_kind="test", subject_id="s2", reason="voldaan")

    assert (number, claimed.pk) == (1, on_its_way.pk)
    assert (now_of(withdrawn).state, now_of(withdrawn).ended_reason) == ("withdrawn", "voldaan")
    assert now_of(on_its_way).state == "sending"


def test_an_address_that_is_refused_for_good_fails_at_once(bakkerij: Tenant) -> None:
    message = queued_in(bakkerij)
    FakeMail.refused[message.to_address] = SendingFailed("550 no such user", permanent=True)

    deliver(bakkerij)

    message = now_of(message)
    assert (message.state, message.ended_reason, message.attempts) == ("failed", "550 no such user", 1)


def test_a_passing_fault_is_tried_again_later_and_later_and_then_given_up(bakkerij: Tenant) -> None:
    message = queued_in(bakkerij, expires_at=NINE + timedelta(days=2))
    FakeMail.refused[message.to_address] = SendingFailed("451 try later", permanent=False)
    moment, waits = NINE, []

    while (message := now_of(message)).state == "queued":
        waits.append(message.due_at - moment)
        moment = message.due_at
        deliver(bakkerij, moment)

    assert waits == [timedelta(0), *RETRY_AFTER]
    assert (message.state, message.attempts, message.ended_reason) == ("failed", 5, "451 try later")
    with tenant_context(bakkerij.pk):
        results = list(DeliveryAttempt.objects.order_by("pk").values_list("result", flat=True))
    assert results == ["not_yet"] * 5


def test_before_its_time_a_failed_message_is_not_tried_again_and_then_it_leaves(bakkerij: Tenant) -> None:
    message = queued_in(bakkerij)
    FakeMail.refused[message.to_address] = SendingFailed("451 try later", permanent=False)
    deliver(bakkerij)
    FakeMail.refused.clear()

    too_early, in_time = deliver(bakkerij, NINE + timedelta(seconds=59)), deliver(bakkerij, NINE + MINUTE)

    assert (too_early, in_time) == (0, 1)


def test_one_that_fails_does_not_keep_the_others_in(bakkerij: Tenant) -> None:
    messages = [queued_in(bakkerij, number) for number in range(3)]
    FakeMail.refused[messages[0].to_address] = SendingFailed("550", permanent=True)

    assert deliver(bakkerij) == 2


# --- The worker dies


class PulledThePlug(BaseException):
    """A worker that is killed."""


def dies(monkeypatch: pytest.MonkeyPatch, *, after_sending: bool) -> None:
    real = FakeMail.send

    def send(self: FakeMail, envelope: Any) -> Receipt:
        if after_sending:
            real(self, envelope)
        raise PulledThePlug

    monkeypatch.setattr(FakeMail, "send", send)


def killed(bakkerij: Tenant, monkeypatch: pytest.MonkeyPatch, *, after_sending: bool) -> Message:
    """A message whose worker died; give it as it was left."""
    message = queued_in(bakkerij)
    with monkeypatch.context() as patch:
        dies(patch, after_sending=after_sending)
        with pytest.raises(PulledThePlug):
            deliver(bakkerij)
    return now_of(message)


LEASE_OVER = NINE + outbox.LEASE


@pytest.mark.parametrize("after_sending", [True, False])
def test_while_the_lease_of_a_dead_worker_runs_nobody_touches_its_message(
    bakkerij: Tenant, monkeypatch: pytest.MonkeyPatch, after_sending: bool
) -> None:
    message = killed(bakkerij, monkeypatch, after_sending=after_sending)

    deliver(bakkerij, LEASE_OVER - timedelta(seconds=1))

    assert (message.state, now_of(message).state) == ("sending", "sending")
    assert message.leased_until == LEASE_OVER
    with tenant_context(bakkerij.pk):
        assert outbox.next_due() == LEASE_OVER
    assert Wakeup.objects.filter(queue="correspondence.tasks.deliver_due_messages", due_at__lte=LEASE_OVER).exists()


@pytest.mark.parametrize("after_sending", [True, False])
def test_where_the_outside_can_be_asked_a_death_settles_itself(
    bakkerij: Tenant, monkeypatch: pytest.MonkeyPatch, after_sending: bool
) -> None:
    message = killed(bakkerij, monkeypatch, after_sending=after_sending)

    deliver(bakkerij, LEASE_OVER)

    assert [one.public_id for one in FakeMail.taken] == [message.public_id]
    assert now_of(message).state == "sent"


@pytest.mark.parametrize("after_sending", [True, False])
def test_where_nobody_can_say_it_is_in_doubt_and_nothing_is_sent_again(
    bakkerij: Tenant, monkeypatch: pytest.MonkeyPatch, after_sending: bool
) -> None:
    FakeMail.can_be_asked = False
    message = killed(bakkerij, monkeypatch, after_sending=after_sending)

    for hour in range(3):
        deliver(bakkerij, LEASE_OVER + timedelta(hours=hour))

    assert len(FakeMail.taken) == after_sending
    assert now_of(message).state == "in_doubt"
    with tenant_context(bakkerij.pk):
        assert Entry.objects.filter(verb="message.in_doubt").count() == 1
        assert DeliveryAttempt.objects.get().result == "worker_died"


@pytest.mark.parametrize("breaks", ["before", "after"])
def test_a_line_that_breaks_is_as_a_death(bakkerij: Tenant, breaks: str) -> None:
    message = queued_in(bakkerij)
    getattr(FakeMail, f"breaks_{breaks}_taking").add(message.to_address)
    deliver(bakkerij)
    assert now_of(message).state == "sending"
    FakeMail.breaks_before_taking.clear()

    deliver(bakkerij, LEASE_OVER)

    assert [one.public_id for one in FakeMail.taken] == [message.public_id]
    assert now_of(message).state == "sent"


def in_doubt(inside: Tenant) -> Message:
    message = queue()
    claimed = outbox.claim_message(by=the_clock(NINE))
    assert claimed is not None
    outbox.settle(message=claimed, found=Found.CANNOT_SAY, by=the_clock(LEASE_OVER))
    message.refresh_from_db()
    return message


def test_a_person_who_knows_that_it_left_ends_the_doubt(inside: Tenant) -> None:
    message = outbox.settle_doubt(message=in_doubt(inside), left=True, by=actor(LEASE_OVER))

    assert (message.state, message.sent_at) == ("sent", LEASE_OVER)
    with pytest.raises(outbox.NotInDoubt):
        outbox.settle_doubt(message=message, left=False, by=actor())


def test_a_person_who_knows_that_it_did_not_leave_has_it_sent(bakkerij: Tenant) -> None:
    tomorrow = NINE + timedelta(days=1)  # long after the text expired
    with tenant_context(bakkerij.pk):
        outbox.settle_doubt(message=in_doubt(bakkerij), left=False, by=actor(tomorrow))

    assert deliver(bakkerij, tomorrow) == 1
    assert len(FakeMail.taken) == 1
    assert Wakeup.objects.filter(queue="correspondence.tasks.deliver_due_messages").exists()


def test_a_bounce_that_overtakes_the_end_of_sending_wins(inside: Tenant) -> None:
    queue()
    message = outbox.claim_message(by=the_clock(NINE))
    assert message is not None
    outbox.record_bounce(message=message, reason="onbekend adres", by=the_clock(NINE))

    stored = outbox.record_sent(message=message, receipt=Receipt("te laat"), by=the_clock(NINE + MINUTE))

    assert (stored.state, stored.sent_at, stored.provider_id) == ("bounced", NINE, "")


@pytest.mark.parametrize("state", ["queued", "failed", "withdrawn", "bounced"])
def test_a_bounce_of_what_never_left_or_came_back_before_changes_nothing(inside: Tenant, state: str) -> None:
    message = queue()
    Message.objects.update(state=state, ended_reason="eerst")

    after = outbox.record_bounce(message=message, reason="onbekend adres", by=the_clock(NINE))

    assert (after.state, after.ended_reason) == (state, "eerst")


# --- Several workers


@pytest.mark.django_db(transaction=True)
def test_four_workers_at_once_send_each_message_exactly_once(bakkerij: Tenant) -> None:
    with tenant_context(bakkerij.pk):
        debtors = [factories.debtor(number=f"{number}") for number in range(8)]
        for number in range(40):
            queue(number, debtor=debtors[number % 8] if number % 5 else None)
    started, errors = threading.Barrier(4), []

    def work() -> None:
        try:
            started.wait(10)
            deliver(bakkerij)
        except Exception as error:  # noqa: BLE001 - reported below
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert errors == []
    taken = [one.public_id for one in FakeMail.taken]
    assert len(taken) == len(set(taken)) == 40
    with tenant_context(bakkerij.pk):
        assert set(Message.objects.values_list("state", "attempts")) == {("sent", 1)}
        assert DeliveryAttempt.objects.count() == 40


@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_open_while_the_network_is_waited_for(
    bakkerij: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    queued_in(bakkerij)
    open_ones = []
    real = FakeMail.send

    def send(self: FakeMail, envelope: Any) -> Receipt:
        open_ones.append(connection.in_atomic_block)
        return real(self, envelope)

    monkeypatch.setattr(FakeMail, "send", send)

    deliver(bakkerij)

    assert open_ones == [False]
