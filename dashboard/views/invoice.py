"""The page of an invoice: what it asks and why, its ladder, its letters, and what can be done about it."""

from datetime import date
from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import get_language, ngettext

from common import clock
from correspondence.models import Message
from dashboard import calculations, policies
from dashboard.rows import agreements, arranging, claim, ladder_line, open_items, standing, timeline
from dashboard.shell import Crumb
from dashboard.views.debtor_forms import card_of
from dashboard.views.frames import framed
from dashboard.views.invoices import crumb
from dunning import operations as ladder
from dunning.models import Case, Hold, Step
from invoices import queries
from invoices.models import Attachment, Invoice
from tenants.access import Right, TenantRequest, get_or_404, require

PAGE = "dashboard/invoices/page.html"


@require(Right.SEE)
def invoice(request: TenantRequest, public_id: str) -> HttpResponse:
    found = get_or_404(Invoice.objects.with_debtor(), public_id)
    day = clock.today()
    case = Case.objects.filter(invoice=found).select_related("policy").first()
    book = claim.ledger(found)
    due = queries.amount_due(found, day)
    sent = claim.messages(case)
    steps = claim.steps_of(case)
    days_late = found.days_overdue(day) if found.is_open else 0
    context = {
        "invoice": found,
        "debtor": found.debtor,
        "debtor_url": card_of(found.debtor),
        "crumbs": [crumb(), Crumb(found.debtor.name, card_of(found.debtor))],
        "due": due,
        "days_late": days_late,
        "late": ngettext("%(n)s dag te laat", "%(n)s dagen te laat", days_late) % {"n": days_late},
        "amounts": claim.amounts(found, book, due),
        "bookings": claim.bookings(found, book),
        "letters": claim.letters(sent),
        "disputes": agreements.disputes(found.debtor_id, day, found.pk),
        "promises": agreements.promises(found.debtor_id, found.pk),
        "arrangements": arranging.of_debtor(found.debtor_id, found.pk),
        "holds": holds_of(found, day),
        "files": files_of(found),
        "limitation": calculations.last_day(found, book, steps),
        "can_move": not ladder.due_date_is_fixed(found),
        "policy": policies.of_invoice(found),
        "past": timeline.of_invoice(found.debtor_id, found.public_id, [one.public_id for one in sent]).events,
        **ladder_of(found, case, steps, sent, day),
    }
    return render(request, PAGE, context)


def ladder_of(found: Invoice, case: Case | None, steps: list[Step], sent: list[Message], day: date) -> dict[str, Any]:
    """Give the ladder of a claim as a line, the rule that decides, and the badge."""
    outlook = standing.outlook(found.debtor_id, day, {found.pk: found.number})
    now = outlook.of_claims.get(found.pk)
    return {
        "rungs": ladder_line.line(case, steps, sent, outlook, now) if case else [],
        "standing": now if found.is_open else None,
        "badge": open_items.badge(found, case, now, day),
        "waiting": outlook.waiting if ladder_line.is_waiting(outlook, case) else None,
    }


def holds_of(found: Invoice, day: date) -> list[Hold]:
    """Give what holds a claim now: on itself, or on its debtor."""
    mine = Q(invoice=found) | Q(debtor=found.debtor_id)
    rows = Hold.objects.filter(mine, Q(until=None) | Q(until__gte=day), lifted_on=None)
    return list(rows.order_by("pk"))


def files_of(found: Invoice) -> dict[str, Any]:
    """Give the files of an invoice, the PDF that is the invoice itself first."""
    rows = list(found.attachments.defer("content").order_by("-is_the_invoice", "pk"))
    pdf = next((row for row in rows if row.media_type == "application/pdf"), None)
    return {
        "all": [(row.filename, reverse("dashboard:attachment", args=[row.public_id])) for row in rows],
        "pdf": reverse("dashboard:attachment", args=[pdf.public_id]) if pdf else "",
    }


@require(Right.SEE)
def calculation(request: TenantRequest, public_id: str) -> HttpResponse:
    found = get_or_404(Invoice.objects.with_debtor(), public_id)
    day = clock.today()
    book = claim.ledger(found)
    due = queries.amount_due(found, day)
    case = Case.objects.filter(invoice=found).first()
    context = {
        "invoice": found,
        "debtor": found.debtor,
        "crumbs": [crumb(), Crumb(found.number, reverse("dashboard:invoice", args=[found.public_id]))],
        "day": day,
        "due": due,
        "letterhead": calculations.creditor(),
        "amounts": claim.amounts(found, book, due),
        "bookings": claim.bookings(found, book),
        "sections": calculations.sections(found, book, due, claim.steps_of(case), language=get_language() or "nl"),
        "letters": claim.letters(claim.messages(case)),
    }
    return render(request, "dashboard/invoices/calculation.html", context)


# A PDF is shown in the page; anything else that came with an invoice is only given as a file.
@framed
@require(Right.SEE)
def attachment(_request: TenantRequest, public_id: str) -> HttpResponse:
    found = get_or_404(Attachment.objects.all(), public_id)
    is_pdf = found.media_type == "application/pdf"
    disposition = content_disposition_header(as_attachment=not is_pdf, filename=found.filename) or "attachment"
    media_type = found.media_type if is_pdf else "application/octet-stream"
    return HttpResponse(bytes(found.content), content_type=media_type, headers={"Content-Disposition": disposition})
