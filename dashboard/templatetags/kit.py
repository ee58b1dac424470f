"""The components of the kit. {% load kit %} gives them all; /kit/ on a demo shows each with its code.

Small ones are made in Python (kit_words, kit_lists, kit_forms), larger ones are a template in templates/components/. A
component gets its values by name and sees nothing else of the page, so that it looks the same everywhere.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import template
from django.template.base import FilterExpression, Node, NodeList, Parser, Token, token_kwargs
from django.template.context import Context
from django.utils.safestring import SafeString

from dashboard.shell import Bucket, Chart, PolicyRung
from dashboard.templatetags import kit_forms, kit_lists, kit_words
from dashboard.templatetags.kit_words import EURO

register = template.Library()
for _part in (kit_words, kit_lists, kit_forms):
    register.tags.update(_part.register.tags)
    register.filters.update(_part.register.filters)


# Pieces with a template of their own


@register.inclusion_tag("components/stats.html")
def stats(items: Sequence[Any]) -> dict[str, Any]:
    """Show the figures of a page in a strip (shell.Stat)."""
    return {"items": items}


@register.inclusion_tag("components/phases.html")
def phases(items: Sequence[Any]) -> dict[str, Any]:
    """Show where the money stands, left to right (shell.Phase)."""
    return {"items": items}


@register.inclusion_tag("components/ageing.html")
def ageing(buckets: Sequence[Bucket]) -> dict[str, Any]:
    """Show the parts of a whole by age (shell.Bucket): a bar, and under it the figures."""
    return {"parts": list(_along(buckets)), "buckets": buckets}


@register.inclusion_tag("components/progress.html")
def progress(done: int, total: int, label: str, poll: str = "", every: str = "2s") -> dict[str, Any]:
    """Show how far something is. With `poll` it asks that address for its next self until all is done."""
    return {
        "done": done,
        "total": total,
        "label": label,
        "poll": poll if done < total else "",
        "every": every,
        "is_done": total > 0 and done >= total,
        "percent": round(100 * done / total) if total else 0,
    }


@register.inclusion_tag("components/tabs.html")
def tabs(items: Sequence[Any], label: str) -> dict[str, Any]:
    """Show tabs, which are links (shell.Tab)."""
    return {"items": items, "label": label}


@register.inclusion_tag("components/crumbs.html")
def crumbs(items: Sequence[Any]) -> dict[str, Any]:
    """Show the way back up (shell.Crumb)."""
    return {"items": items}


@register.inclusion_tag("components/chips.html")
def chips(items: Sequence[Any], clear_url: str = "") -> dict[str, Any]:
    """Show the filters in force, each with its way out (shell.Chip)."""
    return {"items": items, "clear_url": clear_url}


@register.inclusion_tag("components/views.html", takes_context=True)
def saved_views(context: Context, items: Sequence[Any], save_url: str = "") -> dict[str, Any]:
    """Show saved filters (shell.SavedView); with `save_url` the filter on screen can be saved under a name."""
    request = context.get("request")
    return {
        "items": items,
        "save_url": save_url,
        "query": request.GET.urlencode() if request else "",
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("components/timeline.html")
def timeline(planned: Sequence[Any], past: Sequence[Any]) -> dict[str, Any]:
    """Show what will happen above what has happened (shell.Event), the newest on top."""
    return {"planned": planned, "past": past}


@register.inclusion_tag("components/ladder.html")
def ladder_line(rungs: Sequence[Any]) -> dict[str, Any]:
    """Show the ladder of one invoice (shell.Rung): done, now, next; a list on the phone."""
    return {"rungs": rungs}


@register.inclusion_tag("components/policy.html")
def policy_picture(rungs: Sequence[PolicyRung], due_at: int, due: date | None = None) -> dict[str, Any]:
    """Show a policy as a picture of time (shell.PolicyRung), with the due date at so many percent."""
    return {"rungs": rungs, "due_at": due_at, "due": due}


@register.inclusion_tag("components/calculation.html")
def calculation(lines: Sequence[Any], currency: str = EURO) -> dict[str, Any]:
    """Print a calculation (shell.CalcLine)."""
    return {"lines": lines, "currency": currency}


@register.inclusion_tag("components/chart.html")
def chart(chart: Chart) -> dict[str, Any]:
    """Draw a chart, and the table that says the same (shell.Chart). The page loads js/charts.js in block scripts."""
    return {
        "chart": chart,
        "id": f"chart-{chart.id}",
        "drawing": {
            "kind": chart.kind,
            "unit": chart.unit,
            "labels": [point.label for point in chart.points],
            "series": [
                {"label": name, "values": [_plain(point.values[place]) for point in chart.points]}
                for place, name in enumerate(chart.series)
            ],
        },
        "decimals": 2 if chart.unit == "euro" else 0,
    }


@register.inclusion_tag("components/document.html")
def document(url: str, title: str, download_url: str = "") -> dict[str, Any]:
    """Show a PDF in the page, with a link for browsers that cannot."""
    return {"url": url, "title": title, "download_url": download_url or url}


@register.inclusion_tag("components/hits.html")
def hits(groups: Sequence[Any], query: str) -> dict[str, Any]:
    """Show what the quick search found (shell.HitGroup)."""
    return {"groups": groups, "query": query}


@register.inclusion_tag("components/confirm.html", takes_context=True)
def confirm(context: Context, question: Any) -> dict[str, Any]:
    """Ask before something that cannot simply be undone (shell.Confirm)."""
    return {"confirm": question, "csrf_token": context.get("csrf_token")}


@register.inclusion_tag("components/skeleton.html")
def skeleton(lines: int = 6) -> dict[str, Any]:
    """Show that something is coming."""
    return {"lines": range(lines)}


# Components that enclose a piece of the page


class Enclosing(Node):
    """What stands between two tags, put into the template of a component as `body`."""

    def __init__(self, source: str, arguments: Mapping[str, FilterExpression], nodelist: NodeList) -> None:
        self.source, self.arguments, self.nodelist = source, arguments, nodelist

    def render(self, context: Context) -> SafeString:
        values = {name: value.resolve(context) for name, value in self.arguments.items()}
        shared = {name: context[name] for name in ("csrf_token", "request") if name in context}
        assert context.template is not None
        component = context.template.engine.get_template(self.source)
        return component.render(context.new({**shared, **values, "body": self.nodelist.render(context)}))


def _enclosing(name: str, first: str) -> Callable[[Parser, Token], Enclosing]:
    """Make {% name first other=… %}…{% endname %} of the template components/name.html."""

    def compile_tag(parser: Parser, token: Token) -> Enclosing:
        bits = token.split_contents()[1:]
        arguments = {}
        if bits and not token_kwargs(bits[:1], parser):
            arguments[first] = parser.compile_filter(bits.pop(0))
        arguments |= token_kwargs(bits, parser)
        if bits:
            raise template.TemplateSyntaxError(f"{{% {name} %}} does not understand {bits}")
        nodelist = parser.parse((f"end{name}",))
        parser.delete_first_token()
        return Enclosing(f"components/{name}.html", arguments, nodelist)

    return compile_tag


for _name, _first in {
    "card": "title",  # icon= note= flush= id= actions=
    "notice": "tone",  # title= icon=
    "nothing": "title",  # icon= small=: an empty list that teaches the next step
    "explain": "summary",  # help that opens in place
    "dialog": "id",  # title= wide= side=
    "filters": "target",  # the form above a list
    "bulk": "form",  # what can be done with the rows that are picked
}.items():
    register.tag(_name, _enclosing(_name, _first))


def _along(buckets: Sequence[Bucket]) -> list[tuple[int, Bucket]]:
    starts = [sum(earlier.share for earlier in buckets[:place]) for place in range(len(buckets))]
    return list(zip(starts, buckets, strict=True))


def _plain(value: Decimal | float | None) -> float | None:
    return None if value is None else float(value)
