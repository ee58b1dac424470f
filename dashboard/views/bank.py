"""The bank: accounts with their statements, bringing statements in, a statement with its lines, an account."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common import clock, identifiers
from connectors import uploads
from connectors.models import Upload, UploadKind, UploadState
from dashboard import exports, listing
from dashboard.forms_bank import AccountForm, StatementsForm
from dashboard.lists import bank as lists
from dashboard.lists import bank_lines
from dashboard.lists.asked import order_of
from dashboard.rows import bank as rows
from dashboard.shell import Crumb
from dashboard.views.answers import acting, attempt, done, listed, page_of
from dashboard.views.asking import Ask, asked, bound, go
from dashboard.views.matching import export_columns as line_columns
from payments import operations
from payments.models import BankAccount, BankStatement
from payments.states import LineState
from tenants.access import Right, TenantRequest, get_or_404, require

LIST = "dashboard/bank/page.html"
STATEMENT = "dashboard/bank/statement.html"


@require(Right.SEE, posting=Right.WORK)
def bank(request: TenantRequest) -> HttpResponse:
    form = bound(StatementsForm, request)
    if request.method == "POST" and form.is_valid():
        return _take(request, form)
    day = clock.today()
    wanted = lists.Asked.of(request, day)
    ordered = lists.found(wanted).order_by(*order_of(request, lists.SORTS, lists.DEFAULT))
    if exports.wanted(request):
        held = lists.statements(ordered[: listing.MOST_ROWS])
        return exports.answer(request, held, export_columns(), _("afschriften"))
    page = page_of(request, ordered)
    accounts = lists.accounts(day)
    context = {
        "form": form,
        "accounts": accounts,
        "stats": rows.stats(accounts),
        "page": page,
        "rows": lists.statements(page.object_list),
        "asked": wanted,
        "since": f"{wanted.since:%d-%m-%Y}" if wanted.since else "",
        "until": f"{wanted.until:%d-%m-%Y}" if wanted.until else "",
        "account_choices": listing.options(
            [(one.public_id, f"{one.name} {one.iban}") for one in accounts],
            wanted.account.public_id if wanted.account else "",
        ),
        "chips": lists.chips(request, wanted),
        "uploads": rows.under_way(),
    }
    if form.is_bound:
        return render(request, LIST, context, status=422)
    return listed(request, LIST, context)


def _take(request: TenantRequest, form: StatementsForm) -> HttpResponse:
    """Keep what was brought and begin at once: a statement adds up or is refused whole, there is nothing to choose."""
    by, kept = acting(request), []
    for file in form.cleaned_data["documents"]:
        upload = uploads.keep(kind=UploadKind.STATEMENT, content=file.read(), filename=file.name, by=by)
        kept.append(uploads.start_statements(upload=upload, by=by))
    if len(kept) == 1:
        return done(reverse("dashboard:upload", args=[kept[0].public_id]))
    _tell(request, kept)
    return done(reverse("dashboard:bank"))


def _tell(request: HttpRequest, kept: list[Upload]) -> None:
    """Say of several files what came of them; what went wrong is on the page of each."""
    failed = [one for one in kept if one.state == UploadState.FAILED]
    waiting = sum(one.state == UploadState.WAITING for one in kept)
    good = len(kept) - len(failed) - waiting
    if good:
        messages.success(
            request, ngettext("%(n)s bestand ingelezen.", "%(n)s bestanden ingelezen.", good) % {"n": good}
        )
    if waiting:
        said = ngettext("%(n)s bestand wordt nog ingelezen.", "%(n)s bestanden worden nog ingelezen.", waiting)
        messages.info(request, said % {"n": waiting})
    if failed:
        names = ", ".join(one.filename for one in failed)
        messages.error(request, _("Niet ingelezen: %(files)s. Wat eraan scheelt staat hieronder.") % {"files": names})


def export_columns() -> list[exports.Column]:
    """Give the columns of the statements as a file."""
    return [
        exports.Column(_("Rekening"), "account"),
        exports.Column(_("Afschrift"), "name"),
        exports.Column(_("Van"), "first_day", "date"),
        exports.Column(_("t/m"), "last_day", "date"),
        exports.Column(_("Beginsaldo"), "opening", "amount"),
        exports.Column(_("Eindsaldo"), "closing", "amount"),
        exports.Column(_("Regels"), "lines", "number"),
        exports.Column(_("Afgeletterd"), "matched", "number"),
        exports.Column(_("Hoort hier niet"), "left_out", "number"),
        exports.Column(_("Te doen"), "to_do", "number"),
        exports.Column(_("Waarschuwing"), "warning"),
        exports.Column(_("Ingelezen"), "imported_at", "moment"),
        exports.Column(_("Door"), "imported_by"),
        exports.Column(_("Bestand"), "filename"),
    ]


@require(Right.SEE)
def statement(request: TenantRequest, public_id: str) -> HttpResponse:
    found = get_or_404(BankStatement.objects.select_related("account"), public_id)
    day = clock.today()
    wanted = bank_lines.Asked.of(request, day)
    lines = bank_lines.of_statement(found, wanted)
    ordered = bank_lines.with_what_is_shown(lines).order_by(*order_of(request, bank_lines.SORTS, "nr"))
    if exports.wanted(request):
        held = bank_lines.rows_of(ordered[: listing.MOST_ROWS])
        return exports.answer(request, held, line_columns(), f"{_('afschrift')}-{found.closed_on}")
    page = page_of(request, ordered, bank_lines.PER_PAGE)
    sums = lists.sums(found)
    context: dict[str, Any] = {
        "statement": found,
        "shown": lists.statements([found])[0],
        "account": found.account,
        "iban": identifiers.format_iban(found.account.iban),
        "sums": sums,
        "stats": rows.balance(sums),
        "page": page,
        "rows": bank_lines.rows_of(page.object_list),
        "totals": bank_lines.totals(lines),
        "asked": wanted,
        "chips": bank_lines.chips(request, wanted),
        "states": bank_lines.state_options(wanted.state, codes=LineState.values),
        "crumbs": [crumb()],
    }
    return listed(request, STATEMENT, context)


def crumb() -> Crumb:
    """Give the way back to the accounts."""
    return Crumb(_("Bank"), reverse("dashboard:bank"))


@require(Right.CONFIGURE)
def account(request: TenantRequest, public_id: str) -> HttpResponse:
    """Ask what an account is called, and whether it is a G-account."""
    found = get_or_404(BankAccount.objects.all(), public_id)
    initial = {"name": found.name, "is_g_account": found.is_g_account, "is_watched": found.is_watched}
    form = bound(AccountForm, request, initial=initial)
    if form.is_valid() and attempt(
        form, lambda: operations.change_bank_account(account=found, by=acting(request), **form.cleaned_data)
    ):
        messages.success(request, _("De rekening is bewaard."))
        return go(request, reverse("dashboard:bank"))
    ask = Ask(
        title=identifiers.format_iban(found.iban),
        verb=_("Bewaar"),
        cancel_url=reverse("dashboard:bank"),
        crumbs=[crumb()],
    )
    return asked(request, form, ask)
