"""The other invoices of a debtor, for who can read a mail at an address that we know."""

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_POST

from answers import operations, queries
from answers.operations import CodeIsOver
from common.errors import DomainError
from portal import answering, codes
from portal.claims import Claims
from portal.entering import LinkRequest, by_link
from portal.forms_answers import AddressForm, CodeForm, masked_email


@by_link
@require_http_methods(["GET", "HEAD", "POST"])
def others(request: LinkRequest) -> HttpResponse:
    if Claims(request).everything:
        return HttpResponseRedirect(reverse("portal:page", args=[request.token]))
    contacts = queries.addresses_for_codes(request.debtor)
    form = AddressForm(*answering.sent(request), today=request.by.day, contacts=contacts)
    if form.is_bound and form.is_valid() and _send(request, form):
        return HttpResponseRedirect(reverse("portal:code", args=[request.token]))
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "portal/answers/address.html", {"form": form, "has_address": bool(contacts)}, status=status)


def _send(request: LinkRequest, form: AddressForm) -> bool:
    try:
        operations.send_code(
            link=request.link,
            contact_id=form.cleaned_data["contact"],
            language=get_language() or "nl",
            by=request.by,
        )
    except DomainError as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return False
    return True


@by_link
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: LinkRequest) -> HttpResponse:
    form = CodeForm(*answering.sent(request), today=request.by.day)
    is_over = False
    if form.is_bound and form.is_valid():
        try:
            right = operations.try_code(link=request.link, digits=form.cleaned_data["digits"], by=request.by)
        except DomainError as refusal:
            form.add_error("digits", str(refusal))
            is_over = isinstance(refusal, CodeIsOver)
        else:
            response = HttpResponseRedirect(reverse("portal:page", args=[request.token]))
            codes.keep(request, response, right)
            return response
    last = request.link.codes.order_by("-made_at", "-pk").first()
    context = {"form": form, "is_over": is_over, "sent_to": masked_email(last.address) if last else ""}
    return render(request, "portal/answers/code.html", context, status=422 if form.errors else 200)


@by_link
@require_POST
def fewer(request: LinkRequest) -> HttpResponse:
    response = HttpResponseRedirect(reverse("portal:page", args=[request.token]))
    codes.forget(request, response)
    return response
