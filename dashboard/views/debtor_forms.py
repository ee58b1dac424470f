"""What is known of a debtor, changed: his data, contacts, legal state, owner and policy."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dashboard import policies
from dashboard.forms_debtors import ContactForm, DebtorForm, LegalStateForm, OwnerForm, PolicyForm
from dashboard.lists import debtors as lists
from dashboard.rows import effects
from dashboard.shell import Crumb
from dashboard.views.answers import acting, attempt, done, invalid, refuse
from dashboard.views.asking import Ask, Nothing, asked, bound, go
from dashboard.views.debtors import crumb
from debtors import operations
from debtors.models import Contact, Debtor
from debtors.states import DebtorKind
from dunning import operations as ladder
from invoices.models import Invoice
from tenants.access import Right, TenantRequest, get_or_404, require
from tenants.models import User


def card_of(debtor: Debtor, tab: str = "") -> str:
    """Give the address of a debtor's card."""
    url = reverse("dashboard:debtor", args=[debtor.public_id])
    return f"{url}?tab={tab}" if tab else url


def crumbs_to(debtor: Debtor) -> list[Crumb]:
    """Give the way back to a debtor's card."""
    return [crumb(), Crumb(str(debtor), card_of(debtor))]


@require(Right.WORK)
def edit(request: TenantRequest, public_id: str) -> HttpResponse:
    debtor = get_or_404(Debtor.objects.all(), public_id)
    form = bound(DebtorForm, request, initial={name: getattr(debtor, name) for name in DebtorForm.base_fields})
    consequence = ""
    if form.is_bound and form.is_valid():
        if form.cleaned_data["kind"] != debtor.kind and not request.POST.get("kind_confirmed"):
            consequence = kind_consequence(debtor, form.cleaned_data["kind"])
        elif attempt(form, lambda: operations.change_debtor(debtor=debtor, by=acting(request), **form.cleaned_data)):
            messages.success(request, _("De gegevens van %(name)s zijn bewaard.") % {"name": debtor.name})
            return done(card_of(debtor, "gegevens"))
    context = {
        "form": form,
        "debtor": debtor,
        "crumbs": crumbs_to(debtor),
        "cancel_url": card_of(debtor, "gegevens"),
        "consequence": consequence,
    }
    answer = invalid if form.is_bound else render
    return answer(request, "dashboard/debtors/edit.html", context)


def kind_consequence(debtor: Debtor, kind: str) -> str:
    """Say what follows from calling a debtor a consumer or a business from now on."""
    count = Invoice.objects.open().filter(debtor=debtor).count()
    keeps = ngettext(
        "De %(n)s open factuur houdt de regels van toen; nieuwe facturen krijgen de nieuwe.",
        "De %(n)s open facturen houden de regels van toen; nieuwe facturen krijgen de nieuwe.",
        count,
    ) % {"n": count}
    rules = (
        _(
            "Voortaan gelden de regels voor particulieren: incassokosten pas na een veertiendagenbrief, wettelijke "
            "rente, en verzuim pas na een ingebrekestelling tenzij een fatale termijn is afgesproken."
        )
        if kind == DebtorKind.CONSUMER
        else _(
            "Voortaan gelden de regels tussen bedrijven: wettelijke handelsrente vanaf de dag na de vervaldatum, en "
            "minimaal € 40 incassokosten zonder veertiendagenbrief. Doe dit alleen als deze debiteur als bedrijf koopt."
        )
    )
    return f"{rules} {keeps}" if count else rules


@require(Right.WORK)
def legal_state(request: TenantRequest, public_id: str) -> HttpResponse:
    debtor = get_or_404(Debtor.objects.all(), public_id)
    form = bound(LegalStateForm, request, initial={"state": debtor.legal_state, "since": debtor.legal_state_since})
    if form.is_bound and form.is_valid():
        operations.set_legal_state(debtor=debtor, by=acting(request), **form.cleaned_data)
        messages.success(request, _("De juridische status van %(name)s is bewaard.") % {"name": debtor.name})
        return go(request, card_of(debtor))
    ask = Ask(
        title=_("Juridische status"),
        verb=_("Bewaar status"),
        cancel_url=card_of(debtor),
        text=_("Bij faillissement, surseance, schuldsanering, bewind of overlijden gaat er geen aanmaning meer uit."),
        consequences=effects.of_legal_state(debtor),
        crumbs=crumbs_to(debtor),
    )
    return asked(request, form, ask)


