"""Of the kit, what belongs to a list: its heads, its pages, its files, and the boxes that pick its rows."""

from decimal import Decimal
from typing import Any

from django import template
from django.core.paginator import Page
from django.http import HttpRequest, QueryDict
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from dashboard.templatetags.kit_words import icon

register = template.Library()

# The names that lists use in their address.
SORT, PAGE, FORMAT = "sorteer", "pagina", "formaat"


@register.simple_tag(takes_context=True)
def sort_header(context: Context, label: str, key: str, css: str = "", default: str = "") -> SafeString:
    """Make the head of a column that sorts, keeping the filters. `default` is how the list is sorted when not asked.

    The first click sorts upward, or downward where the column is a figure (css num); the second the other way.
    """
    request = context["request"]
    now = request.GET.get(SORT, default)
    sorted_by = {key: "ascending", f"-{key}": "descending"}.get(now)
    first, other = (f"-{key}", key) if "num" in css.split() else (key, f"-{key}")
    url = _address(request, **{SORT: other if now == first else first, PAGE: None})
    return format_html(
        '<th scope="col"{}{}><a class="sort" id="sorteer-{}" href="{}"{}>{}{}</a></th>',
        format_html(' class="{}"', css) if css else "",
        format_html(' aria-sort="{}"', sorted_by) if sorted_by else "",
        key,
        url,
        _in_list(url),
        label,
        icon({"ascending": "arrow-up", "descending": "arrow-down"}.get(sorted_by or "", "selector")),
    )


@register.inclusion_tag("components/pages.html", takes_context=True)
def pages(context: Context, page: Page[Any]) -> dict[str, Any]:
    """Show where in the list one is, and the way on, keeping the filters."""
    request = context["request"]
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
    return {
        "page": page,
        "previous": _link(request, page.number - 1) if page.has_previous() else None,
        "next": _link(request, page.number + 1) if page.has_next() else None,
        "numbers": [_link(request, n, is_now=n == page.number) if isinstance(n, int) else None for n in numbers],
    }


@register.inclusion_tag("components/exports.html", takes_context=True)
def exports(context: Context, formats: str = "xlsx,csv") -> dict[str, Any]:
    """Offer what is on the screen as a file, with the filters in force."""
    known = {
        "xlsx": ("Excel", "file-spreadsheet"),
        "csv": ("CSV", "file-type-csv"),
        "pdf": ("PDF", "file-type-pdf"),
    }
    names = [name.strip() for name in formats.split(",")]
    request = context["request"]
    return {
        "links": [
            {"label": known[name][0], "icon": known[name][1], "url": _address(request, **{FORMAT: name, PAGE: None})}
            for name in names
        ]
    }


@register.simple_tag
def pick(value: str, label: str, form: str = "bulk", amount: Decimal | None = None) -> SafeString:
    """Make the box that picks a row; its amount is added up in the bar below."""
    sum_of = format_html(' data-amount="{}"', amount) if amount is not None else ""
    return format_html(
        '<label class="pick-cell"><span class="sr">{}</span>'
        '<input class="pick" type="checkbox" name="ids" value="{}" form="{}"{}></label>',
        gettext("Kies %(label)s") % {"label": label},
        value,
        form,
        sum_of,
    )


@register.simple_tag
def pick_all(form: str = "bulk") -> SafeString:
    """Make the box that picks every row of the page."""
    return format_html(
        '<label class="pick-cell with-js"><span class="sr">{}</span>'
        '<input class="pick" type="checkbox" data-pick-all="{}"></label>',
        gettext("Kies alle regels op deze pagina"),
        form,
    )


def _address(request: HttpRequest, **changes: str | None) -> str:
    query: QueryDict = request.GET.copy()
    query.pop(FORMAT, None)
    for name, value in changes.items():
        if value is None:
            query.pop(name, None)
        else:
            query[name] = value
    return f"?{query.urlencode()}" if query else request.path


def _in_list(url: str) -> SafeString:
    """Let a link swap the list it stands in; without JavaScript it is the link it was."""
    return format_html(
        ' hx-get="{}" hx-target="closest [data-list]" hx-swap="outerHTML show:window:top" hx-push-url="true"', url
    )


def _link(request: HttpRequest, number: int, *, is_now: bool = False) -> dict[str, Any]:
    url = _address(request, **{PAGE: str(number) if number > 1 else None})
    return {"number": number, "url": url, "attributes": _in_list(url), "is_now": is_now}
