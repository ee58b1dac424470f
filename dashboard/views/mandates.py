"""Mandates: the list, one with what was collected under it, a new one, its form, and what may be done with it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.models import Entry
from common import clock
from dashboard import exports, listing, logbook
from dashboard.forms_debits import CollectingForm, MandateForm, ScanForm
from dashboard.forms_invoices import ReasonForm
from dashboard.lists import collecting as lists
from dashboard.lists.asked import debtor_of, order_of
from dashboard.rows import collecting as rows
from dashboard.shell import Crumb
from dashboard.views.answers import acting, attempt, done, listed, page_of
from dashboard.views.asking import Ask, Nothing, asked, bound, go
from dashboard.views.booking import find
from dashboard.views.messages import answer_with
from dashboard.views.payments import tabs
from debtors.models import Debtor
from payments import operations, papers, return_reasons
from payments.models import CreditorSettings, DirectDebit, Mandate
from payments.states import DebitScheme, MandateState
from tenants.access import Right, TenantRequest, get_or_404, require
from tenants.models import Letterhead

MOST_DEBITS = 200


def crumb() -> Crumb:
    """Give the way back to the list."""
    return Crumb(_("Machtigingen"), reverse("dashboard:mandates"))


def page_url(mandate: Mandate) -> str:
    """Give the address of a mandate."""
    return reverse("dashboard:mandate", args=[mandate.public_id])


@require(Right.SEE)
def mandates(request: TenantRequest) -> HttpResponse:
    day = clock.today()
    wanted = lists.Asked.of(request, [*MandateState.values, lists.LAPSED])
    found = lists.mandates(wanted, day).select_related("debtor")
    found = found.order_by(*order_of(request, lists.MANDATE_SORTS, "debiteur"))
    if exports.wanted(request):
        shown = [rows.mandate_row(row, day) for row in found[: listing.MOST_ROWS]]
        return exports.answer(request, shown, export_columns(), _("machtigingen"))
    page = page_of(request, found)
    context = {
        "page": page,
        "rows": [rows.mandate_row(row, day) for row in page.object_list],
        "count": lists.mandates(wanted, day).count(),
        "asked": wanted,
        "chips": lists.chips(request, wanted),
        "states": listing.options(lists.mandate_states(), wanted.state),
        "has_creditor": CreditorSettings.objects.exists(),
        "tabs": tabs("mandates"),
    }
    return listed(request, "dashboard/collecting/mandates.html", context)


def export_columns() -> list[exports.Column]:
    """Give the columns of the list as a file."""
    return [
        exports.Column(_("Debiteurnummer"), "debtor_number"),
        exports.Column(_("Debiteur"), "debtor_name"),
        exports.Column(_("Kenmerk"), "reference"),
        exports.Column("IBAN", "iban"),
        exports.Column(_("Rekeninghouder"), "account_holder"),
        exports.Column(_("Schema"), "scheme"),
        exports.Column(_("Soort"), "kind"),
        exports.Column(_("Incasseert"), "collects"),
        exports.Column(_("Ondertekend op"), "signed_on", "date"),
        exports.Column(_("Laatst gebruikt"), "last_used_on", "date"),
        exports.Column(_("Vervalt op"), "lapses_on", "date"),
        exports.Column(_("Stand"), lambda row: str(row.state.label)),
    ]


@require(Right.WORK)
def new(request: TenantRequest) -> HttpResponse:
    debtor = debtor_of(request)
    if debtor is None:
        return find(request, _("Nieuwe machtiging"), "mandate_new")
    form = bound(MandateForm, request, initial=_initial(debtor))
    back = f"{reverse('dashboard:mandates')}?debiteur={debtor.public_id}"
    made: list[Mandate] = []
    if form.is_valid() and attempt(
        form,
        lambda: made.append(operations.register_mandate(debtor=debtor, by=acting(request), **form.cleaned_data)),
    ):
        messages.success(request, _("Machtiging %(reference)s is vastgelegd.") % {"reference": made[0].reference})
        return go(request, page_url(made[0]))
    ask = Ask(
        title=_("Machtiging van %(name)s") % {"name": debtor.name},
        verb=_("Leg vast"),
        cancel_url=back,
        text=_("Neem over wat op het getekende formulier staat."),
        crumbs=[crumb()],
    )
    return asked(request, form, ask)


def _initial(debtor: Debtor) -> dict[str, Any]:
    settings = operations.creditor_settings()
    return {
        "iban": debtor.iban,
        "account_holder": debtor.name[:70],
        "signed_on": clock.today(),
        "scheme": settings.scheme if settings and debtor.kind == "business" else DebitScheme.CORE,
        "collects_invoices": True,
    }


@require(Right.SEE)
def mandate(request: TenantRequest, public_id: str) -> HttpResponse:
    found = get_or_404(Mandate.objects.select_related("debtor", "form").defer("form__content"), public_id)
    day = clock.today()
    held = DirectDebit.objects.filter(mandate=found).select_related(
        "batch", "mandate", "debtor", "invoice", "instalment", "payment"
    )
    context = {
        "mandate": found,
        "row": rows.mandate_row(found, day),
        "scheme": rows.scheme_label(found.scheme),
        "is_active": found.state == MandateState.ACTIVE,
        "is_blocked": found.state == MandateState.BLOCKED,
        "is_over": found.state == MandateState.ENDED,
        "blocked_why": return_reasons.sentence(found.blocked_reason),
        "debits": [rows.debit_row(row) for row in held.order_by("-batch__collect_on", "-pk")[:MOST_DEBITS]],
        "can_print": CreditorSettings.objects.exists(),
        "events": [logbook.event(one) for one in Entry.objects.about("mandate", found.public_id).order_by("-pk")],
        "crumbs": [crumb()],
    }
    return render(request, "dashboard/collecting/mandate.html", context)


@require(Right.SEE)
def filled_form(_request: TenantRequest, public_id: str) -> HttpResponse:
    """Give the form with what is known of the mandate filled in."""
    found = get_or_404(Mandate.objects.select_related("debtor"), public_id)
    return _form(
        found.debtor,
        scheme=found.scheme,
        reference=found.reference,
        is_one_off=found.is_one_off,
        iban=found.iban,
        bic=found.bic,
        account_holder=found.account_holder,
    )


@require(Right.SEE)
def blank_form(request: TenantRequest) -> HttpResponse:
    """Give a form to sign, for one debtor or for anybody."""
    settings = operations.creditor_settings()
    return _form(debtor_of(request), scheme=settings.scheme if settings else DebitScheme.CORE)


def _form(debtor: Debtor | None, **values: Any) -> HttpResponse:
    creditor = operations.creditor_settings()
    if creditor is None:
        return done(reverse("dashboard:mandates"))
    paper = papers.mandate_form(
        letterhead=Letterhead.objects.get(),
        creditor=creditor,
        debtor=debtor,
        language=debtor.language if debtor else "nl",
        made_on=clock.today(),
        **values,
    )
    name = f"machtiging-{debtor.number if debtor else 'leeg'}.pdf"
    return answer_with(paper.pdf, "application/pdf", name, is_shown=True)


@require(Right.SEE)
def signed(_request: TenantRequest, public_id: str) -> HttpResponse:
    """Give the form as it was signed."""
    document = get_or_404(Mandate.objects.select_related("form"), public_id).form
    if document is None:
        raise Http404
    return answer_with(bytes(document.content), document.media_type, document.filename, is_shown=False)


@require(Right.WORK)
def scan(request: TenantRequest, public_id: str) -> HttpResponse:
    found = get_or_404(Mandate.objects.all(), public_id)
    form = bound(ScanForm, request)
    form.fields["form"].required = True
    if form.is_valid() and attempt(
        form, lambda: operations.keep_form(mandate=found, form=form.cleaned_data["form"], by=acting(request))
    ):
        messages.success(request, _("Het getekende formulier is bewaard."))
        return go(request, page_url(found))
    ask = Ask(title=_("Bewaar het getekende formulier"), verb=_("Bewaar"), cancel_url=page_url(found), crumbs=[crumb()])
    return asked(request, form, ask)


@require(Right.WORK)
def collecting(request: TenantRequest, public_id: str) -> HttpResponse:
    found = get_or_404(Mandate.objects.all(), public_id)
    form = bound(CollectingForm, request, initial={"collects_invoices": found.collects_invoices})
    if form.is_valid():
        operations.choose_collecting(mandate=found, by=acting(request), **form.cleaned_data)
        messages.success(request, _("Bewaard."))
        return go(request, page_url(found))
    ask = Ask(
        title=_("Wat wordt met deze machtiging geïncasseerd?"),
        verb=_("Bewaar"),
        cancel_url=page_url(found),
        text=_("Termijnen van een betalingsregeling met automatische incasso worden altijd geïncasseerd."),
        crumbs=[crumb()],
    )
    return asked(request, form, ask)


@require(Right.WORK)
def unblock(request: TenantRequest, public_id: str) -> HttpResponse:
    found = get_or_404(Mandate.objects.all(), public_id)
    form = bound(Nothing, request)
    if form.is_valid() and attempt(form, lambda: operations.unblock_mandate(mandate=found, by=acting(request))):
        messages.success(request, _("De machtiging is weer actief."))
        return go(request, page_url(found))
    ask = Ask(
        title=_("Gebruik deze machtiging weer"),
        verb=_("Geef vrij"),
        cancel_url=page_url(found),
        text=_("Doe dit alleen als de debiteur of zijn bank heeft gezegd dat het nu wel kan."),
        crumbs=[crumb()],
    )
    return asked(request, form, ask)


@require(Right.WORK)
def end(request: TenantRequest, public_id: str) -> HttpResponse:
    found = get_or_404(Mandate.objects.all(), public_id)
    form = bound(ReasonForm, request)
    if form.is_valid() and attempt(
        form,
        lambda: operations.end_mandate(mandate=found, reason=form.cleaned_data["reason"], by=acting(request)),
    ):
        messages.success(request, _("De machtiging is beëindigd."))
        return go(request, page_url(found))
    ask = Ask(
        title=_("Beëindig machtiging %(reference)s") % {"reference": found.reference},
        verb=_("Beëindig"),
        cancel_url=page_url(found),
        consequences=[
            _("Wat gepland staat vervalt; wat bij de bank ligt gaat door."),
            _("Zijn facturen komen gewoon weer op de ladder."),
        ],
        tone="act",
        crumbs=[crumb()],
    )
    return asked(request, form, ask)
