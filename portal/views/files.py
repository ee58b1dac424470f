"""What belongs to a page beside its HTML: colours and logo of who asks, the invoices, the letter, the code to scan."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from correspondence import content
from correspondence.models import Document
from correspondence.rendering import colours as shades
from correspondence.rendering import payment_qr
from invoices.models import Attachment
from portal.bill import Bill
from portal.claims import Claims
from portal.entering import LinkRequest, by_link
from tenants.access import get_or_404
from tenants.models import Letterhead

A_DAY = "private, max-age=86400"


@by_link
@require_safe
def colours(request: LinkRequest) -> HttpResponse:
    # A style of its own and not in the page: the policy of these pages allows no style in place.
    light, dark = shades.on_white(request.creditor.colour), shades.on_dark(request.creditor.colour)
    response = render(request, "portal/colours.css", {"light": light, "dark": dark}, content_type="text/css")
    response.headers["Cache-Control"] = A_DAY
    return response


@by_link
@require_safe
def logo(_request: LinkRequest) -> HttpResponse:
    letterhead = Letterhead.objects.get()
    if not letterhead.logo:
        raise Http404
    return HttpResponse(bytes(letterhead.logo), content_type=letterhead.logo_type, headers={"Cache-Control": A_DAY})


@by_link
@require_safe
def invoice(request: LinkRequest, public_id: str) -> HttpResponse:
    """An invoice as it was sent: of the claims that this page shows, and of no other."""
    mine = Attachment.objects.filter(
        invoice__in=[one.pk for one in Claims(request).invoices], is_the_invoice=True, media_type="application/pdf"
    )
    return _pdf(get_or_404(mine, public_id))


@by_link
@require_safe
def letter(request: LinkRequest) -> HttpResponse:
    """The letter in which the link stands."""
    found = Bill(request).letter
    if found is None:
        raise Http404
    return _pdf(found)


def _pdf(file: Attachment | Document) -> HttpResponse:
    name = "".join(char if char.isalnum() or char in "-_." else "-" for char in file.filename)
    disposition = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    return HttpResponse(
        bytes(file.content), content_type="application/pdf", headers={"Content-Disposition": disposition}
    )


@by_link
@require_safe
def code(request: LinkRequest) -> HttpResponse:
    """The code that a banking app reads, for the amount that is asked now."""
    bill = Bill(request)
    asked = content.Payable(
        total=bill.total,
        principal=bill.total,
        reference=bill.reference,
        iban=request.creditor.iban.replace(" ", ""),
        bic=request.creditor.bic,
        account_holder=request.creditor.account_holder,
    )
    text = payment_qr.payload(asked)
    if text is None:
        raise Http404
    return HttpResponse(payment_qr.png(text), content_type="image/png")
