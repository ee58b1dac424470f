"""The list of debtors, and a new one."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from common import clock
from dashboard import exports, listing, saved
from dashboard.forms_debtors import NewDebtorForm
from dashboard.lists import debtors as lists
from dashboard.lists.debtors import Asked
from dashboard.shell import Crumb
from dashboard.views.answers import acting, attempt, done, invalid, listed
from dashboard.views.asking import bound
from debtors import operations
from debtors.models import Debtor
from debtors.states import ContactRole, DebtorKind
from dunning import phases
from tenants.access import Right, TenantRequest, require

LIST = "dashboard/debtors/list.html"


@require(Right.SEE)
def debtors(request: TenantRequest) -> HttpResponse:
    day, asked = clock.today(), Asked.of(request)
    if exports.wanted(request):
        page, _totals = lists.page_of(asked, number=1, day=day, user_id=request.user.pk, per_page=listing.MOST_ROWS)
        return exports.answer(request, page, export_columns(asked), f"debiteuren-{day}")
    page, totals = lists.page_of(asked, number=listing.page_number(request), day=day, user_id=request.user.pk)
    context = {
        "page": page,
        "totals": totals,
        "asked": asked,
        "columns": {name: name in asked.columns for name in lists.COLUMNS},
        "column_choices": [listing.Option(name, label, name in asked.columns) for name, label in column_labels()],
        "kept": [(name, value) for name, values in request.GET.lists() for value in values if name != "kolom"],
        "chosen_columns": asked.columns if request.GET.getlist("kolom") else (),
        "chips": lists.chips(request, asked),
        "views": (views := saved.views(request, "debtors", built_in_views())),
        "view_now": saved.now(views),
        "phases": listing.options(phases.LABELS.items(), asked.phase),
        "kinds": listing.options(DebtorKind.choices, asked.kind),
        "owners": lists.owner_options(request, asked),
    }
    return listed(request, LIST, context)


def built_in_views() -> list[tuple[str, str]]:
    """Give the views that everybody has."""
    return [
        (_("Alle"), ""),
        (_("Vervallen"), "vervallen=1&sorteer=-vervallen"),
        (_("Mijn debiteuren"), "eigenaar=ik"),
        (_("Staat stil"), "geblokkeerd=1"),
    ]


def column_labels() -> list[tuple[str, str]]:
    """Give the columns that can be chosen."""
    return [
        ("vervallen", _("Vervallen")),
        ("oudste", _("Oudste")),
        ("fase", _("Fase")),
        ("signaal", _("Signaal")),
        ("contact", _("Laatste contact")),
        ("volgende", _("Volgende stap")),
        ("eigenaar", _("Eigenaar")),
        ("segment", _("Segment")),
    ]


def export_columns(asked: Asked) -> list[exports.Column]:
    """Give the columns of a file: those on the screen."""
    known = {
        "vervallen": [exports.Column(_("Vervallen"), "overdue", "amount")],
        "oudste": [exports.Column(_("Oudste (dagen)"), "oldest", "number")],
        "fase": [exports.Column(_("Fase"), lambda row: row.phase.label if row.phase else "")],
        "signaal": [exports.Column(_("Signaal"), lambda row: row.signal.label if row.signal else "")],
        "contact": [exports.Column(_("Laatste contact"), "last_contact", "date")],
        "volgende": [
            exports.Column(_("Volgende stap op"), "next_on", "date"),
            exports.Column(_("Volgende stap"), "next_step"),
        ],
        "eigenaar": [exports.Column(_("Eigenaar"), "owner")],
        "segment": [exports.Column(_("Segment"), "segment")],
    }
    return [
        exports.Column(_("Debiteurnummer"), "number"),
        exports.Column(_("Naam"), "name"),
        exports.Column(_("Soort"), "kind"),
        exports.Column(_("Openstaand"), "open_amount", "amount"),
        *(column for name in asked.columns for column in known[name]),
    ]


@require(Right.WORK)
def new(request: TenantRequest) -> HttpResponse:
    form = bound(NewDebtorForm, request)
    if form.is_valid() and attempt(form, lambda: register(request, form)):
        messages.success(request, _("%(name)s is toegevoegd.") % {"name": form.cleaned_data["name"]})
        made = Debtor.objects.get(number=form.cleaned_data["number"])
        return done(reverse("dashboard:debtor", args=[made.public_id]))
    context = {"form": form, "crumbs": [crumb()]}
    answer = invalid if form.is_bound else render
    return answer(request, "dashboard/debtors/new.html", context)


def register(request: TenantRequest, form: NewDebtorForm) -> None:
    """Make the debtor and his first contact."""
    fields = dict(form.cleaned_data)
    email, phone = fields.pop("email"), fields.pop("phone")
    by = acting(request)
    with transaction.atomic():
        debtor = operations.register_debtor(by=by, **fields)
        if email or phone:
            operations.add_contact(debtor=debtor, role=ContactRole.REMINDER, email=email, phone=phone, by=by)


def crumb() -> Crumb:
    """Give the way back to the list."""
    return Crumb(_("Debiteuren"), reverse("dashboard:debtors"))
