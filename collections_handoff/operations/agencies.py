"""Who takes over claims."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit import operations as audit
from collections_handoff.models import Agency
from common.actor import Actor
from common.errors import DomainError


class AgencyNameTaken(DomainError):
    """There is one with that name."""

    code = "agency_name_taken"
    sentence = _("Er is al een bureau met de naam %(name)s. Kies een andere naam.")


def register_agency(*, name: str, by: Actor, **fields: Any) -> Agency:
    """Add an agency, bailiff or lawyer.

    :raises AgencyNameTaken: if the name is in use.
    """
    return change_agency(agency=Agency(), name=name, by=by, **fields)


def change_agency(*, agency: Agency, name: str, by: Actor, **fields: Any) -> Agency:
    """Change what is known of an agency; making one the default takes that from the other.

    :raises AgencyNameTaken: if the name is in use.
    """
    with transaction.atomic():
        if Agency.objects.filter(name=name).exclude(pk=agency.pk).exists():
            raise AgencyNameTaken(field="name", name=name)
        if fields.get("is_default"):
            Agency.objects.filter(is_default=True).exclude(pk=agency.pk).update(is_default=False)
        said = fields | {"name": name}
        now = {field: value for field, value in said.items() if agency._state.adding or getattr(agency, field) != value}
        was = {} if agency._state.adding else {field: getattr(agency, field) for field in now}
        for field, value in now.items():
            setattr(agency, field, value)
        agency.save()
        audit.record("tenant.settings_changed", by=by, kind="agency", subject=agency, fields=name, was=was, now=now)
    return agency
