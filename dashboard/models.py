"""What people keep of their screens."""

from django.db import models
from django.db.models.functions import Now

from common.public_ids import new_public_id
from tenants.models import TenantOwned


class SavedView(TenantOwned):
    """The filters, sorting and columns of a list under a name; everybody of the tenant sees it."""

    public_id = models.CharField(max_length=14, default=new_public_id)
    page = models.CharField(max_length=20)  # the name of the list's address: debtors, invoices
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=500)  # as in the address, without the number of the page
    made_by = models.CharField(max_length=120)
    created_at = models.DateTimeField(db_default=Now())

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "public_id"], name="one_saved_view_per_public_id"),
            models.UniqueConstraint(fields=["tenant", "page", "name"], name="one_saved_view_per_name"),
        ]

    def __str__(self) -> str:
        return self.name
