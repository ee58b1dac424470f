"""Files that belong to uploads: samples to begin with, the original, and the list of what is wrong."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from common import clock
from connectors import looking, uploads
from connectors.files import fields
from connectors.models import Upload, UploadKind, UploadState
from dashboard import exports
from dashboard.rows import uploads as rows
from dashboard.views.answers import acting
from dashboard.views.messages import answer_with
from tenants.access import Right, TenantRequest, get_or_404, require
from tenants.models import Letterhead

_DEBTOR_COLUMNS = ("number", "name", "kind", "email", "address_line", "postcode", "city", "kvk", "payment_term_days")
_INVOICE_COLUMNS = (
    *("number", "issue_date", "due_date", "amount", "vat_amount", "description", "debtor_number", "debtor_name"),
    *("debtor_kind", "debtor_email", "debtor_address_line", "debtor_postcode", "debtor_city"),
)
_BUSINESS = {
    "name": "Bouwbedrijf Smit B.V.", "kind": "bedrijf", "email": "administratie@bouwbedrijfsmit.example",
    "address_line": "Industrieweg 4", "postcode": "3542 AD", "city": "Utrecht", "kvk": "12345678",
}  # fmt: skip
_CONSUMER = {
    "name": "P. Jansen", "kind": "consument", "email": "p.jansen@voorbeeld.example", "address_line": "Kerkweg 12",
    "postcode": "3811 CD", "city": "Amersfoort", "kvk": "",
}  # fmt: skip


@require(Right.SEE)
def sample(_request: TenantRequest, name: str) -> HttpResponse:
    """Give a file to fill in, or to see how one looks; its days lie around today."""
    make = _SAMPLES.get(name)
    if make is None:
        raise Http404
    content, media_type = make(clock.today())
    return answer_with(content, media_type, name)


def _table(subject: fields.Subject, names: tuple[str, ...], values: list[dict[str, str]], kind: str) -> bytes:
    language = get_language() or "nl"
    known = {field.name: field for field in fields.of(subject)}
    columns = [exports.Column(known[name].label(language), _value(name)) for name in names]
    return exports.written(values, columns, kind)


def _value(name: str) -> Callable[[Any], str]:
    return lambda row: row.get(name, "")


def _debtors(kind: str) -> bytes:
    rows = [{"number": "10001", "payment_term_days": "30"} | _BUSINESS, {"number": "10002"} | _CONSUMER]
    return _table("debtors", _DEBTOR_COLUMNS, rows, kind)


def _invoices(today: date, kind: str) -> bytes:
    issued = today - timedelta(days=20)
    bodies = (
        ("1.210,00", "210,00", "Levering", "10001", _BUSINESS),
        ("96,80", "16,80", "Reparatie", "10002", _CONSUMER),
    )
    rows = [
        {
            "number": f"{today.year}-{number:04d}",
            "issue_date": f"{issued:%d-%m-%Y}",
            "due_date": f"{issued + timedelta(days=30):%d-%m-%Y}",
            "amount": amount,
            "vat_amount": vat,
            "description": text,
            "debtor_number": debtor,
            **{f"debtor_{name}": value for name, value in party.items()},
        }
        for number, (amount, vat, text, debtor, party) in enumerate(bodies, start=1)
    ]
    return _table("invoices", _INVOICE_COLUMNS, rows, kind)


def _ubl(today: date) -> bytes:
    issued = today - timedelta(days=20)
    context = {
        "issued": issued,
        "due": issued + timedelta(days=30),
        "year": today.year,
        "own": Letterhead.objects.first(),
    }
    return render_to_string("dashboard/uploads/sample.xml", context).strip().encode()


_SAMPLES: dict[str, Callable[[date], tuple[bytes, str]]] = {
    "debiteuren.csv": lambda today: (_debtors("csv"), exports.CSV),
    "debiteuren.xlsx": lambda today: (_debtors("xlsx"), exports.XLSX),
    "facturen.csv": lambda today: (_invoices(today, "csv"), exports.CSV),
    "facturen.xlsx": lambda today: (_invoices(today, "xlsx"), exports.XLSX),
    "factuur-ubl.xml": lambda today: (_ubl(today), "application/xml"),
}


@require(Right.SEE)
def original(_request: TenantRequest, public_id: str) -> HttpResponse:
    """Give an uploaded file back as it came."""
    upload = get_or_404(Upload.objects.exclude(state=UploadState.DISCARDED), public_id)
    return answer_with(bytes(upload.content), "application/octet-stream", upload.filename)


@require(Right.SEE)
def problems(request: TenantRequest, public_id: str) -> HttpResponse:
    """Give all that is wrong in a file, a line each, to mend it with."""
    upload = get_or_404(Upload.objects.exclude(kind=UploadKind.STATEMENT), public_id)
    kept = upload.result.get("problems", upload.result.get("warnings", ()))
    found = [uploads.problem_of(one) for one in kept]
    if upload.state in {UploadState.READ, UploadState.FAILED}:
        outlook = looking.look(upload=upload, by=acting(request))
        found = list(outlook.problems) if not outlook.is_large or outlook.errors or not found else found
    columns = [
        exports.Column(_("Soort"), "level"),
        exports.Column(_("Waar"), "place"),
        exports.Column(_("Kolom"), "column"),
        exports.Column(_("Wat"), "text"),
    ]
    stem = upload.filename.rsplit(".", 1)[0]
    return exports.answer(request, rows.lines(found), columns, _("fouten in %(file)s") % {"file": stem})
