"""The tenant's terms for interest and costs."""

from typing import Any

from django.db import transaction

from audit import operations as audit
from common.actor import Actor
from invoices import queries, signals
from invoices.models import ClaimTerms


def change_claim_terms(*, by: Actor, **fields: Any) -> ClaimTerms:
    """Change what differs. What was charged before stays as it was; the day count of a dossier never changes in it."""
    with transaction.atomic():
        terms = queries.claim_terms()
        changes = {name: value for name, value in fields.items() if getattr(terms, name) != value}
        was = {name: getattr(terms, name) for name in changes}
        for name, value in changes.items():
            setattr(terms, name, value)
        terms.save()
        if changes:
            audit.record(
                "tenant.settings_changed",
                by=by,
                kind="tenant",
                label="claim_terms",
                fields=", ".join(changes),
                was=was,
                now=changes,
            )
            signals.terms_changed.send(ClaimTerms, fields=list(changes), by=by)
    return terms
