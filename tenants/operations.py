"""What can be done to tenants, users and memberships, and the claiming of waiting work."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from common.actor import Actor
from common.errors import DomainError
from tenants import signals, two_persons
from tenants.context import current_tenant_id, tenant_context
from tenants.models import ClosingDay, Letterhead, Membership, Role, SecondLook, Tenant, User, Wakeup

# How long a claimed wakeup is left to its worker before another may try. Longer than a task may run (settings).
LEASE = timedelta(minutes=12)
# Addresses that a slug may not take, because they mean something else after /a/.
RESERVED_SLUGS = frozenset({"static", "alles", "nieuw"})


class LastOwner(DomainError):
    """A tenant would be left without anybody who may manage it."""

    code = "last_owner"
    sentence = _("Een administratie heeft minstens één eigenaar nodig. Maak eerst een ander eigenaar.")


class AlreadyMember(DomainError):
    """The invited person is in the tenant already."""

    code = "already_member"
    sentence = _("%(email)s werkt al in deze administratie.")


class ClosedAlready(DomainError):
    """The tenant sends nothing on that day already."""

    code = "closed_already"
    sentence = _("%(day)s staat al bij de sluitingsdagen.")


def create_tenant(*, name: str, slug: str = "", by: Actor, **letterhead: object) -> Tenant:
    """Make an administration with its letterhead; the slug is made from the name and kept free of clashes."""
    with transaction.atomic():
        tenant = Tenant.objects.create(name=name, slug=_free_slug(slug or name))
        with tenant_context(tenant.pk):
            Letterhead.objects.create(**{"legal_name": name, "account_holder": name[:70], **letterhead})
            signals.tenant_created.send(Tenant, tenant=tenant, by=by)
    return tenant


def open_administration(*, name: str, owner: User, by: Actor) -> Tenant:
    """Make an administration for somebody who is logged in, and let him own it. Outside any tenant."""
    with transaction.atomic():
        tenant = create_tenant(name=name, by=by, email=owner.email)
        with tenant_context(tenant.pk):
            membership = Membership.objects.create(user=owner, tenant=tenant, role=Role.OWNER)
            signals.membership_changed.send(Membership, membership=membership, was="", by=by)
    return tenant


def change_tenant(*, name: str, badge_colour: str, by: Actor) -> Tenant:
    """Change the name of the active tenant, or the colour of its badge. Its address stays: links keep working."""
    with transaction.atomic():
        tenant = Tenant.objects.select_for_update().get(pk=current_tenant_id())
        _change(tenant, "administration", {"name": name, "badge_colour": badge_colour}, by)
    return tenant


# To which account debtors pay.
ACCOUNT = ("iban", "bic", "account_holder")


def change_letterhead(*, by: Actor, **fields: object) -> Letterhead:
    """Change what differs in the letterhead of the active tenant; letters that were made stay as they went out.

    Another account waits for a second person where the tenant wants two for it; until then the old one stays.

    :raises NobodyElse: if nobody else could approve another account.
    :raises AskedAlready: if another account waits already.
    """
    with transaction.atomic():
        letterhead = Letterhead.objects.select_for_update().get()
        now = {name: getattr(letterhead, name) for name in ACCOUNT}
        account = {name: fields[name] for name in ACCOUNT if fields.get(name, now[name]) != now[name]}
        if account and letterhead.iban and two_persons.needed(two_persons.Sensitive.BANK_ACCOUNT):
            two_persons.ask(two_persons.BANK_ACCOUNT, values=account, label=str(account.get("iban", "")), by=by)
            fields = {name: value for name, value in fields.items() if name not in account}
        _change(letterhead, "letterhead", fields, by)
    return letterhead


@two_persons.does(two_persons.BANK_ACCOUNT)
def _change_account(look: SecondLook, by: Actor) -> None:
    letterhead = Letterhead.objects.select_for_update().get()
    _change(letterhead, "letterhead", {name: value for name, value in look.values.items() if name in ACCOUNT}, by)


def _change(row: Letterhead | Tenant, about: str, fields: dict[str, Any], by: Actor) -> None:
    now = {name: value for name, value in fields.items() if _plain(getattr(row, name)) != _plain(value)}
    if not now:
        return
    was = {name: getattr(row, name) for name in now}
    for name, value in now.items():
        setattr(row, name, value)
    row.save(update_fields=list(now))
    signals.settings_changed.send(
        type(row), about=about, fields=list(now), was=_without_pictures(was), now=_without_pictures(now), by=by
    )


def _plain(value: object) -> object:
    return bytes(value) if isinstance(value, memoryview) else value


def _without_pictures(values: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in values.items() if name != "logo"}


def close_on(*, days: Sequence[date], description: str, by: Actor) -> list[ClosingDay]:
    """Have the active tenant send nothing on some days; those that were closed already stay as they were.

    :raises ClosedAlready: if none of them is new.
    """
    with transaction.atomic():
        known = set(ClosingDay.objects.filter(day__in=days).values_list("day", flat=True))
        fresh = [day for day in days if day not in known]
        if not fresh:
            raise ClosedAlready(field="first", day=f"{days[0]:%d-%m-%Y}")
        made = ClosingDay.objects.bulk_create(ClosingDay(day=day, description=description) for day in fresh)
        _log_closing(was=[], now=made, by=by)
    return made


def open_on(*, closing_day: ClosingDay, by: Actor) -> None:
    """Have the active tenant send on a day on which he was closed."""
    with transaction.atomic():
        _log_closing(was=[closing_day], now=[], by=by)
        closing_day.delete()


def _log_closing(*, was: list[ClosingDay], now: list[ClosingDay], by: Actor) -> None:
    signals.settings_changed.send(
        ClosingDay,
        about="closing_days",
        fields=["closing_days"],
        was=[str(row) for row in was],
        now=[str(row) for row in now],
        by=by,
    )


def choose_preferences(*, user: User, theme: str = "", language: str = "") -> User:
    """Remember how somebody wants to see the product; what is not said stays."""
    user.theme, user.language = theme or user.theme, language or user.language
    user.save(update_fields=["theme", "language"])
    return user


def _free_slug(name: str) -> str:
    base = slugify(name)[:34] or "administratie"
    taken = set(Tenant.objects.filter(slug__startswith=base).values_list("slug", flat=True)) | RESERVED_SLUGS
    candidates = [base, *(f"{base}-{number}" for number in range(2, len(taken) + 3))]
    return next(slug for slug in candidates if slug not in taken)


def invite_user(*, email: str, name: str, role: str, by: Actor, language: str = "nl") -> Membership:
    """Give somebody a role in the active tenant; a new user still has to choose a password.

    The dashboard mails him the link for that (`tenants.accounts.invitation_link`).

    :raises AlreadyMember: if he has a role here already.
    """
    with transaction.atomic():
        user = User.objects.filter(email=email.strip().lower()).first()
        user = user or User.objects.create_user(email, None, name=name, language=language)
        if Membership.objects.filter(user=user, tenant_id=current_tenant_id()).exists():
            raise AlreadyMember(field="email", email=user.email)
        membership = Membership.objects.create(user=user, tenant_id=current_tenant_id(), role=role)
        signals.membership_changed.send(Membership, membership=membership, was="", by=by)
    return membership


def change_role(*, membership: Membership, role: str, by: Actor) -> Membership:
    """Give a member another role.

    :raises LastOwner: if nobody would own the tenant then.
    """
    with transaction.atomic():
        was = membership.role
        _keep_an_owner(membership, becomes=role)
        membership.role = role
        membership.save(update_fields=["role"])
        signals.membership_changed.send(Membership, membership=membership, was=was, by=by)
    return membership


def remove_member(*, membership: Membership, by: Actor) -> None:
    """Take somebody's role in a tenant away; what he did stays in the log under his name.

    :raises LastOwner: if nobody would own the tenant then.
    """
    with transaction.atomic():
        _keep_an_owner(membership, becomes="")
        signals.membership_changed.send(Membership, membership=membership, was=membership.role, by=by, removed=True)
        membership.delete()


def _keep_an_owner(membership: Membership, *, becomes: str) -> None:
    Tenant.objects.select_for_update().get(pk=membership.tenant_id)
    owners = Membership.objects.filter(tenant_id=membership.tenant_id, role=Role.OWNER)
    if membership.role == Role.OWNER and becomes != Role.OWNER and owners.count() == 1:
        raise LastOwner(field="role")


def wake_up(queue: str, *, at: datetime) -> None:
    """Note that the active tenant has work of a sort from a moment on; the earliest moment counts."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO tenants_wakeup (tenant_id, queue, due_at) VALUES (%s, %s, %s) "
            "ON CONFLICT (tenant_id, queue) DO UPDATE SET due_at = least(tenants_wakeup.due_at, excluded.due_at)",
            [current_tenant_id(), queue, at],
        )


