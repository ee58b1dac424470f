"""What is done to bank lines beside booking one: not ours, look again, undo, went back, and many at once."""

from collections.abc import Sequence

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from common import clock
from common.errors import DomainError
from common.money import ZERO
from dashboard import listing
from dashboard.forms_bank import LeaveOutForm, UndoForm
from dashboard.lists import bank_lines as lists
from dashboard.shell import Crumb
from dashboard.templatetags.kit_words import dutch
from dashboard.views.answers import acting, attempt, done, refuse
from dashboard.views.asking import Ask, asked, bound, go
from dashboard.views.choosing import MOST, NotChosen, picked
from dashboard.views.matching import crumb, kept, line_of, onward
from dashboard.views.payments import what_reopens
from payments import operations
from payments.models import BankLine, Payment
from payments.states import LineState
from tenants.access import Right, TenantRequest, get_or_404, require

BULK = "dashboard/matching/bulk.html"


def _of(line: BankLine) -> dict[str, str]:
    return {"amount": dutch(line.amount), "name": line.name or _("onbekend")}


@require(Right.WORK)
def leave_out(request: TenantRequest, public_id: str) -> HttpResponse:
    line = line_of(public_id)
    form = bound(LeaveOutForm, request)
    here = reverse("dashboard:matching_line", args=[public_id]) + kept(request.GET)
    if form.is_valid() and attempt(
        form, lambda: operations.leave_out(line=line, note=form.cleaned_data["note"], by=acting(request))
    ):
        messages.success(request, _("€ %(amount)s van %(name)s hoort hier niet.") % _of(line))
        return go(request, onward(request, line))
    ask = Ask(
        title=_("Hoort hier niet?"),
        verb=_("Hoort hier niet"),
        cancel_url=here,
        text=_("€ %(amount)s van %(name)s gaat van de lijst, zonder boeking.") % _of(line),
        consequences=[_("De regel blijft op het afschrift staan en kan terug op de lijst.")],
        crumbs=[crumb(request)],
    )
    return asked(request, form, ask)


@require(Right.WORK)
@require_POST
def again(request: TenantRequest, public_id: str) -> HttpResponse:
    """Put a line that was left out back on the list."""
    line = line_of(public_id)
    said = _("De regel staat weer op de lijst.")
    refuse(request, lambda: operations.look_again_at(line=line, by=acting(request)), said)
    return done(reverse("dashboard:matching_line", args=[public_id]) + kept(request.GET))


@require(Right.WORK)
def undo(request: TenantRequest, public_id: str) -> HttpResponse:
    line = line_of(public_id)
    here = reverse("dashboard:matching_line", args=[public_id]) + kept(request.GET)
    form = bound(UndoForm, request)
    if form.is_valid() and attempt(
        form, lambda: operations.undo_line(line=line, reason=form.cleaned_data["reason"], by=acting(request))
    ):
        messages.success(request, _("Ongedaan gemaakt. De regel staat weer op de lijst."))
        return go(request, here)
    ask = Ask(
        title=_("Koppeling ongedaan maken?"),
        verb=_("Maak ongedaan"),
        cancel_url=here,
        text=_("€ %(amount)s van %(name)s. Er komt een boeking tegenover te staan; er wordt niets gewist.") % _of(line),
        consequences=what_reopens(line.payment) if line.payment else (),
        tone="act",
        crumbs=[crumb(request)],
    )
    return asked(request, form, ask)


@require(Right.WORK)
def went_back(request: TenantRequest, public_id: str, payment_id: str) -> HttpResponse:
    """Say which payment the money of a line was that went back."""
    line = line_of(public_id)
    payment = get_or_404(Payment.objects.select_related("debtor"), payment_id)
    form = bound(UndoForm, request, initial={"reason": line.return_reason or _("teruggeboekt door de bank")})
    if form.is_valid() and attempt(
        form,
        lambda: operations.reverse_by_line(
            line=line, payment=payment, reason=form.cleaned_data["reason"], by=acting(request)
        ),
    ):
        messages.success(request, _("De betaling is teruggedraaid. De facturen staan weer open."))
        return go(request, onward(request, line))
    ask = Ask(
        title=_("Draai betaling van € %(amount)s terug") % {"amount": dutch(payment.amount)},
        verb=_("Draai terug"),
        cancel_url=reverse("dashboard:matching_line", args=[public_id]) + kept(request.GET),
        text=_("Er komt een boeking tegenover te staan; er wordt niets gewist."),
        consequences=what_reopens(payment),
        tone="act",
        crumbs=[crumb(request)],
    )
    return asked(request, form, ask)


@require(Right.WORK)
@require_POST
def bulk(request: TenantRequest) -> HttpResponse:
    """Confirm the proposals of picked lines: first seen, then booked, each by itself."""
    query = QueryDict(request.POST.get("filter", "")).urlencode()
    back = f"{reverse('dashboard:matching')}?{query}" if query else reverse("dashboard:matching")
    try:
        chosen = _chosen(request)
    except NotChosen as refusal:
        messages.error(request, str(refusal))
        return done(back)
    if request.POST.get("confirmed"):
        _confirm(request, chosen)
        return done(back)
    rows = lists.rows_of(chosen)
    context = {
        "rows": rows,
        "total": sum((row.amount for row in rows), start=ZERO),
        "ids": ",".join(row.public_id for row in rows),
        "query": query,
        "back": back,
        "crumbs": [Crumb(_("Afletteren"), back)],
    }
    return render(request, BULK, context)


def _confirm(request: TenantRequest, chosen: Sequence[BankLine]) -> None:
    """Book each proposal; what is refused stays on the list, with its reason in words."""
    by, booked, refused = acting(request), 0, []
    for line in sorted(chosen, key=lambda one: (one.debtor_id, one.pk)):  # debtors are locked in order, everywhere
        try:
            with transaction.atomic():
                operations.confirm_match(line=line, amounts=None, debtor=line.debtor, remember=None, by=by)
        except DomainError as refusal:
            refused.append(f"{line.name or dutch(line.amount)}: {refusal}")
        else:
            booked += 1
    if booked:
        said = ngettext("%(n)s regel geboekt.", "%(n)s regels geboekt.", booked) % {"n": booked}
        messages.success(request, said)
    if refused:
        left = len(refused)
        said = ngettext("%(n)s regel blijft staan:", "%(n)s regels blijven staan:", left) % {"n": left}
        messages.error(request, f"{said} {'; '.join(refused[:5])}")


def _chosen(request: TenantRequest) -> list[BankLine]:
    """Give the picked lines that have a proposal.

    :raises NotChosen: if there are none, or too many at once.
    """
    day = clock.today()

    def ids_of(query: QueryDict) -> list[int]:
        rows = lists.found(lists.Asked.of(listing.request_of(query), day), day)  # type: ignore[arg-type]
        rows = rows.filter(state=LineState.PROPOSED, amount__gt=0)
        return list(rows.order_by("booked_on", "pk").values_list("pk", flat=True)[: MOST + 1])

    pick = picked(request, ids_of)
    rows = BankLine.objects.filter(state=LineState.PROPOSED, amount__gt=0)
    rows = rows.filter(pk__in=pick.ids) if pick.ids else rows.filter(public_id__in=pick.public_ids)
    found = list(lists.with_what_is_shown(rows).exclude(debtor=None).order_by("booked_on", "pk"))
    if not found:
        raise NotChosen(_("Kies eerst een of meer regels met een voorstel."))
    return found
