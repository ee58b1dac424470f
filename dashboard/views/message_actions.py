"""What a person decides about one message: it left or not, take it back, once more, it came back."""

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from correspondence import operations
from correspondence.models import Message
from correspondence.states import ChannelKind, MessageState
from dashboard import logbook
from dashboard.forms_post import OutcomeForm, ReasonForm, Sure
from dashboard.shell import Crumb
from dashboard.views.answers import acting, attempt
from dashboard.views.asking import Ask, asked, bound, go
from dashboard.views.messages import notice_of
from dunning import operations as ladder
from tenants.access import Right, TenantRequest, get_or_404, require


def _crumbs(message: Message) -> list[Crumb]:
    return [
        Crumb(_("Berichten"), reverse("dashboard:messages")),
        Crumb(
            logbook.plain_subject(message.subject_line, message.subject_id) or message.to_name,
            reverse("dashboard:message", args=[message.public_id]),
        ),
    ]


@require(Right.WORK)
def outcome(request: TenantRequest, public_id: str) -> HttpResponse:
    """Let a person say whether a message in doubt left."""
    message = get_or_404(Message.objects.filter(state=MessageState.IN_DOUBT), public_id)
    url = reverse("dashboard:message", args=[public_id])
    form = bound(OutcomeForm, request)
    if form.is_valid() and attempt(
        form,
        lambda: operations.settle_doubt(message=message, left=form.cleaned_data["left"] == "yes", by=acting(request)),
    ):
        messages.success(request, _("Vastgelegd."))
        return go(request, url)
    ask = Ask(
        title=_("Is dit bericht verstuurd?"),
        verb=_("Leg vast"),
        cancel_url=url,
        text=_("Aan %(address)s. De verbinding brak tijdens het versturen.") % {"address": message.to_address},
        consequences=(
            _("Ja: het telt als verstuurd, en de termijn loopt vanaf vandaag."),
            _("Nee: het gaat nu opnieuw uit. Was het toch weg, dan krijgt de debiteur het twee keer."),
        ),
        crumbs=_crumbs(message),
    )
    return asked(request, form, ask)


@require(Right.WORK)
def withdrawal(request: TenantRequest, public_id: str) -> HttpResponse:
    """Take back a message that waits."""
    message = get_or_404(Message.objects.filter(state=MessageState.QUEUED), public_id)
    url = reverse("dashboard:message", args=[public_id])
    form = bound(ReasonForm, request)
    if form.is_valid() and attempt(form, lambda: _withdraw(request, message, form.cleaned_data["reason"])):
        messages.success(request, _("Ingetrokken: het bericht gaat niet uit."))
        return go(request, url)
    ask = Ask(
        title=_("Bericht intrekken?"),
        verb=_("Trek in"),
        cancel_url=url,
        consequences=(
            _("Er gaat niets uit, ook niet langs de andere weg van dezelfde brief."),
            _("Er is geen stap verbruikt: de volgende nacht bekijkt de facturen opnieuw."),
        ),
        warning=_("De brief is al afgedrukt: haal hem uit de stapel.") if message.batch_id else "",
        crumbs=_crumbs(message),
    )
    return asked(request, form, ask)


def _withdraw(request: TenantRequest, message: Message, reason: str) -> None:
    notice = notice_of(message)
    if notice is not None:
        ladder.withdraw(notice=notice, reason=reason, by=acting(request))
    else:
        operations.withdraw_message(message=message, reason=reason, by=acting(request))


@require(Right.WORK)
def again(request: TenantRequest, public_id: str) -> HttpResponse:
    """Send a message that failed once more."""
    message = get_or_404(Message.objects.filter(state=MessageState.FAILED), public_id)
    url = reverse("dashboard:message", args=[public_id])
    form = bound(Sure, request)
    if form.is_valid() and attempt(form, lambda: operations.send_again(message=message, by=acting(request))):
        messages.success(request, _("Het bericht staat weer in de wachtrij."))
        return go(request, url)
    ask = Ask(
        title=_("Opnieuw versturen?"),
        verb=_("Verstuur opnieuw"),
        cancel_url=url,
        text=_("Aan %(address)s, met dezelfde inhoud.") % {"address": message.to_address},
        crumbs=_crumbs(message),
    )
    return asked(request, form, ask)


@require(Right.WORK)
def returned(request: TenantRequest, public_id: str) -> HttpResponse:
    """Note that a letter came back."""
    message = get_or_404(Message.objects.select_related("debtor").filter(channel=ChannelKind.POST), public_id)
    url = reverse("dashboard:message", args=[public_id])
    form = bound(Sure, request)
    if form.is_valid() and attempt(form, lambda: operations.mark_returned(message=message, by=acting(request))):
        messages.success(request, _("Vastgelegd: de brief aan %(name)s kwam retour.") % {"name": message.to_name})
        return go(request, url)
    ask = Ask(
        title=_("Kwam deze brief retour?"),
        verb=_("Brief kwam retour"),
        cancel_url=url,
        text=f"{message.to_name}, {message.to_address}",
        consequences=(
            _("Het postadres krijgt een merkteken: er gaat geen brief meer heen tot iemand het herstelt."),
            _("De brief telt als niet bezorgd. Een wettelijke termijn heeft niet gelopen."),
            _("De volgende nacht gebruikt een andere weg, of vraagt u om een adres."),
        ),
        crumbs=_crumbs(message),
        tone="act",
    )
    return asked(request, form, ask)
