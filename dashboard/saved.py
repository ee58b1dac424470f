"""Saved views: the filters, sorting and columns of a list under a name."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, QueryDict

from dashboard import shell
from dashboard.models import SavedView
from dashboard.templatetags.kit_lists import FORMAT, PAGE

MOST = 30  # of one list


@dataclass(frozen=True)
class View(shell.SavedView):
    """A view of a list; ours have no id."""

    public_id: str = ""


def plain(query: QueryDict) -> str:
    """Give what an address asks for, without which page and which file."""
    kept = query.copy()
    for name in (PAGE, FORMAT):
        kept.pop(name, None)
    return kept.urlencode()


def views(request: HttpRequest, page: str, ours: Sequence[tuple[object, str]]) -> list[View]:
    """Give the views of a list: ours, then what people saved; the one on the screen is marked."""
    now = plain(request.GET)
    kept = SavedView.objects.filter(page=page).order_by("name", "pk").values_list("name", "query", "public_id")[:MOST]
    return [
        View(str(label), f"?{query}" if query else request.path, is_active=query == now, public_id=public_id)
        for label, query, public_id in [*((label, query, "") for label, query in ours), *kept]
    ]


def now(views: Sequence[View]) -> View | None:
    """Give the saved view that is on the screen, if one is: it can be thrown away."""
    return next((view for view in views if view.is_active and view.public_id), None)
