"""Afletteren: the work list of bank lines, and one line beside what it may be."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from common import clock
from common.errors import DomainError
from dashboard import exports, listing
from dashboard.lists import bank_lines as lists
from dashboard.lists import finding
from dashboard.lists.asked import order_of, text_of
from dashboard.rows import matching as rows
from dashboard.rows import matching_day
from dashboard.shell import Crumb, Tab
from dashboard.templatetags.kit_words import dutch
from dashboard.views.answers import acting, done, listed, page_of
from debtors.models import Debtor
from payments import operations
from payments.models import BankLine
from payments.states import LineState
from tenants.access import Right, TenantRequest, get_or_404, require

LIST = "dashboard/matching/list.html"
LINE = "dashboard/matching/line.html"
FILTERS = ("q", "soort", "rekening", "van", "tot")
BOOK, CREDIT, LOOK = "boek", "tegoed", "kijk"  # what the buttons of the form do
BESIDE = 12  # lines to do that stand beside the one on the screen


@require(Right.SEE)
def matching(request: TenantRequest) -> HttpResponse:
    day = clock.today()
    wanted = lists.Asked.of(request, day)
    found = lists.found(wanted, day)
    default = "dag" if wanted.stand == lists.TO_DO else "-dag"
    ordered = lists.with_what_is_shown(found).order_by(*order_of(request, lists.SORTS, default))
    if exports.wanted(request):
        return exports.answer(request, lists.rows_of(ordered[: listing.MOST_ROWS]), export_columns(), _("bankregels"))
    page = page_of(request, ordered, lists.PER_PAGE)
    shown = lists.rows_of(page.object_list, kept(request.GET))
    context = {
        "page": page,
        "rows": shown,
        "first": shown[0] if shown and wanted.stand == lists.TO_DO else None,
        "may_confirm": wanted.stand == lists.TO_DO and any(row.can_confirm for row in shown),
        "totals": lists.totals(found),
        "asked": wanted,
        "is_to_do": wanted.stand == lists.TO_DO,
        "sort": default,
        "since": f"{wanted.since:%d-%m-%Y}" if wanted.since else "",
        "until": f"{wanted.until:%d-%m-%Y}" if wanted.until else "",
        "chips": lists.chips(request, wanted),
        "states": lists.state_options(wanted.state, codes=_codes(wanted.stand)),
        "tabs": _tabs(request, wanted),
        "progress": matching_day.progress(day),
        "undo": matching_day.last_of(request.user.name, day),
        "crumbs": [Crumb(_("Bank"), reverse("dashboard:bank"))],
    }
    return listed(request, LIST, context)


def _codes(stand: str) -> tuple[str, ...]:
    return lists.OPEN if stand == lists.TO_DO else tuple(LineState.values)


def _tabs(request: HttpRequest, wanted: lists.Asked) -> list[Tab]:
    places = (
        (_("Te doen"), lists.TO_DO),
        (_("Vandaag gedaan"), lists.TODAY),
        (_("Hoort hier niet"), lists.OUTSIDE),
        (_("Alles"), lists.ALL),
    )
    tabs = []
    for label, stand in places:
        query = request.GET.copy()
        for name in ("stand", "pagina", "soort"):
            query.pop(name, None)
        if stand:
            query["stand"] = stand
        tabs.append(Tab(label, f"{request.path}?{query.urlencode()}", is_active=stand == wanted.stand))
    return tabs


def export_columns() -> list[exports.Column]:
    """Give the columns of lines as a file."""
    return [
        exports.Column(_("Nr"), "number", "number"),
        exports.Column(_("Boekdatum"), "booked_on", "date"),
        exports.Column(_("Naam"), "name"),
        exports.Column("IBAN", "iban"),
        exports.Column(_("Omschrijving"), "description"),
        exports.Column(_("Bedrag"), "amount", "amount"),
        exports.Column(_("Stand"), lambda row: row.state.label),
        exports.Column(_("Debiteur en facturen"), "what"),
        exports.Column(_("Waarom"), "why"),
        exports.Column(_("Notitie"), "note"),
        exports.Column(_("Door"), "handled_by"),
        exports.Column(_("Op"), "handled_at", "moment"),
        exports.Column(_("Afschrift"), "statement"),
    ]


def kept(query: QueryDict, **more: str) -> str:
    """Give the filter of the list that a line was opened from, so that the next one is of the same list."""
    plain = QueryDict(mutable=True)
    for name in FILTERS:
        if value := str(query.get(name, "")):
            plain[name] = value
    plain.update(more)
    return f"?{plain.urlencode()}" if plain else ""


def crumb(request: HttpRequest) -> Crumb:
    """Give the way back to the list, with its filters."""
    return Crumb(_("Afletteren"), reverse("dashboard:matching") + kept(request.GET))


def line_of(public_id: str) -> BankLine:
    """Give a line with what its page shows."""
    return get_or_404(lists.with_what_is_shown(BankLine.objects.all()), public_id)


@require(Right.SEE, posting=Right.WORK)
def matching_line(request: TenantRequest, public_id: str) -> HttpResponse:
    found = line_of(public_id)
    is_open = found.state in lists.OPEN
    if request.method == "POST" and not is_open:
        messages.info(request, _("Deze regel was al verwerkt."))
        return done(onward(request, found))
    context = _page(request, found)
    if request.method == "POST" and request.POST.get("stap") in {BOOK, CREDIT} and _book(request, found, context):
        return done(onward(request, found))
    in_place = bool(getattr(request, "htmx", False))
    wrong = request.method == "POST" and not in_place
    name = f"{LINE}#{'zoek' if request.method == 'GET' else 'koppel'}" if in_place else LINE
    response = render(request, name, context, status=422 if wrong and context.get("is_wrong") else 200)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _page(request: TenantRequest, line: BankLine) -> dict[str, Any]:
    day, filters = clock.today(), kept(request.GET)
    here = reverse("dashboard:matching_line", args=[line.public_id])
    is_open = line.state in lists.OPEN
    context: dict[str, Any] = {
        "line": line,
        "row": lists.rows_of([line], filters)[0],
        "facts": rows.facts(line),
        "is_open": is_open,
        "is_coming": line.amount > 0,
        "filters": filters,
        "carried": filters.replace("?", "&"),
        "here": here,
        "text": text_of(request, "zoek"),
        "crumbs": [crumb(request)],
        "progress": matching_day.progress(day),
        "undo": matching_day.last_of(request.user.name, day),
    }
    if not is_open:
        return context
    wanted = lists.Asked.of(request, day)
    beside = matching_day.beside(lists.found(wanted, day), line, BESIDE)
    context |= {"beside": beside, "others": lists.rows_of(beside.around, filters)}
    if line.amount < 0:
        return context | {"payments": rows.payments_like(line)}
    context |= _candidates(request, line, here + filters)
    # Nobody recognised: who has exactly this amount open?
    text = context["text"] or ("" if context["candidates"] else dutch(line.amount))
    return context | {"found": finding.debtors(text), "kept_fields": _kept_fields(request)}


def _kept_fields(request: HttpRequest) -> list[tuple[str, str]]:
    return [(name, request.GET[name]) for name in FILTERS if request.GET.get(name)]


def _candidates(request: TenantRequest, line: BankLine, url: str) -> dict[str, Any]:
    """Give what the line may be: the candidates, and what the chosen debtor has open."""
    key = listing.one_of(request, "keuze", ("1", "2")) or "1"
    asked_for = request.POST.get("debiteur") or request.GET.get("debiteur", "")
    public_id = asked_for[:14] or rows.debtor_of(line, key)
    debtor = Debtor.objects.filter(public_id=public_id).first() if public_id else None
    proposal = rows.proposed(line, key) if public_id == rows.debtor_of(line, key) else {}
    context: dict[str, Any] = {
        "candidates": rows.candidates(line, "" if asked_for else key, debtor, url),
        "debtor": debtor,
    }
    if debtor is None:
        return context
    invoices, is_cut = rows.open_items(debtor, list(proposal))
    posted = request.POST if request.method == "POST" else None
    form = rows.form_of(line, invoices, posted, proposal)
    bench = rows.bench(line, debtor, form, clock.today(), is_cut=is_cut)
    return context | {"form": form, "bench": bench, "is_wrong": not form.is_valid()}


def _book(request: TenantRequest, line: BankLine, context: dict[str, Any]) -> bool:
    """Book what was chosen; what was refused is said on the page."""
    debtor, form = context.get("debtor"), context.get("form")
    as_credit = request.POST.get("stap") == CREDIT
    if debtor is None or form is None or (not form.is_valid() and not as_credit):
        context["is_wrong"] = True
        return False
    amounts = {} if as_credit else form.cleaned_data["amounts"]
    if not amounts and not as_credit:
        context |= {"is_wrong": True, "refusal": _("Vink aan welke factuur is betaald, of boek het als tegoed.")}
        return False
    try:
        operations.confirm_match(
            line=line, amounts=amounts, debtor=debtor, remember=bool(request.POST.get("remember")), by=acting(request)
        )
    except DomainError as refusal:
        context |= {"is_wrong": True, "refusal": str(refusal)}
        return False
    said = {"amount": dutch(line.amount), "name": debtor.name}
    messages.success(request, _("€ %(amount)s van %(name)s is geboekt.") % said)
    return True


def onward(request: TenantRequest, line: BankLine) -> str:
    """Give the address of the next line to do in the same list, or of the list when that was the last."""
    day, filters = clock.today(), kept(request.GET)
    following = matching_day.after(lists.found(lists.Asked.of(request, day), day), line)
    if following is None:
        messages.info(request, _("Dit was de laatste regel van deze lijst."))
        return reverse("dashboard:matching") + filters
    return reverse("dashboard:matching_line", args=[following.public_id]) + filters
