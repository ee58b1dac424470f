"""Rows picked in a list: which they are, also when it was everything that the filter lets through."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext as _

from tenants.access import TenantRequest

MOST = 500  # at once: each is an operation of its own, with its line in the log
ALL = "alles"  # the box that takes everything that the filter lets through
FILTER = "filter"  # the address of the list
KEPT = "ids"


class NotChosen(Exception):
    """Nothing was picked, or more than can be done at once; the text is for the person who picked."""


@dataclass(frozen=True)
class Picked:
    """What a list posted: public ids, or ids that a filter gave."""

    public_ids: tuple[str, ...] = ()
    ids: tuple[int, ...] = ()


def picked(request: TenantRequest, ids_of: Callable[[QueryDict], list[int]]) -> Picked:
    """Give which rows were picked; `ids_of` asks the list of an address, for one more than may be.

    :raises NotChosen: if there are none, or too many to do at once.
    """
    if request.POST.get(ALL):
        ids = ids_of(QueryDict(request.POST.get(FILTER, "")))
        if len(ids) > MOST:
            raise NotChosen(_("Kies er hoogstens %(most)s tegelijk.") % {"most": MOST})
        return Picked(ids=tuple(ids))
    public_ids = [part for value in request.POST.getlist(KEPT) for part in value.split(",") if part]
    if not public_ids:
        raise NotChosen(_("Kies eerst een of meer regels."))
    if len(public_ids) > MOST:
        raise NotChosen(_("Kies er hoogstens %(most)s tegelijk.") % {"most": MOST})
    return Picked(public_ids=tuple(dict.fromkeys(public_ids)))
