"""manage.py import_statement --tenant bakkerij afschrift.xml (CAMT.053, CAMT.054, MT940, or a ZIP of those)"""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from common import clock
from common.actor import the_clock
from common.errors import DomainError
from common.identifiers import format_iban
from connectors import statement_files
from payments.models import BankStatement
from payments.operations import Imported
from tenants.context import tenant_context
from tenants.models import Tenant


class Command(BaseCommand):
    help = "Import bank statements: all of a file or nothing. The same file again changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--tenant", required=True, help="slug of the administration")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, and change nothing")
        parser.add_argument("--add-account", action="store_true", help="an account that is not known is ours")
        parser.add_argument(
            "--accept-difference", action="store_true", help="import a file whose balances do not add up nevertheless"
        )
        parser.add_argument("--language", default="nl", choices=["nl", "en"])
        parser.add_argument("file", type=Path)

    def handle(self, *_: Any, **options: Any) -> None:
        tenant = Tenant.objects.filter(slug=options["tenant"]).first()
        if tenant is None:
            raise CommandError(f"there is no administration {options['tenant']!r}")
        try:
            with tenant_context(tenant.pk), translation.override(options["language"]):
                self._import(options["file"], options)
        except OSError as error:
            raise CommandError(f"{options['file']}: {error.strerror}") from error

    def _import(self, path: Path, options: dict[str, Any]) -> None:
        choices = statement_files.Choices(options["add_account"], options["accept_difference"])
        is_rehearsal = options["dry_run"]
        try:
            with path.open("rb") as file:
                imported = statement_files.import_file(
                    file, path.name, by=the_clock(clock.now()), choices=choices, dry_run=is_rehearsal
                )
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        self._tell(imported, is_rehearsal=is_rehearsal)

    def _tell(self, imported: Imported, *, is_rehearsal: bool) -> None:
        for row in imported:
            self.stdout.write(_line(row))
        for warning in imported.warnings:
            self.stdout.write(f"! {warning}")
        would = "would be " if is_rehearsal else ""
        self.stdout.write(
            f"{len(imported)} statements {would}added, {imported.new_lines} lines {would}added, "
            f"{imported.known_lines} lines known, {imported.known_statements} statements known"
        )


def _line(row: BankStatement) -> str:
    account = format_iban(row.account.iban)
    if row.opening_balance is None or row.closing_balance is None:
        return f"{account}  {row.closed_on}  {row.format}  {row.line_count} lines ({row.known_lines} known)"
    return (
        f"{account}  {row.opened_on} {row.opening_balance:.2f} -> {row.closed_on} {row.closing_balance:.2f} EUR  "
        f"{row.format}  {row.line_count} lines ({row.known_lines} known){'' if row.follows else '  does not follow'}"
    )
