"""manage.py create_administration NAME --owner EMAIL [--owner-name NAME]"""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import transaction

from common import clock
from common.actor import the_clock
from tenants import accounts, operations
from tenants.context import tenant_context
from tenants.models import Role


class Command(BaseCommand):
    """Makes an administration with its owner: the first one, and any that is sold later."""

    help = "Make an administration with its owner, and print the link on which the owner chooses a password."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="what the administration is called")
        parser.add_argument("--owner", required=True, help="e-mail address of its owner")
        parser.add_argument("--owner-name", default="", help="what the owner is called")

    def handle(self, *_: Any, name: str, owner: str, owner_name: str, **__: Any) -> None:
        try:
            validate_email(owner)
        except ValidationError as error:
            raise CommandError(f"--owner {owner}: not an e-mail address") from error
        if not name.strip():
            raise CommandError("an administration needs a name")
        by = the_clock(clock.now())
        with transaction.atomic():
            tenant = operations.create_tenant(name=name.strip(), email=owner, by=by)
            with tenant_context(tenant.pk):
                user = operations.invite_user(email=owner, name=owner_name, role=Role.OWNER, by=by).user
        start = f"/a/{tenant.slug}/vandaag/"
        path = start if user.has_usable_password() else accounts.invitation_link(user)
        self.stdout.write(f"{tenant.name} is at {settings.SITE_URL}{start}")
        self.stdout.write(f"{user.email} begins at {settings.SITE_URL}{path}")
