"""What the address of a list asks for, where its rows come from the ORM: days, an order, a debtor."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.expressions import OrderBy
from django.http import HttpRequest

from dashboard import reading
from dashboard.templatetags.kit_lists import SORT
from debtors.models import Debtor
from tenants.access import TenantRequest
from tenants.context import current_tenant_id
from tenants.models import Membership, User

MINE, NOBODY = "ik", "niemand"


def text_of(request: HttpRequest, name: str = "q") -> str:
    """Give what somebody searches for."""
    return request.GET.get(name, "").replace("\0", "").strip()[:100]


def day_of(request: HttpRequest, name: str, *, today: date) -> date | None:
    """Give a day of the address, written in any of the ways of `reading`; what is no day is none."""
    return reading.day(request.GET.get(name, ""), today=today)


def debtor_of(request: HttpRequest, name: str = "debiteur") -> Debtor | None:
    """Give the debtor that the address names, if there is one."""
    asked = request.GET.get(name, "")
    return Debtor.objects.filter(public_id=asked[:14]).first() if asked else None


def order_of(request: HttpRequest, columns: Mapping[str, str], default: str) -> list[OrderBy]:
    """Give the order that the address asks for; the id at the end makes it the same every time."""
    asked = request.GET.get(SORT, default)
    if asked.lstrip("-") not in columns:
        asked = default
    down = asked.startswith("-")
    return [
        OrderBy(F(field), descending=down, nulls_last=down or None, nulls_first=None if down else True)
        for field in (columns[asked.lstrip("-")], "pk")
    ]


def owner_of(request: TenantRequest) -> str:
    """Give whose rows are asked for: "ik", "niemand", the public id of somebody, or nothing."""
    return request.GET.get("eigenaar", "")[:14]


def owned(rows: QuerySet[Any], owner: str, me: User) -> QuerySet[Any]:
    """Give the rows of an owner as `owner_of` names him."""
    if owner == MINE:
        return rows.filter(owner_id=me.pk)
    if owner == NOBODY:
        return rows.filter(owner_id=None)
    if owner:
        return rows.filter(owner_id__in=User.objects.filter(public_id=owner).values("pk"))
    return rows


def member(public_id: str) -> User | None:
    """Give somebody who works in the active administration."""
    found = Membership.objects.filter(tenant_id=current_tenant_id(), user__public_id=public_id)
    membership = found.select_related("user").first()
    return membership.user if membership else None
