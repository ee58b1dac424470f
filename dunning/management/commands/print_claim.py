"""manage.py print_claim --tenant bakkerij 2026-00012 [--day 2026-03-02] [--language en]"""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from common import clock
from invoices import queries
from invoices.models import Invoice
from law import printing
from tenants.context import tenant_context
from tenants.models import Tenant


class Command(BaseCommand):
    """Prints how what is owed on an invoice was counted: principal, interest day by day, costs, payments."""

    help = "Print the calculation of a claim: inputs, periods, rates, days, cents."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--tenant", required=True)
        parser.add_argument("--day", type=date.fromisoformat)
        parser.add_argument("--language", default="nl", choices=["nl", "en"])
        parser.add_argument("number")

    def handle(self, *_: Any, **options: Any) -> None:
        tenant = Tenant.objects.filter(slug=options["tenant"]).first()
        if tenant is None:
            raise CommandError(f"there is no administration {options['tenant']!r}")
        with tenant_context(tenant.pk):
            invoice = Invoice.objects.filter(number=options["number"]).first()
            if invoice is None:
                raise CommandError(f"there is no invoice {options['number']!r}")
            self._print(invoice, options["day"] or clock.today(), options["language"])

    def _print(self, invoice: Invoice, day: date, language: str) -> None:
        due = queries.amount_due(invoice, day)
        self.stdout.write(f"{invoice.number}  {invoice.issue_date}  due {invoice.due_date}  {invoice.principal}")
        for row in invoice.settlements.order_by("booked_on", "pk"):
            parts = f"{row.to_costs}/{row.to_interest}/{row.to_principal}"
            self.stdout.write(f"  {row.booked_on}  {row.kind:<9}  {-row.amount}  ({parts})")
        for charge in invoice.charges.order_by("booked_on", "pk"):
            self.stdout.write(f"  {charge.booked_on}  {charge.kind:<9}  {charge.amount}")
        if due.calculation is not None:
            for line in printing.interest_lines(due.calculation, language):
                self.stdout.write(f"  {line}")
        self.stdout.write(f"owed on {day}: {due.total}")
