"""A debtor says that his data are wrong: never changed by himself, kept as a proposal that a person decides about."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from answers import queries
from answers.models import Answer
from answers.operations import saying
from answers.operations.saying import Said
from answers.states import AnswerKind, Decision
from audit import operations as audit
from common.actor import Actor
from common.errors import DomainError
from debtors import operations as debtors
from debtors import queries as debtor_queries
from debtors.models import Contact, Debtor
from debtors.states import ContactRole
from worklist import operations as worklist
from worklist.models import TaskKind

CORRECTED = frozenset({*queries.ADDRESS_FIELDS, *queries.CONTACT_FIELDS})


class NothingToCorrect(DomainError):
    """What was filled in is what we have."""

    code = "nothing_to_correct"
    sentence = gettext_lazy("Wat u invult staat al zo bij ons. Vul alleen in wat anders moet.")


class AlreadyDecided(DomainError):
    """Somebody was earlier."""

    code = "details_already_decided"
    sentence = gettext_lazy("Over deze gegevens heeft %(who)s al beslist.")


def correct_details(*, said: Said, fields: Mapping[str, str]) -> Answer:
    """Take data as they should be: those that differ are kept beside what is known, and put to a person.

    :raises NothingToCorrect: if nothing differs.
    :raises TooMuchSaid: as `hearing`.
    """
    if unknown := set(fields) - CORRECTED:
        raise TypeError(f"a debtor does not correct {', '.join(sorted(unknown))}")
    with saying.hearing(said) as debtor:
        contact = queries.contact_to_correct(debtor)
        known = queries.details_now(debtor, contact)
        now = {name: value for name, value in fields.items() if value and value != known[name]}
        if not now:
            raise NothingToCorrect
        details = {
            "was": {name: known[name] for name in now},
            "now": now,
            "contact": contact.public_id if contact else "",
        }
        answer = saying.keep(said, AnswerKind.DETAILS, debtor=debtor, details=details)
        audit.record(
            "answer.details",
            by=said.by,
            kind="answer",
            subject=answer,
            label=debtor.name,
            debtor_id=debtor.pk,
            fields=", ".join(now),
            was=details["was"],
            now=now,
            reason=said.text,
        )
        title = _("Nieuwe gegevens van %(name)s") % {"name": debtor.name}
        saying.ask_a_person(answer, TaskKind.CONTACT_DETAILS, title=title, by=said.by)
    return answer


def accept_details(*, answer: Answer, by: Actor) -> Answer:
    """Take over the data that a debtor gave, in the fields that he named; others stay as they are.

    :raises AlreadyDecided: if somebody decided before.
    :raises ContactTaken: if another contact has that address.
    """
    with transaction.atomic():
        debtor, answer = _undecided(answer)
        now = answer.details["now"]
        address = {name: now[name] for name in queries.ADDRESS_FIELDS if name in now}
        if address:
            debtors.change_debtor(debtor=debtor, by=by, **address)
        if any(name in now for name in queries.CONTACT_FIELDS):
            _correct_contact(debtor, answer, by)
        return _decide(answer, Decision.ACCEPTED, by)


def refuse_details(*, answer: Answer, by: Actor) -> Answer:
    """Leave the data of a debtor as they are.

    :raises AlreadyDecided: if somebody decided before.
    """
    with transaction.atomic():
        _debtor, answer = _undecided(answer)
        return _decide(answer, Decision.REFUSED, by)


def _undecided(answer: Answer) -> tuple[Debtor, Answer]:
    debtor = debtor_queries.lock(answer.debtor_id)
    assert debtor is not None
    answer = Answer.objects.select_for_update(of=("self",)).get(pk=answer.pk)
    if answer.decision:
        raise AlreadyDecided(who=answer.decided_by)
    return debtor, answer


def _correct_contact(debtor: Debtor, answer: Answer, by: Actor) -> None:
    """Change the contact that the debtor saw, or make one: that one may be gone."""
    contact = Contact.objects.filter(debtor=debtor, public_id=answer.details["contact"]).first()
    known = queries.details_now(debtor, contact)
    fields = {name: answer.details["now"].get(name, known[name]) for name in queries.CONTACT_FIELDS}
    if contact is None:
        debtors.add_contact(debtor=debtor, role=ContactRole.REMINDER, by=by, **fields)
    else:
        debtors.change_contact(contact=contact, role=contact.role, by=by, **fields)


def _decide(answer: Answer, decision: Decision, by: Actor) -> Answer:
    answer.decision, answer.decided_at, answer.decided_by = decision, by.at, by.label
    answer.save(update_fields=["decision", "decided_at", "decided_by"])
    audit.record(
        f"answer.{decision}",
        by=by,
        kind="answer",
        subject=answer,
        label=answer.debtor.name,
        debtor_id=answer.debtor_id,
        fields=", ".join(answer.details["now"]),
    )
    worklist.finish_tasks_about(
        subject_kind="answer",
        subject_id=answer.public_id,
        outcome=_("overgenomen") if decision == Decision.ACCEPTED else _("niet overgenomen"),
        by=by,
        kinds=[TaskKind.CONTACT_DETAILS],
    )
    return answer
