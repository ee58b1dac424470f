"""One line a tenant a day, written when his night was planned."""

from datetime import date

from dunning.models import Notice, Run
from reporting import queries
from reporting.models import DailySummary
from worklist.models import Task


def summarise(*, day: date) -> DailySummary:
    """Keep how the active tenant stands on a day; again the same day replaces it."""
    standing = queries.standing(day)
    run = Run.objects.filter(day=day).first()
    tasks = Task.objects.due(day)
    summary, _ = DailySummary.objects.update_or_create(
        day=day,
        defaults={
            "open_amount": standing.open_amount,
            "overdue_amount": standing.overdue_amount,
            "open_invoices": standing.open_invoices,
            "overdue_invoices": standing.overdue_invoices,
            "dso_days": queries.dso_days(day),
            "tasks_open": tasks.count(),
            "tasks_overdue": tasks.filter(due_on__lt=day).count(),
            "notices_waiting": Notice.objects.filter(state="planned").count(),
            "run_state": run.state if run else "",
        },
    )
    return summary
