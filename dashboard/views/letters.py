"""One letter: as it would leave, or as it left; let go, held back, or put back."""

from typing import NamedTuple

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp_replace
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST

from common import clock
from common.errors import DomainError
from correspondence.content import Payable
from correspondence.models import Message
from dashboard.rows import letter as rows
from dashboard.rows import tonight
from dashboard.shell import Crumb
from dashboard.views.answers import acting, done
from dashboard.views.nights import crumb
from debtors import queries as debtors
from dunning import operations
from dunning.models import Notice
from dunning.states import NoticeState
from tenants.access import Right, TenantRequest, get_or_404, require

# The real mail of a debtor, made of his own data: it may look as it does, and do nothing.
MAIL_POLICY = {
    **{kind: [NONE] for kind in ("default-src", "script-src", "connect-src", "frame-src", "font-src", "manifest-src")},
    "style-src": [UNSAFE_INLINE],
    "img-src": [SELF, "data:"],
    "form-action": [NONE],
    "base-uri": [NONE],
    "sandbox": "",
    "frame-ancestors": [SELF],
}
BEFORE = (NoticeState.PLANNED, NoticeState.APPROVED)


class Mail(NamedTuple):
    """A mail as it would leave, or as it left."""

    subject: str
    text: str
    html: str


@require(Right.SEE)
def notice(request: TenantRequest, public_id: str) -> HttpResponse:
    found = _notice(public_id)
    address = _address(found)
    objection = leaves_on = None
    amounts: Notice | Payable = found
    if found.state in BEFORE:
        seen = operations.preview(notice=found, at=clock.now())
        objection, leaves_on, amounts = seen.objection, seen.leaves_on, seen.said.payable
    has_letter, has_mail = has_parts(found)
    wanted = request.GET.get("toon", "")
    shown = rows.MAIL if has_mail and (wanted == rows.MAIL or not has_letter) else rows.LETTER if has_letter else ""
    context = {
        "amounts": amounts,
        "letter": rows.of(found, clock.today(), address),
        "objection": objection,
        "leaves_on": leaves_on,
        "is_before": found.state in BEFORE,
        "tabs": rows.tabs(found, has_letter=has_letter, has_mail=has_mail, shown=shown),
        "shows_letter": shown == rows.LETTER,
        "mail": _mail(found) if shown == rows.MAIL else None,
        "crumbs": _crumbs(found),
        "night": found.run.public_id if found.run else "",
    }
    return render(request, "dashboard/nights/letter.html", context)


def _notice(public_id: str) -> Notice:
    return get_or_404(Notice.objects.select_related("debtor", "run").prefetch_related("debtor__contacts"), public_id)


def _crumbs(found: Notice) -> list[Crumb]:
    if found.run is None:
        return [Crumb(_("Brieven die wachten"), reverse("dashboard:waiting"))]
    night = Crumb(tonight.day_in_words(found.run.day), reverse("dashboard:run", args=[found.run.public_id]))
    return [crumb(), night]


def _address(found: Notice) -> str:
    """Give where it would go now."""
    debtor = found.debtor
    contact = debtors.reminder_contact(debtor)
    postal = ", ".join(filter(None, [debtor.street, f"{debtor.postcode} {debtor.city}".strip()]))
    known = {"email": contact.email if contact else "", "post": postal}
    return "; ".join(known[way] or _("geen adres") for way in found.channels)


def has_parts(found: Notice) -> tuple[bool, bool]:
    """Tell whether there is a letter, and whether there is a mail, to show of a notice."""
    if found.state in BEFORE:
        return operations.has_letter(found), operations.has_mail(found)
    left = Message.objects.filter(subject_kind="notice", subject_id=found.public_id)
    kinds = list(left.values_list("channel", "document_id"))
    return any(document for _channel, document in kinds), any(channel == "email" for channel, _document in kinds)


@xframe_options_sameorigin
@csp_replace({"frame-ancestors": [SELF]})
@require(Right.SEE)
def letter(_request: TenantRequest, public_id: str) -> HttpResponse:
    """Give the letter as PDF: the bytes that left, or those that would."""
    found = _notice(public_id)
    left = _messages(found).exclude(document=None).select_related("document").first()
    if left is not None and left.document is not None:
        pdf = bytes(left.document.content)
    elif found.state in BEFORE and operations.has_letter(found):
        pdf = operations.preview(notice=found, at=clock.now()).letter().pdf
    else:
        raise Http404
    name = f"{found.kind.replace('_', '-')}-{found.debtor.number}.pdf"
    headers = {"Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "private, no-store"}
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)


@xframe_options_sameorigin
@csp_replace(MAIL_POLICY)
@require(Right.SEE)
def mail(_request: TenantRequest, public_id: str) -> HttpResponse:
    """Give the mail as the debtor sees it."""
    shown = _mail(_notice(public_id))
    if shown is None:
        raise Http404
    return HttpResponse(shown.html, headers={"Cache-Control": "private, no-store"})


def _messages(found: Notice) -> QuerySet[Message]:
    return Message.objects.filter(subject_kind="notice", subject_id=found.public_id).order_by("pk")


def _mail(found: Notice) -> Mail | None:
    left = _messages(found).filter(channel="email").first()
    if left is not None:
        return Mail(left.subject_line, left.body_text, left.body_html)
    if found.state in BEFORE and operations.has_mail(found):
        made = operations.preview(notice=found, at=clock.now()).mail()
        return Mail(made.subject, made.text, made.html)
    return None


@require(Right.APPROVE)
@require_POST
def put_back(request: TenantRequest, public_id: str) -> HttpResponse:
    """Let the ladder write anew what was held back."""
    found = _notice(public_id)
    try:
        made = operations.put_back(notice=found, by=acting(request))
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return done(reverse("dashboard:notice", args=[public_id]))
    messages.success(request, _("De brief staat weer klaar, met de bedragen van vandaag."))
    return done(reverse("dashboard:notice", args=[made.public_id]))
