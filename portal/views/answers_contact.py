"""A debtor corrects his data, asks something, and reads what happens with what he said."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from answers import operations, queries
from answers.models import Answer
from portal import answering, heard
from portal.answering import Asked
from portal.claims import Claims
from portal.entering import LinkRequest, by_link
from portal.forms_answers import DetailsForm, QuestionForm, masked_email, masked_phone


@by_link
@require_http_methods(["GET", "HEAD", "POST"])
def details(request: LinkRequest) -> HttpResponse:
    claims = Claims(request)
    if claims.is_handed_over:
        return answering.nothing_to_say(request, claims)
    form = DetailsForm(*answering.sent(request), today=request.by.day, debtor=request.debtor, known=_known(request))
    if form.is_bound and form.is_valid():
        answer = answering.attempt(
            form,
            lambda: operations.correct_details(
                said=answering.said(request, text=form.cleaned_data["text"]), fields=form.corrections
            ),
        )
        if answer:
            return answering.to_heard(request, answer)
    asked = Asked(
        _("Gegevens doorgeven"),
        _("Geef door"),
        (
            _("Vul alleen in wat er anders moet. Een medewerker kijkt het na en neemt het over."),
            _("Is de factuur niet voor u? Geef dat dan door bij “Er klopt iets niet”."),
        ),
    )
    return answering.ask(request, form, asked)


def _known(request: LinkRequest) -> dict[str, str]:
    """Give what is known, as far as whoever holds the link may read it: his letters bear the postal address."""
    now = queries.details_now(request.debtor, queries.contact_to_correct(request.debtor))
    email = masked_email(now["email"]) if now["email"] else ""
    return now | {"email": email, "phone": masked_phone(now["phone"]), "name": ""}


@by_link
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: LinkRequest) -> HttpResponse:
    addresses = queries.addresses_for_codes(request.debtor)
    form = QuestionForm(
        *answering.sent(request),
        today=request.by.day,
        answer_to=masked_email(addresses[0].email) if addresses else "",
    )
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        answer = answering.attempt(
            form,
            lambda: operations.ask_question(
                said=answering.said(request, text=given["text"], file=given["file"]),
                call=given["phone"] if given["call"] else "",
                email=given["email"],
            ),
        )
        if answer:
            return answering.to_heard(request, answer)
    within = {"days": operations.ANSWER_WITHIN_WORKING_DAYS}
    asked = Asked(
        _("Een vraag stellen"),
        _("Verstuur"),
        (_("Een medewerker antwoordt u binnen %(days)s werkdagen.") % within,),
    )
    return answering.ask(request, form, asked)


@by_link
@require_safe
def received(request: LinkRequest, answer_id: str) -> HttpResponse:
    answer = Answer.objects.filter(link=request.link, public_id=answer_id).prefetch_related("invoices__invoice").first()
    if answer is None:
        raise Http404
    return render(request, "portal/answers/heard.html", {"heard": heard.heard(answer)})
