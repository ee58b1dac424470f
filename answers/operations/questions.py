"""A debtor asks something."""

from django.utils.translation import gettext as _

from answers.models import Answer
from answers.operations import saying
from answers.operations.saying import Said
from answers.states import AnswerKind
from audit import operations as audit
from worklist.models import TaskKind


def ask_question(*, said: Said, call: str = "", email: str = "") -> Answer:
    """Take a question, which a person answers: by telephone at a number that is given, else by mail.

    :raises TooMuchSaid: as `hearing`.
    """
    with saying.hearing(said) as debtor:
        answer = saying.keep(said, AnswerKind.QUESTION, debtor=debtor, details={"call": call, "email": email})
        audit.record(
            "answer.question",
            by=said.by,
            kind="answer",
            subject=answer,
            label=debtor.name,
            debtor_id=debtor.pk,
            reason=said.text,
        )
        title = _("Vraag van %(name)s: bel terug") if call else _("Vraag van %(name)s")
        saying.ask_a_person(answer, TaskKind.QUESTION, title=title % {"name": debtor.name}, by=said.by)
    return answer
