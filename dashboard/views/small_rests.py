"""Small rests: the list of them, and writing off those that are picked, seen first."""

from collections.abc import Sequence

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from common.money import ZERO
from dashboard import exports, listing
from dashboard.forms_bank import WriteOffForm
from dashboard.lists import small_rests as lists
from dashboard.lists.asked import order_of
from dashboard.shell import Chip, Crumb
from dashboard.templatetags.kit_words import dutch
from dashboard.views.answers import acting, attempt, done, listed, page_of
from dashboard.views.asking import Ask, asked
from dashboard.views.choosing import MOST, NotChosen, picked
from dashboard.views.payments import tabs
from dunning import queries as ladder
from invoices.models import Invoice
from payments import operations
from tenants.access import Right, TenantRequest, require


@require(Right.SEE)
def small_rests(request: TenantRequest) -> HttpResponse:
    wanted = lists.Asked.of(request)
    found = lists.found(wanted)
    ordered = found.order_by(*order_of(request, lists.SORTS, lists.DEFAULT))
    if exports.wanted(request):
        rows = lists.rows_of(ordered[: listing.MOST_ROWS])
        return exports.answer(request, rows, export_columns(), _("kleine restanten"))
    page = page_of(request, ordered, 100)
    context = {
        "page": page,
        "rows": lists.rows_of(page.object_list),
        "count": page.paginator.count,
        "total": lists.total(found),
        "most": ladder.ladder_settings().small_rest,
        "asked": wanted,
        "chips": _chips(request, wanted),
        "tabs": tabs("small_rests"),
    }
    return listed(request, "dashboard/payments/small_rests.html", context)


def _chips(request: TenantRequest, wanted: lists.Asked) -> list[Chip]:
    pieces = (
        (wanted.text, f"“{wanted.text}”", "q"),
        (wanted.debtor, wanted.debtor and wanted.debtor.name, "debiteur"),
    )
    return [listing.chip(request, label, name) for is_on, label, name in pieces if is_on]


def export_columns() -> list[exports.Column]:
    """Give the columns of the list as a file."""
    return [
        exports.Column(_("Factuur"), "number"),
        exports.Column(_("Debiteurnummer"), "debtor_number"),
        exports.Column(_("Debiteur"), "debtor_name"),
        exports.Column(_("Vervaldatum"), "due_date", "date"),
        exports.Column(_("Factuurbedrag"), "amount", "amount"),
        exports.Column(_("Restant"), "rest", "amount"),
    ]


@require(Right.APPROVE)
@require_POST
def write_off(request: TenantRequest) -> HttpResponse:
    """Ask once, then write off every picked rest; what was paid meanwhile is left alone."""
    query = QueryDict(request.POST.get("filter", "")).urlencode()
    back = f"{reverse('dashboard:small_rests')}?{query}" if query else reverse("dashboard:small_rests")
    try:
        chosen = _chosen(request)
    except NotChosen as refusal:
        messages.error(request, str(refusal))
        return done(back)
    total = sum((one.open_amount for one in chosen), start=ZERO)
    confirmed = bool(request.POST.get("confirmed"))
    form = WriteOffForm(request.POST) if confirmed else WriteOffForm()
    written: list[Invoice] = []
    if confirmed and form.is_valid() and attempt(form, lambda: written.extend(_write_off(request, chosen, form))):
        said = ngettext("%(n)s restant afgeboekt.", "%(n)s restanten afgeboekt.", len(written)) % {"n": len(written)}
        messages.success(request, said)
        return done(back)
    ask = Ask(
        title=_("Kleine restanten afboeken"),
        verb=_("Boek af"),
        cancel_url=back,
        text=ngettext("%(n)s factuur, samen € %(total)s.", "%(n)s facturen, samen € %(total)s.", len(chosen))
        % {"n": len(chosen), "total": dutch(total)},
        consequences=[
            *(f"{one.number}, {one.debtor.name}: € {dutch(one.open_amount)}" for one in chosen[:10]),
            *([_("en nog %(n)s") % {"n": len(chosen) - 10}] if len(chosen) > 10 else []),
            _("U vraagt deze bedragen niet meer. Ze blijven in de boekingen staan en kunnen worden teruggedraaid."),
        ],
        tone="act",
        crumbs=[Crumb(_("Kleine restanten"), back)],
        kept={"ids": ",".join(one.public_id for one in chosen), "filter": query, "confirmed": "1"},
    )
    return asked(request, form, ask)


def _write_off(request: TenantRequest, chosen: Sequence[Invoice], form: WriteOffForm) -> list[Invoice]:
    return operations.write_off_rests(
        invoices=chosen,
        most=ladder.ladder_settings().small_rest,
        reason=form.cleaned_data["reason"],
        by=acting(request),
    )


def _chosen(request: TenantRequest) -> list[Invoice]:
    """Give the picked claims that still have a small rest.

    :raises NotChosen: if there are none, or too many at once.
    """

    def ids_of(query: QueryDict) -> list[int]:
        rows = lists.found(lists.Asked.of(listing.request_of(query)))  # type: ignore[arg-type]
        return list(rows.order_by("due_date", "pk").values_list("pk", flat=True)[: MOST + 1])

    pick = picked(request, ids_of)
    wanted = Q(pk__in=pick.ids) if pick.ids else Q(public_id__in=pick.public_ids)
    found = list(lists.found(lists.Asked("", None)).filter(wanted).order_by("due_date", "pk"))
    if not found:
        raise NotChosen(_("Kies eerst een of meer regels."))
    return found
