"""What happened to claims, for apps above. Same transaction, promptness only: the ladder reads the balance itself."""

from django.dispatch import Signal

invoices_registered = Signal()  # invoices (list), by
invoice_changed = Signal()  # invoice, by: due date or anything else that the ladder reads
invoice_settled = Signal()  # invoice, by
invoices_settled = Signal()  # invoice_ids, by: many at once, instead of one `invoice_settled` each
invoice_reopened = Signal()  # invoice, reason, by
balance_changed = Signal()  # invoice, by: it still has something open
credit_changed = Signal()  # debtor_id, by: unallocated credit came or went
dispute_opened = Signal()  # dispute, by
dispute_resolved = Signal()  # dispute, by
settlements_rebooked = Signal()  # pairs: [(old settlement, its reversal, the new one or None)], by
terms_changed = Signal()  # fields, by: the tenant's terms about interest and costs
