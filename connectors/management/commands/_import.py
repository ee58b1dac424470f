"""What both import commands share."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from common import clock
from common.actor import the_clock
from connectors import uploads
from connectors.files import sentences
from connectors.importing import ImportRefused
from tenants.context import tenant_context
from tenants.models import Tenant


class ImportCommand(BaseCommand):
    """Reads a file into a tenant; errors go to stderr, a line each, and nothing is imported then."""

    kind = ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--tenant", required=True, help="slug of the administration")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, and change nothing")
        parser.add_argument("--language", default="nl", choices=["nl", "en"])
        parser.add_argument("file", type=Path)

    def handle(self, *_: Any, **options: Any) -> None:
        tenant = Tenant.objects.filter(slug=options["tenant"]).first()
        if tenant is None:
            raise CommandError(f"there is no administration {options['tenant']!r}")
        try:
            content = options["file"].read_bytes()
        except OSError as error:
            raise CommandError(f"{options['file']}: {error.strerror}") from error
        with tenant_context(tenant.pk):
            self._import(content, options)

    def _import(self, content: bytes, options: dict[str, Any]) -> None:
        language = options["language"]
        try:
            result = uploads.import_content(
                kind=self.kind,
                content=content,
                filename=options["file"].name,
                by=the_clock(clock.now()),
                dry_run=options["dry_run"],
            )
        except ImportRefused as refused:
            for problem in refused.problems:
                self.stderr.write(sentences.sentence(problem, language))
            raise CommandError("nothing was imported") from refused
        for problem in result.warnings:
            self.stdout.write(sentences.sentence(problem, language))
        would = "would be " if options["dry_run"] else ""
        self.stdout.write(
            f"{result.added} {would}added, {result.changed} {would}changed, {result.unchanged} unchanged, "
            f"{result.new_debtors} new debtors"
        )
