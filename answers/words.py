"""What is written to a debtor about his answers, in his language."""

from django.utils.translation import gettext as _
from django.utils.translation import override

from answers.models import Answer
from common.clock import local_day
from common.templatetags.amounts import format_date


def reply_subject(answer: Answer) -> str:
    """Give the subject of the mail that answers a question."""
    with override(answer.language):
        return _("Uw vraag van %(day)s") % {"day": format_date(local_day(answer.given_at), answer.language)}
