"""Policies as choices of a form, and which one a debtor or an invoice follows."""

from collections.abc import Sequence
from typing import NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _

from debtors.models import Debtor
from dunning.models import Policy, PolicyChoice
from dunning.states import Variant
from invoices.models import Invoice


class Followed(NamedTuple):
    """A policy that is followed, and why that one."""

    name: str
    why: str
    url: str
    value: str  # the choice of the form that is in force


def options(variants: Sequence[str] = tuple(Variant.values)) -> list[tuple[str, str]]:
    """Give the policies of legal variants to choose from, "variant:lineage"; first of each what the default is."""
    current = list(Policy.objects.current().order_by("name", "pk"))
    found: list[tuple[str, str]] = []
    for variant in variants:
        mine = [policy for policy in current if policy.variant == variant]
        default = next((policy.name for policy in mine if policy.is_default), "")
        label = _("%(variant)s: de standaard (%(name)s)") % {"variant": Variant(variant).label, "name": default}
        found.append((f"{variant}:", _capital(label)))
        found += [
            (f"{variant}:{policy.lineage}", _capital(f"{Variant(variant).label}: {policy.name}")) for policy in mine
        ]
    return found


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def of_debtor(debtor: Debtor) -> Followed:
    """Give the policy that new claims of a debtor follow: chosen for him, for his segment, or the default."""
    return _followed(
        debtor.kind,
        [
            ({"debtor": debtor}, _("gekozen voor deze debiteur")),
            ({"segment": debtor.segment}, _("gekozen voor segment %(name)s") % {"name": debtor.segment}),
        ],
    )


def of_invoice(invoice: Invoice) -> Followed:
    """Give the policy that an invoice follows: chosen for it, its debtor, his segment, or the default."""
    debtor = invoice.debtor
    return _followed(
        Variant.CONSUMER if invoice.acted_as_consumer else Variant.BUSINESS,
        [
            ({"invoice": invoice}, _("gekozen voor deze factuur")),
            ({"debtor": debtor}, _("gekozen voor deze debiteur")),
            ({"segment": debtor.segment}, _("gekozen voor segment %(name)s") % {"name": debtor.segment}),
        ],
    )


def _followed(variant: str, places: Sequence[tuple[dict[str, object], str]]) -> Followed:
    current = {policy.lineage: policy for policy in Policy.objects.current().filter(variant=variant)}
    choices = list(PolicyChoice.objects.filter(variant=variant))
    for wanted, why in places:
        [(name, value)] = wanted.items()
        chosen = next((row for row in choices if value and getattr(row, name) == value), None)
        if chosen is not None and chosen.lineage in current:
            return _found(current[chosen.lineage], why, f"{variant}:{chosen.lineage}")
    default = next(policy for policy in current.values() if policy.is_default)
    return _found(default, _("de standaard"), f"{variant}:")


def _found(policy: Policy, why: str, value: str) -> Followed:
    return Followed(policy.name, why, reverse("dashboard:policy", args=[policy.public_id]), value)
