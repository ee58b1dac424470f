"""What debtors said on their page: their files, and a decision about the data that they gave."""

from collections.abc import Callable

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from answers import operations
from answers.models import Answer, AnswerFile
from dashboard.views.answers import acting, done, refuse
from dashboard.views.following import with_task
from dashboard.views.messages import answer_with
from tenants.access import Right, TenantRequest, get_or_404, require


@require(Right.SEE)
def file(_request: TenantRequest, public_id: str) -> HttpResponse:
    found = get_or_404(AnswerFile.objects.all(), public_id)
    # Of a stranger: never shown in the browser, whatever it says that it is.
    response = answer_with(bytes(found.content), "application/octet-stream", found.filename)
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@require(Right.WORK)
@require_POST
def acceptance(request: TenantRequest, public_id: str) -> HttpResponse:
    return _decide(request, public_id, operations.accept_details, _("De gegevens zijn overgenomen."))


@require(Right.WORK)
@require_POST
def refusal(request: TenantRequest, public_id: str) -> HttpResponse:
    return _decide(request, public_id, operations.refuse_details, _("De gegevens blijven zoals ze waren."))


def _decide(request: TenantRequest, public_id: str, operation: Callable[..., Answer], said: str) -> HttpResponse:
    found = get_or_404(Answer.objects.filter(kind="details").select_related("debtor"), public_id)
    card = reverse("dashboard:debtor", args=[found.debtor.public_id])
    refuse(request, lambda: operation(answer=found, by=acting(request)), said)
    return done(with_task(request) or f"{card}?tab=afspraken")
