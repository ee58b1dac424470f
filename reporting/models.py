"""One line a tenant a day."""

from django.db import models

from tenants.models import TenantOwned


class DailySummary(TenantOwned):
    """How a tenant stood at the end of a night: for charts over time, and for "alle administraties"."""

    day = models.DateField()
    open_amount = models.DecimalField(max_digits=14, decimal_places=2)
    overdue_amount = models.DecimalField(max_digits=14, decimal_places=2)
    open_invoices = models.PositiveIntegerField()
    overdue_invoices = models.PositiveIntegerField()
    dso_days = models.DecimalField(max_digits=6, decimal_places=1, null=True)
    tasks_open = models.PositiveIntegerField(default=0)
    tasks_overdue = models.PositiveIntegerField(default=0)
    notices_waiting = models.PositiveIntegerField(default=0)
    run_state = models.CharField(max_length=9, blank=True)

    class Meta(TenantOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "day"], name="one_summary_per_day")]

    def __str__(self) -> str:
        return f"{self.day:%d-%m-%Y}"
