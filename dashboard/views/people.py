"""Who works in the administration, as what, and who is invited."""

from collections.abc import Callable
from functools import wraps

from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from dashboard import changes
from dashboard.forms_people import InviteForm, RoleForm
from dashboard.rows import rights
from dashboard.shell import Crumb
from dashboard.views.answers import acting, attempt, done
from dashboard.views.asking import Ask, asked, bound, go
from dashboard.views.settings import crumbs
from tenants import operations
from tenants.access import Right, TenantRequest, allows, require
from tenants.models import Membership, Role
from tenants.queue import enqueue


@require(Right.CONFIGURE)
def people(request: TenantRequest) -> HttpResponse:
    members = list(
        Membership.objects.filter(tenant=request.tenant).select_related("user").order_by("user__name", "user__email")
    )
    safe = set(
        Authenticator.objects.filter(user__in=[one.user_id for one in members])
        .exclude(type=Authenticator.Type.RECOVERY_CODES)
        .values_list("user_id", flat=True)
    )
    context = {
        "members": [(one, one.user_id in safe) for one in members if one.user.has_usable_password()],
        "pending": [one for one in members if not one.user.has_usable_password()],
        "me": request.user.pk,
        "may_manage": allows(request.membership, Right.MANAGE_USERS),
        "roles": [(role.label, rights.may(role)) for role in Role],
        "crumbs": crumbs(),
        "changed": changes.last_of("people"),
    }
    return render(request, "dashboard/settings/people.html", context)


def _up() -> list[Crumb]:
    return crumbs(Crumb(_("Mensen"), reverse("dashboard:settings_people")))


@require(Right.MANAGE_USERS)
def invite(request: TenantRequest) -> HttpResponse:
    initial = {"role": Role.BOOKKEEPER, "language": request.user.language}
    form = bound(InviteForm, request, initial=initial)
    _explain_roles(form)
    if form.is_valid() and attempt(form, lambda: _invite(request, form)):
        messages.success(
            request, _("%(email)s krijgt een uitnodiging per mail.") % {"email": form.cleaned_data["email"]}
        )
        return go(request, reverse("dashboard:settings_people"))
    ask = Ask(
        title=_("Iemand uitnodigen"),
        verb=_("Nodig uit"),
        cancel_url=reverse("dashboard:settings_people"),
        text=_("Wie nog geen account heeft, kiest met de link in de mail een wachtwoord."),
        crumbs=_up(),
    )
    return asked(request, form, ask)


def _invite(request: TenantRequest, form: InviteForm) -> None:
    membership = operations.invite_user(by=acting(request), **form.cleaned_data)
    _mail(request, membership)


def _mail(request: TenantRequest, membership: Membership) -> None:
    enqueue("tenants.tasks.mail_invitation", user_id=membership.user_id, invited_by=request.user.name)


def _explain_roles(form: forms.Form) -> None:
    field: forms.ChoiceField = form.fields["role"]  # type: ignore[assignment]
    field.choices = [(role.value, f"{role.label}: {rights.most(role)}") for role in Role]


def _of_a_member(view: Callable[[TenantRequest, Membership], HttpResponse]) -> Callable[..., HttpResponse]:
    """Give a view the member that its address names, among those of this tenant."""

    @wraps(view)
    def found(request: TenantRequest, public_id: str) -> HttpResponse:
        members = Membership.objects.filter(tenant=request.tenant).select_related("user")
        member = members.filter(user__public_id=public_id).first()
        if member is None:
            raise Http404
        return view(request, member)

    return found


@require(Right.MANAGE_USERS)
@_of_a_member
def role(request: TenantRequest, member: Membership) -> HttpResponse:
    form = bound(RoleForm, request, initial={"role": member.role})
    _explain_roles(form)
    by = acting(request)
    if form.is_valid() and attempt(
        form, lambda: operations.change_role(membership=member, role=form.cleaned_data["role"], by=by)
    ):
        said = _("%(name)s is nu %(role)s.") % {"name": member.user, "role": member.get_role_display()}
        messages.success(request, said)
        return go(request, _after(request, member))
    ask = Ask(
        title=_("De rol van %(name)s") % {"name": member.user},
        verb=_("Bewaar"),
        cancel_url=reverse("dashboard:settings_people"),
        crumbs=_up(),
    )
    return asked(request, form, ask)


def _after(request: TenantRequest, member: Membership) -> str:
    """Give where to go on; who just gave up his own rights cannot see this page any more."""
    mine = member.user_id == request.user.pk
    return reverse("dashboard:today" if mine and not allows(member, Right.CONFIGURE) else "dashboard:settings_people")


@require(Right.MANAGE_USERS)
@_of_a_member
def invite_again(request: TenantRequest, member: Membership) -> HttpResponse:
    if request.method != "POST" or member.user.has_usable_password():
        raise Http404
    _mail(request, member)
    messages.success(request, _("%(email)s krijgt de uitnodiging opnieuw.") % {"email": member.user.email})
    return done(reverse("dashboard:settings_people"))


@require(Right.MANAGE_USERS)
@_of_a_member
def remove(request: TenantRequest, member: Membership) -> HttpResponse:
    form = bound(forms.Form, request)
    by, name, is_me = acting(request), str(member.user), member.user_id == request.user.pk
    if form.is_valid() and attempt(form, lambda: operations.remove_member(membership=member, by=by)):
        messages.success(request, _("%(name)s heeft hier geen toegang meer.") % {"name": name})
        return go(request, "/" if is_me else reverse("dashboard:settings_people"))
    ask = Ask(
        title=_("%(name)s verwijderen?") % {"name": name},
        verb=_("Verwijder"),
        cancel_url=reverse("dashboard:settings_people"),
        consequences=[
            _("Heeft meteen geen toegang meer tot deze administratie; tot andere nog wel."),
            _("Wat hij of zij deed, blijft met naam in het logboek staan."),
        ],
        tone="act",
        crumbs=_up(),
    )
    return asked(request, form, ask)
