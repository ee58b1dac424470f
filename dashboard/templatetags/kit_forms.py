"""Of the kit, the fields of a form: word above, help under it, what is wrong beside it."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.forms import BaseForm, BoundField, CheckboxInput, FileInput

register = template.Library()


@register.inclusion_tag("components/field.html")
def field(
    bound: BoundField,
    kind: str = "",
    label: str = "",
    affix: str = "",
    placeholder: str | None = None,
    autofocus: bool = False,
) -> dict[str, Any]:
    """Show a field of a form with its word, its help and what is wrong. Kind is amount, date, file or nothing."""
    widget = bound.field.widget
    if not kind:
        kind = next((name for name in ("amount", "date") if f"data-{name}" in widget.attrs), "")
    if not kind and isinstance(widget, CheckboxInput):
        kind = "check"
    if not kind and isinstance(widget, FileInput):
        kind = "file"
    attrs: dict[str, Any] = dict(_HINTS.get(kind, {})) | ({"autofocus": True} if autofocus else {})
    if placeholder is not None:
        attrs["placeholder"] = placeholder
    return {
        "field": bound,
        "kind": kind,
        "label": label or bound.label,
        "affix": affix or ("€" if kind == "amount" else ""),
        "control": bound.as_widget(attrs=attrs),
        "is_group": bound.use_fieldset,
        "is_required": bound.field.required and kind != "check",
    }


@register.inclusion_tag("components/fields.html")
def fields(form: BaseForm, autofocus: bool = False) -> dict[str, Any]:
    """Show every field of a form, one under the other."""
    return {"form": form, "autofocus": autofocus}


@register.inclusion_tag("components/errors.html")
def errors(form: BaseForm) -> dict[str, Any]:
    """Show above a form what is wrong with it, each line leading to its field."""
    wrong = [bound for bound in form if bound.errors] if form.is_bound else []
    general = form.non_field_errors() if form.is_bound else []
    return {"general": general, "wrong": wrong}


@register.inclusion_tag("components/drop.html")
def drop(bound: BoundField, accepts: str = "") -> dict[str, Any]:
    """Show a field for a file as a place to drop it. `accepts` is the sentence that says what may come."""
    return {"field": bound, "accepts": accepts, "control": bound.as_widget()}


_HINTS: Mapping[str, Mapping[str, str]] = {
    "amount": {"inputmode": "decimal", "autocomplete": "off", "data-amount": "", "placeholder": "0,00"},
    "date": {"inputmode": "numeric", "autocomplete": "off", "data-date": "", "placeholder": "dd-mm-jjjj"},
}