class Claim(NamedTuple):
    """A wakeup that this worker may act on until its lease is over."""

    tenant_id: int
    queue: str
    leased_until: datetime


def claim_wakeups(*, at: datetime, limit: int = 500) -> list[Claim]:
    """Take what is due and put it a lease ahead; a task that dies is so tried again, by itself."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE tenants_wakeup SET due_at = %s WHERE id IN ("
            "  SELECT w.id FROM tenants_wakeup w JOIN tenants_tenant t ON t.id = w.tenant_id"
            "  WHERE w.due_at <= %s AND t.is_active ORDER BY w.due_at LIMIT %s FOR UPDATE OF w SKIP LOCKED"
            ") RETURNING tenant_id, queue, due_at",
            [at + LEASE, at, limit],
        )
        return [Claim(*row) for row in cursor.fetchall()]


def settle_wakeup(queue: str, *, leased_until: datetime | None, again_at: datetime | None = None) -> None:
    """End a claim: the row goes, or moves to when there is work again. Work that came meanwhile keeps its moment."""
    if leased_until is None:
        return
    claimed = Wakeup.objects.filter(tenant_id=current_tenant_id(), queue=queue, due_at=leased_until)
    if again_at is None:
        claimed.delete()
    else:
        claimed.update(due_at=again_at)
