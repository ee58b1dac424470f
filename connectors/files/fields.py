"""The fields of each kind of file. Among invoices every field of a debtor is there too, with `debtor_` in front."""

from dataclasses import replace
from typing import Literal

from connectors.files.debtor_fields import DEBTOR_FIELDS
from connectors.files.field import Field
from connectors.files.invoice_fields import INVOICE_FIELDS

Subject = Literal["debtors", "invoices"]

DEBTOR_PREFIX = "debtor_"

_LABELS_OF_ITS_OWN = {"number", "kind"}  # "Debiteurnummer" and "Consument of bedrijf" already say whose they are


def _of_the_debtor(field: Field) -> Field:
    says_whose = field.name in _LABELS_OF_ITS_OWN
    return replace(
        field,
        name=DEBTOR_PREFIX + field.name,
        label_nl=field.label_nl if says_whose else f"{field.label_nl} (debiteur)",
        label_en=field.label_en if says_whose else f"{field.label_en} (debtor)",
        headers=f"{field.headers}, {field.label_nl}, {field.label_en}",
        bare_headers="",
        required=field.name in ("number", "name"),
    )


_FIELDS: dict[Subject, dict[str, Field]] = {
    "debtors": {field.name: field for field in DEBTOR_FIELDS},
    "invoices": {field.name: field for field in (*INVOICE_FIELDS, *map(_of_the_debtor, DEBTOR_FIELDS))},
}

REQUIRED: dict[Subject, tuple[tuple[str, ...], ...]] = {
    "debtors": (("number",), ("name", "last_name")),
    "invoices": (
        ("number",),
        ("issue_date",),
        ("amount", "open_amount"),
        ("debtor_number", "debtor_name", "debtor_last_name"),
    ),
}
"""What a file cannot do without: of each group at least one column."""


def of(subject: Subject) -> tuple[Field, ...]:
    """Give the fields of a kind of file, in the order in which a mapping screen shows them."""
    return tuple(_FIELDS[subject].values())


def get(subject: Subject, name: str) -> Field | None:
    """Give one field by its name, or None."""
    return _FIELDS[subject].get(name)


def label(qualified_name: str, language: str) -> str:
    """Give what a person calls a field, from "invoices.number"; what is no field is given as it is."""
    for subject, fields in _FIELDS.items():
        field = fields.get(qualified_name.removeprefix(f"{subject}."))
        if qualified_name.startswith(f"{subject}.") and field:
            return field.label(language)
    return qualified_name
