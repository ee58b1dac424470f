"""manage.py run_ladder [--tenant bakkerij] [--day 2026-03-02] [--release] [--dry-run]"""

from collections import Counter
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from common import clock
from common.actor import the_clock
from common.money import ZERO
from dunning import instalments, operations, queries, reasons
from dunning.models import Run
from tenants.context import tenant_context
from tenants.models import Tenant


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"--day {text}: expected a day as 2026-03-02") from error


class Command(BaseCommand):
    """Does by hand what the clock does: plans the night, and makes up what is approved. A worker sends it."""

    help = "Play the night of a day for one tenant or all, by hand. Running it twice finds only what is still due."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--tenant", help="slug of the administration; all active ones without it")
        parser.add_argument("--day", type=_day, help="the day to play (2026-03-02); today without it")
        parser.add_argument(
            "--release", action="store_true", help="also make up what is approved, as when the sending window opens"
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, and change nothing")

    def handle(self, *_: Any, **options: Any) -> None:
        day = options["day"] or clock.today()
        tenants = Tenant.objects.filter(is_active=True).order_by("slug")
        if options["tenant"]:
            tenants = tenants.filter(slug=options["tenant"])
            if not tenants.exists():
                raise CommandError(f"there is no active administration {options['tenant']!r}")
        for tenant in tenants.iterator(chunk_size=500):
            with tenant_context(tenant.pk):
                self._show(tenant, day) if options["dry_run"] else self._run(tenant, day)
            if options["release"] and not options["dry_run"]:
                self._release(tenant, day)

    def _show(self, tenant: Tenant, day: date) -> None:
        """Print what the night would do, debtor by debtor; nothing is stored."""
        why: Counter[str] = Counter()
        notices, asked, after = 0, ZERO, 0
        while debtors := queries.due_debtors(day, after=after):
            for debtor_id, decision in queries.dry_run(debtors, day=day):
                for plan in decision.notices:
                    total = sum((line.total for line in plan.asked), start=ZERO)
                    notices, asked = notices + 1, asked + total
                    self.stdout.write(f"  debtor {debtor_id}: {plan.kind} by {', '.join(plan.channels)}, {total}")
                for task in decision.tasks:
                    self.stdout.write(f"  debtor {debtor_id}: task {task.kind}")
                why.update(outcome.why for outcome in decision.outcomes)
            after = debtors[-1]
        for reminder in instalments.due(day):
            part, whom = reminder.instalment, reminder.instalment.arrangement.debtor
            by = reminder.channel or "no address"
            self.stdout.write(f"  instalment {part.number} of {whom.name}: {reminder.kind} by {by}, {reminder.amount}")
        self.stdout.write(f"{tenant.slug} {day}: {notices} notices would be written, asking {asked}")
        self._reasons(why)

    def _run(self, tenant: Tenant, day: date) -> None:
        moment = clock.now() if day == clock.today() else clock.at_local_time(day, 2)
        run = operations.plan_day(day=day, by=the_clock(moment))
        run = Run.objects.get(pk=run.pk)
        if run.held_because:
            self.stdout.write(f"{tenant.slug} {day}: held: {reasons.label(run.held_because)}")
            return
        self.stdout.write(
            f"{tenant.slug} {day}: {run.looked_at} claims looked at, {run.planned_notices} notices planned, "
            f"asking {run.planned_amount}, {run.tasks_made} tasks"
        )
        self._reasons(Counter(run.why_not))

    def _release(self, tenant: Tenant, day: date) -> None:
        """Make up what is approved, one notice a transaction; on another day than today at the start of its window."""
        with tenant_context(tenant.pk):
            settings = queries.ladder_settings()
            moment = clock.now() if day == clock.today() else operations.window(settings, day)[0]
            opens = operations.next_window(settings, moment)
            closed = queries.night_gate(settings, day)
            if closed or opens > moment:
                why = reasons.label(closed) if closed else "the sending window is closed"
                self.stdout.write(f"{tenant.slug} {day}: nothing is made up now; {why}")
                return
            rules, by = queries.rules(day), the_clock(moment)
            operations.start_release(by=by)
        made, more = 0, True
        while more:
            with tenant_context(tenant.pk):
                more = operations.release_next(rules=rules, by=by)
                made += more
        with tenant_context(tenant.pk):
            operations.complete_runs(by=by)
        self.stdout.write(f"{tenant.slug} {day}: {made} approved notices made up or withdrawn")

    def _reasons(self, why: Counter[str]) -> None:
        for code, number in why.most_common():
            self.stdout.write(f"  {number:>7}  {code}  {reasons.label(code)}")
