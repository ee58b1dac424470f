"""What a role allows, and the one way from a URL to an object."""

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import Any, TypeVar, cast

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed

from tenants.models import Membership, Role, Tenant, User

_Model = TypeVar("_Model", bound=Model)
View = Callable[..., HttpResponse]
LOOKING = frozenset({"GET", "HEAD", "OPTIONS"})


class Right(StrEnum):
    """What can be allowed. Every view names one."""

    SEE = "see"
    WORK = "work"  # debtors, invoices, payments, holds, promises, disputes, tasks
    APPROVE = "approve"  # letters, handoffs, write-offs, waivers
    CONFIGURE = "configure"  # letterhead, policies, terms
    MANAGE_USERS = "manage_users"


RIGHTS: dict[str, frozenset[Right]] = {
    Role.OWNER: frozenset(Right),
    Role.CONTROLLER: frozenset({Right.SEE, Right.WORK, Right.APPROVE, Right.CONFIGURE}),
    Role.BOOKKEEPER: frozenset({Right.SEE, Right.WORK, Right.APPROVE}),
    Role.ACCOUNTANT: frozenset({Right.SEE, Right.WORK}),
    Role.READER: frozenset({Right.SEE}),
}


class TenantRequest(HttpRequest):
    """A request of somebody who is logged in and inside a tenant."""

    tenant: Tenant
    membership: Membership
    user: User


def allows(membership: Membership | None, right: Right) -> bool:
    """Tell whether a membership carries a right."""
    return membership is not None and right in RIGHTS.get(membership.role, frozenset())


def require(right: Right, *, posting: Right | None = None) -> Callable[[View], View]:
    """Let a view be reached only by members of the tenant in the URL who have the right.

    A stranger gets "not found" (the tenant may as well not exist), a member without the right "no permission". Who may
    see may not post: where only seeing is asked for, anything but looking is refused, unless `posting` names its right.
    """
    to_post = posting or (None if right is Right.SEE else right)

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            membership = getattr(request, "membership", None)
            if membership is None:
                raise Http404
            if not allows(membership, right):
                raise PermissionDenied
            if request.method not in LOOKING:
                if to_post is None:
                    return HttpResponseNotAllowed(sorted(LOOKING))
                if not allows(membership, to_post):
                    raise PermissionDenied
            return view(cast(TenantRequest, request), *args, **kwargs)

        guarded.required_right = right  # type: ignore[attr-defined]  # read by tests/tenancy
        return guarded

    return decorate


def get_or_404(queryset: QuerySet[_Model], public_id: str) -> _Model:
    """Give the object with a public id among those that the caller may see.

    :raises Http404: if there is none.
    """
    try:
        return queryset.get(public_id=public_id)
    except ObjectDoesNotExist as error:
        raise Http404 from error
