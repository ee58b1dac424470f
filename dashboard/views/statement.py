"""The debiteurkaart on paper and as a file: the open items of a debtor, and what is owed today."""

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from common import clock
from correspondence.rendering import cleaning, process
from dashboard import calculations, exports
from dashboard.rows import leftovers, open_items, standing
from debtors.models import Debtor
from tenants.access import Right, TenantRequest, get_or_404, require


@require(Right.SEE)
def statement(request: TenantRequest, public_id: str) -> HttpResponse:
    debtor = get_or_404(Debtor.objects.all(), public_id)
    day = clock.today()
    invoices = list(open_items.open_invoices(debtor.pk))
    outlook = standing.outlook(debtor.pk, day, {one.pk: one.number for one in invoices})
    items = open_items.items(invoices, outlook.of_claims, day)
    name = f"debiteurkaart-{slugify(debtor.number)}-{day}"
    if exports.wanted(request):
        return exports.answer(request, items, columns(), name)
    letterhead = calculations.creditor()
    lang = get_language() or "nl"
    html = render_to_string(
        "dashboard/debtors/statement.html",
        {
            "debtor": debtor,
            "day": day,
            "items": items,
            "totals": open_items.totals(items),
            "credits": leftovers.of_debtor(debtor.pk),
            "letterhead": letterhead,
            "lang": lang,
        },
    )
    colour = letterhead.colour if letterhead else "#1d3557"
    pdf, _pages = process.renderer().write(
        cleaning.clean(html), sheet="batch.css", lang=lang, colour=colour, pictures={}
    )
    disposition = content_disposition_header(as_attachment=False, filename=f"{name}.pdf") or "inline"
    return HttpResponse(pdf, content_type="application/pdf", headers={"Content-Disposition": disposition})


def columns() -> list[exports.Column]:
    """Give the columns of a file."""
    return [
        exports.Column(_("Factuurnummer"), "number"),
        exports.Column(_("Factuurdatum"), "issue_date", "date"),
        exports.Column(_("Vervaldatum"), "due_date", "date"),
        exports.Column(_("Dagen te laat"), "days_late", "number"),
        exports.Column(_("Fase"), "badge.label"),
        exports.Column(_("Volgende stap op"), "standing.on", "date"),
        exports.Column(_("Volgende stap"), "standing.what"),
        exports.Column(_("Waarom"), "standing.why"),
        exports.Column(_("Te betalen"), "amount", "amount"),
        exports.Column(_("Waarin"), "added"),
    ]
