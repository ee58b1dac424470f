"""A debtor stops what is collected from his account."""

from contextlib import suppress

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from common.words import in_dutch
from payments import operations as payments
from payments.models import Mandate
from payments.states import MandateState
from portal import answering, collecting
from portal.answering import Asked
from portal.entering import LinkRequest, by_link
from portal.forms_answers import AnswerForm

REASON = gettext_lazy("ingetrokken door de debiteur op zijn betaalpagina")


@by_link
@require_http_methods(["GET", "HEAD", "POST"])
def mandate(request: LinkRequest, public_id: str) -> HttpResponse:
    """Ask whether he is sure, end it, and say that it ended."""
    found = Mandate.objects.filter(debtor=request.debtor, public_id=public_id).first()
    if found is None:
        raise Http404
    words = {"account": collecting.account(found), "reference": found.reference}
    if request.method == "POST":
        with suppress(payments.MandateIsPast):  # he sent it twice: the page says that it ended
            payments.end_mandate(mandate=found, reason=in_dutch(REASON), by=request.by)
        return HttpResponseRedirect(request.path)
    if found.state == MandateState.ENDED:
        return render(request, "portal/answers/mandate_over.html", {"mandate": found} | words)
    asked = Asked(
        _("Automatisch afschrijven stoppen"),
        _("Stop het afschrijven"),
        (
            _("Wij schrijven dan niets meer af van rekening %(account)s (machtiging %(reference)s).") % words,
            _("U betaalt uw facturen en termijnen dan weer zelf. Wat al bij de bank ligt, gaat nog door."),
        ),
    )
    return answering.ask(request, AnswerForm(today=request.by.day), asked)
