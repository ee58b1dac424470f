"""Files with debtors and invoices: chosen, looked at, their columns mapped, imported, and what came of each."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRefresh

from common.actor import Actor
from common.errors import DomainError
from connectors import looking
from connectors import uploads as operations
from connectors.files.rows import Problem
from connectors.models import Upload, UploadKind, UploadState
from connectors.statement_files import Choices
from dashboard.forms_post import Sure, UploadForm
from dashboard.rows import upload_statements
from dashboard.rows import uploads as rows
from dashboard.shell import Crumb
from dashboard.views.answers import acting, done, listed, page_of, refuse
from dashboard.views.asking import Ask, asked, bound, go
from debtors.states import DebtorKind
from dunning import queries as ladder
from tenants.access import Right, TenantRequest, get_or_404, require

LIST = "dashboard/uploads/list.html"
PAGE = "dashboard/uploads/page.html"
STATEMENTS = "dashboard/uploads/statements.html"
OPEN = {UploadState.READ, UploadState.FAILED}


@require(Right.SEE, posting=Right.WORK)
def uploads(request: TenantRequest) -> HttpResponse:
    """Show the history, with the place to drop files; take what is dropped."""
    form = bound(UploadForm, request, initial={"kind": request.GET.get("soort", UploadKind.INVOICES)})
    if request.method == "POST":
        return _take(request, form)
    return listed(request, LIST, _history(request, form))


@require(Right.WORK)
def _take(request: TenantRequest, form: UploadForm) -> HttpResponse:
    if not form.is_valid():
        return render(request, LIST, _history(request, form), status=422)
    kept = _kept(form, acting(request))
    if len(kept) > 1:
        messages.success(request, _("%(n)s bestanden staan klaar. Bekijk ze een voor een.") % {"n": len(kept)})
        return done(reverse("dashboard:uploads"))
    return done(reverse("dashboard:upload", args=[kept[0].public_id]))


def _kept(form: UploadForm, by: Actor) -> list[Upload]:
    """Keep what was chosen: several UBL files are one import, tables are one each."""
    kind = form.cleaned_data["kind"]
    files = [(file.name, file.read()) for file in form.cleaned_data["documents"]]
    if len(files) > 1 and all(name.lower().endswith(".xml") for name, _content in files):
        files = [operations.packed(files)]
    return [operations.keep(kind=kind, content=content, filename=name, by=by) for name, content in files]


def _history(request: HttpRequest, form: UploadForm) -> dict[str, Any]:
    page = page_of(request, Upload.objects.defer("content", "mapping").order_by("-uploaded_at", "-pk"))
    return {"form": form, "page": page, "rows": rows.rows_of(page.object_list)}


@require(Right.SEE)
def upload(request: TenantRequest, public_id: str) -> HttpResponse:
    found = _found(public_id)
    page = STATEMENTS if found.kind == UploadKind.STATEMENT else PAGE
    return render(request, page, _context(request, found))


def _found(public_id: str) -> Upload:
    return get_or_404(Upload.objects.all(), public_id)


def _context(request: TenantRequest, upload: Upload) -> dict[str, Any]:
    is_open = upload.state in OPEN
    context: dict[str, Any] = {
        "upload": upload,
        "state": rows.badge(upload.state),
        "is_open": is_open,
        "is_waiting": upload.state == UploadState.WAITING,
        "is_imported": upload.state == UploadState.IMPORTED,
        "of_invoices": upload.kind == UploadKind.INVOICES,
        "result_line": rows.result_of(upload),
        "crumbs": [Crumb(_("Inlezen"), reverse("dashboard:uploads"))],
    }
    if upload.state == UploadState.WAITING:
        return context | {"done": min(operations.rows_done(upload), upload.rows - 1)}
    if upload.kind == UploadKind.STATEMENT:
        crumbs = [Crumb(_("Bank"), reverse("dashboard:bank"))]
        return context | upload_statements.context(upload) | {"crumbs": crumbs}
    if is_open:
        return context | _outlook(upload, looking.look(upload=upload, by=acting(request)))
    if upload.state == UploadState.IMPORTED:
        warnings = [operations.problem_of(kept) for kept in upload.result.get("warnings", ())]
        return context | {
            "stats": rows.stats(upload.result, upload.kind, done=True),
            "lines": rows.lines(warnings[: rows.SHOWN]),
            "count": len(warnings),
            "nothing_changed": not upload.result["added"] and not upload.result["changed"],
        }
    return context


def _outlook(upload: Upload, outlook: looking.Outlook) -> dict[str, Any]:
    result, failed = outlook.result, _failed(upload, outlook)
    shown = outlook.errors or failed or outlook.warnings
    return {
        "outlook": outlook,
        "has_errors": bool(outlook.errors or failed),
        "refused": upload.result.get("refused", "") if outlook.is_large else "",
        "stats": rows.stats(result, upload.kind, done=False) if result else [],
        "nothing_changes": result is not None and not result.added and not result.changed,
        "columns": rows.columns(outlook, upload.kind),
        "lines": rows.lines(shown[: rows.SHOWN]),
        "count": len(shown),
        "most": rows.SHOWN,
        "same": looking.same_as(upload),
        "concluded": [(name, DebtorKind(kind).label) for name, kind in result.derived_kinds[:5]] if result else [],
        "concluded_count": len(result.derived_kinds) if result else 0,
        "others": result.other_suppliers if result else 0,
        "starts": result.overdue if result and ladder.ladder_settings().live_since else 0,
    }


def _failed(upload: Upload, outlook: looking.Outlook) -> list[Problem]:
    """Give what the worker found wrong; a smaller file is looked at anew each time."""
    if not outlook.is_large or upload.state != UploadState.FAILED:
        return []
    return [operations.problem_of(kept) for kept in upload.result.get("problems", ())]


@require(Right.WORK)
@require_POST
def columns(request: TenantRequest, public_id: str) -> HttpResponse:
    """Choose which column is which field."""
    found = _found(public_id)
    outlook = looking.look(upload=found, by=acting(request))
    mapping = {header: request.POST.get(f"kolom-{number}", "") for number, header in enumerate(outlook.headers)}
    refuse(
        request,
        lambda: operations.map_columns(upload=found, mapping=mapping),
        _("De kolommen zijn bewaard, ook voor het volgende bestand."),
    )
    return done(reverse("dashboard:upload", args=[public_id]))


@require(Right.WORK)
@require_POST
def start(request: TenantRequest, public_id: str) -> HttpResponse:
    """Import, now or by a worker."""
    found = _found(public_id)
    url = reverse("dashboard:upload", args=[public_id])
    if found.kind == UploadKind.STATEMENT:
        return _start_statements(request, found)
    outlook = None
    if found.state in OPEN:
        outlook = looking.look(upload=found, by=acting(request))
        if not outlook.can_start:
            messages.error(request, _("Er staan nog fouten in het bestand: er is niets ingelezen."))
            return done(url)
        if outlook.result is not None and outlook.result.other_suppliers and not request.POST.get("andere"):
            messages.error(request, _("Bevestig eerst dat u ook de facturen van een andere leverancier wilt inlezen."))
            return done(url)
    total = outlook.rows if outlook else found.rows
    try:
        operations.start(upload=found, rows=total, by=acting(request))
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        _tell(request, found)
    return done(url)


def _start_statements(request: TenantRequest, found: Upload) -> HttpResponse:
    """Import statements, with what was confirmed after they were refused."""
    choices = Choices(bool(request.POST.get("rekening")), bool(request.POST.get("verschil")))
    try:
        operations.start_statements(upload=found, by=acting(request), choices=choices)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        _tell(request, found)
    return done(reverse("dashboard:upload", args=[found.public_id]))


def _tell(request: HttpRequest, upload: Upload) -> None:
    """Say what goes on; what came of it is on the page itself."""
    if upload.state == UploadState.WAITING:
        messages.info(request, _("Het inlezen is begonnen. U kunt deze pagina gerust verlaten."))
    elif upload.state != UploadState.IMPORTED:
        messages.error(request, _("Er is niets ingelezen."))


@require(Right.SEE)
def progress(request: TenantRequest, public_id: str) -> HttpResponse:
    """Say how far an import is; when it is done the page shows what came of it."""
    found = get_or_404(Upload.objects.defer("content"), public_id)
    if found.state != UploadState.WAITING:
        if getattr(request, "htmx", False):
            return HttpResponseClientRefresh()
        return done(reverse("dashboard:upload", args=[public_id]))
    if not getattr(request, "htmx", False):
        return done(reverse("dashboard:upload", args=[public_id]))
    context = {"upload": found, "done": min(operations.rows_done(found), found.rows - 1)}
    return render(request, "dashboard/uploads/_progress.html", context)


@require(Right.WORK)
def discard(request: TenantRequest, public_id: str) -> HttpResponse:
    """Throw a file away that was not imported."""
    found = _found(public_id)
    form = bound(Sure, request)
    url = reverse("dashboard:uploads")
    if form.is_valid() and request.method == "POST":
        refuse(request, lambda: operations.discard(upload=found), _("%(file)s is weg.") % {"file": found.filename})
        return go(request, url)
    ask = Ask(
        title=_("Bestand weggooien?"),
        verb=_("Gooi weg"),
        cancel_url=reverse("dashboard:upload", args=[public_id]),
        text=found.filename,
        consequences=(_("Er is niets van ingelezen. De regel in de geschiedenis blijft staan."),),
        tone="act",
    )
    return asked(request, form, ask)
