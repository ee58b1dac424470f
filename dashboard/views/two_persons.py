"""What two people are wanted for, and what waits for the second."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from common import identifiers
from dashboard.forms_post import Sure
from dashboard.forms_settings import word
from dashboard.forms_two_persons import AnswerForm, TwoPersonForm
from dashboard.shell import Crumb, Tone
from dashboard.templatetags.kit_words import dutch
from dashboard.views.answers import acting, attempt, done, page_of
from dashboard.views.asking import Ask, asked, bound, go
from dashboard.views.settings import page, save
from invoices.models import Invoice
from tenants import two_persons
from tenants.access import Right, TenantRequest, allows, get_or_404, require
from tenants.models import Letterhead, Membership, SecondLook, TwoPersonRules

_TONES: Mapping[str, Tone] = {"waiting": "warn", "approved": "good"}


@dataclass(frozen=True)
class Look:
    """Something that waits for a second person, or waited, as a row."""

    what: str
    about: str
    url: str
    reason: str
    asked_by: str
    asked_at: datetime
    state: str
    tone: Tone
    decided_by: str
    answer: str
    approve_url: str
    refuse_url: str
    refuse_words: str
    waits_for: str  # why there is no button for who looks


@require(Right.CONFIGURE)
def rules(request: TenantRequest) -> HttpResponse:
    now = two_persons.rules()
    form = bound(TwoPersonForm, request, initial={name: getattr(now, name) for name in two_persons.Sensitive})
    by = acting(request)
    if save(
        request,
        form,
        lambda: two_persons.change_rules(by=by, **form.cleaned_data),
        _("Bewaard. Wat u uitzet, gaat pas uit als iemand anders dat goedkeurt."),
    ):
        return done(reverse("dashboard:settings_two_persons"))
    waiting = SecondLook.objects.filter(kind=two_persons.RULES, state="waiting").exists()
    return page(request, "dashboard/settings/two_persons.html", form, "two_persons", waiting=waiting)


@require(Right.SEE)
def looks(request: TenantRequest) -> HttpResponse:
    waiting = SecondLook.objects.filter(state="waiting").order_by("asked_at", "pk")
    decided = page_of(request, SecondLook.objects.exclude(state="waiting").order_by("-decided_at", "-pk"))
    context = {
        "waiting": [_row(one, request.membership) for one in waiting],
        "decided": [_row(one, request.membership) for one in decided.object_list],
        "page": decided,
        "crumbs": [Crumb(_("Vandaag"), reverse("dashboard:today"))],
    }
    return render(request, "dashboard/two_persons.html", context)


def _row(look: SecondLook, membership: Membership) -> Look:
    is_waiting, mine = look.state == "waiting", look.asked_ref == membership.user.public_id
    may = allows(membership, two_persons.RIGHT_TO_DECIDE[look.kind])
    waits_for = ""
    if is_waiting and mine:
        waits_for = _("iemand anders keurt dit goed")
    elif is_waiting and not may:
        waits_for = _("uw rol mag dit niet goedkeuren")
    return Look(
        what=str(look.get_kind_display()),
        about=about(look),
        url=reverse("dashboard:invoice", args=[look.subject_id]) if look.kind == two_persons.WRITE_OFF else "",
        reason=look.reason,
        asked_by=look.asked_by,
        asked_at=look.asked_at,
        state=str(look.get_state_display()),
        tone=_TONES.get(look.state, "neutral"),
        decided_by=look.decided_by,
        answer=look.answer,
        approve_url=_url("second_look_approval", look) if is_waiting and may and not mine else "",
        refuse_url=_url("second_look_refusal", look) if is_waiting and (may or mine) else "",
        refuse_words=_("Trek in") if mine else _("Wijs af"),
        waits_for=waits_for,
    )


def _url(name: str, look: SecondLook) -> str:
    return reverse(f"dashboard:{name}", args=[look.public_id])


def about(look: SecondLook) -> str:
    """Say what would happen, in words."""
    if look.kind == two_persons.WRITE_OFF:
        amount = dutch(Decimal(look.values["amount"]))
        return _("€ %(amount)s op factuur %(number)s") % {"amount": amount, "number": look.label}
    if look.kind == two_persons.BANK_ACCOUNT:
        said = dict(look.values)
        if iban := said.get("iban"):
            said["iban"] = identifiers.format_iban(iban)
        return ", ".join(f"{word(Letterhead, name)} {value or '–'}" for name, value in said.items())
    if look.kind == two_persons.GATEWAY:
        return look.label
    return ", ".join(str(word(TwoPersonRules, name)) for name in look.values["off"])


def _found(request: TenantRequest, public_id: str, *, or_mine: bool) -> SecondLook:
    look = get_or_404(SecondLook.objects.all(), public_id)
    mine = or_mine and look.asked_ref == request.user.public_id
    if not mine and not allows(request.membership, two_persons.RIGHT_TO_DECIDE[look.kind]):
        raise PermissionDenied
    return look


def _crumbs() -> list[Crumb]:
    return [Crumb(_("Wacht op een tweede persoon"), reverse("dashboard:second_looks"))]


@require(Right.WORK)
def approve(request: TenantRequest, public_id: str) -> HttpResponse:
    look, form = _found(request, public_id, or_mine=False), bound(Sure, request)
    url = reverse("dashboard:second_looks")
    if form.is_valid() and attempt(form, lambda: two_persons.approve(look=look, by=acting(request))):
        messages.success(request, _("Goedgekeurd en uitgevoerd."))
        return go(request, url)
    ask = Ask(
        title=_("%(what)s goedkeuren?") % {"what": str(look.get_kind_display()).capitalize()},
        verb=_("Keur goed"),
        cancel_url=url,
        text=_("%(who)s vroeg: %(about)s.") % {"who": look.asked_by, "about": about(look)},
        consequences=[*_effects(look), _("Het wordt meteen uitgevoerd, op uw naam en die van de aanvrager.")],
        tone="act",
        crumbs=_crumbs(),
    )
    return asked(request, form, ask)


def _effects(look: SecondLook) -> list[str]:
    if look.kind == two_persons.WRITE_OFF:
        invoice = Invoice.objects.filter(public_id=look.subject_id).first()
        open_now = [_("Er staat nu € %(amount)s open.") % {"amount": dutch(invoice.open_amount)}] if invoice else []
        return [*open_now, _("Reden: %(reason)s") % {"reason": look.reason}]
    if look.kind == two_persons.BANK_ACCOUNT:
        now = Letterhead.objects.defer("logo").get().iban
        words = _("Nu staat er %(iban)s op uw brieven. Bel bij twijfel met de aanvrager: dit is een bekende fraude.")
        return [words % {"iban": identifiers.format_iban(now)}]
    if look.kind == two_persons.GATEWAY:
        return [_("Wat debiteuren online betalen, komt hierna op het account van deze sleutel binnen.")]
    return [_("Hierna is voor deze zaken geen tweede persoon meer nodig.")]


@require(Right.WORK)
def refuse(request: TenantRequest, public_id: str) -> HttpResponse:
    look = _found(request, public_id, or_mine=True)
    mine = look.asked_ref == request.user.public_id
    form = bound(Sure if mine else AnswerForm, request)
    url = reverse("dashboard:second_looks")
    answer = (form.data.get("answer", "") if form.is_bound else "").strip()
    if form.is_valid() and attempt(form, lambda: two_persons.refuse(look=look, answer=answer, by=acting(request))):
        messages.success(request, _("Ingetrokken.") if mine else _("Afgewezen."))
        return go(request, url)
    ask = Ask(
        title=_("Aanvraag intrekken?") if mine else _("Aanvraag afwijzen?"),
        verb=_("Trek in") if mine else _("Wijs af"),
        cancel_url=url,
        text=about(look),
        consequences=[_("Er verandert niets; het blijft in het logboek staan.")],
        crumbs=_crumbs(),
    )
    return asked(request, form, ask)