@require(Right.WORK)
def owner(request: TenantRequest, public_id: str) -> HttpResponse:
    debtor = get_or_404(Debtor.objects.select_related("owner"), public_id)
    people = lists.people(request.tenant.pk)
    initial = {"owner": debtor.owner.public_id if debtor.owner else ""}
    form = bound(OwnerForm, request, people=people, initial=initial)
    if form.is_bound and form.is_valid():
        chosen = User.objects.filter(memberships__tenant=request.tenant, public_id=form.cleaned_data["owner"]).first()
        operations.change_debtor(debtor=debtor, owner=chosen, by=acting(request))
        messages.success(request, _("De eigenaar is bewaard."))
        return go(request, card_of(debtor))
    ask = Ask(_("Eigenaar kiezen"), _("Bewaar eigenaar"), card_of(debtor), crumbs=crumbs_to(debtor))
    return asked(request, form, ask)


@require(Right.WORK)
def policy(request: TenantRequest, public_id: str) -> HttpResponse:
    debtor = get_or_404(Debtor.objects.all(), public_id)
    initial = {"lineage": policies.of_debtor(debtor).value}
    form = bound(PolicyForm, request, policies=policies.options(), initial=initial)
    if form.is_bound and form.is_valid():
        variant, _colon, lineage = form.cleaned_data["lineage"].partition(":")
        ladder.choose_policy(debtor=debtor, variant=variant, lineage=lineage, by=acting(request))
        messages.success(request, _("Het beleid is gekozen."))
        return go(request, card_of(debtor))
    ask = Ask(
        title=_("Beleid kiezen"),
        verb=_("Kies beleid"),
        cancel_url=card_of(debtor),
        consequences=effects.of_policy([debtor]),
        crumbs=crumbs_to(debtor),
    )
    return asked(request, form, ask)


@require(Right.WORK)
def contacts(request: TenantRequest, public_id: str) -> HttpResponse:
    debtor = get_or_404(Debtor.objects.all(), public_id)
    form = bound(ContactForm, request)
    if form.is_valid() and attempt(
        form, lambda: operations.add_contact(debtor=debtor, by=acting(request), **form.cleaned_data)
    ):
        messages.success(request, _("Contact toegevoegd."))
        return go(request, card_of(debtor, "contacten"))
    ask = Ask(_("Nieuw contact"), _("Voeg toe"), card_of(debtor, "contacten"), crumbs=crumbs_to(debtor))
    return asked(request, form, ask)


@require(Right.WORK)
def contact(request: TenantRequest, public_id: str) -> HttpResponse:
    found = get_or_404(Contact.objects.select_related("debtor"), public_id)
    initial: dict[str, Any] = {name: getattr(found, name) for name in ("role", "name", "email", "phone")}
    form = bound(ContactForm, request, initial=initial)
    if (
        form.is_bound
        and form.is_valid()
        and attempt(form, lambda: operations.change_contact(contact=found, by=acting(request), **form.cleaned_data))
    ):
        messages.success(request, _("Contact bewaard."))
        return go(request, card_of(found.debtor, "contacten"))
    back = card_of(found.debtor, "contacten")
    ask = Ask(_("Contact wijzigen"), _("Bewaar contact"), back, crumbs=crumbs_to(found.debtor))
    return asked(request, form, ask)


@require(Right.WORK)
def contact_end(request: TenantRequest, public_id: str) -> HttpResponse:
    found = get_or_404(Contact.objects.select_related("debtor"), public_id)
    back = card_of(found.debtor, "contacten")
    if request.method == "POST":
        refuse(request, lambda: operations.remove_contact(contact=found, by=acting(request)), _("Contact verwijderd."))
        return go(request, back)
    ask = Ask(
        title=_("Contact verwijderen?"),
        verb=_("Verwijder %(contact)s") % {"contact": found},
        cancel_url=back,
        text=_("Wat hierheen is gestuurd blijft bewaard."),
        tone="act",
        crumbs=crumbs_to(found.debtor),
    )
    return asked(request, Nothing(), ask)


@require(Right.WORK)
def addresses(request: TenantRequest, public_id: str) -> HttpResponse:
    debtor = get_or_404(Debtor.objects.all(), public_id)
    back = card_of(debtor, "contacten")
    if request.method == "POST":
        operations.confirm_addresses(debtor=debtor, by=acting(request))
        messages.success(request, _("De adressen van %(name)s worden weer gebruikt.") % {"name": debtor.name})
        return go(request, back)
    ask = Ask(
        title=_("Werken de adressen weer?"),
        verb=_("De adressen werken weer"),
        cancel_url=back,
        text=_("Doe dit alleen als u hebt nagevraagd of e-mail en post aankomen."),
        consequences=[_("De eerstvolgende nacht kijkt opnieuw of er een brief uitgaat.")],
        crumbs=crumbs_to(debtor),
    )
    return asked(request, Nothing(), ask)
