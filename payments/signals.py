"""What happened to money, for apps above. Same transaction."""

from django.dispatch import Signal

payment_booked = Signal()  # payment, by
payments_booked = Signal()  # payment_ids, by: many at once, each allocated to the last cent; else as `payment_booked`
payment_allocated = Signal()  # payment, settlements, by: at once or later; not with `payments_booked`
payment_reversed = Signal()  # payment (the original), by, reason
checkout_paid = Signal()  # attempt, by: an online payment was booked; `sequence` says whether a mandate comes of it
collection_changed = Signal()  # debtor_ids, by: collections were planned or dropped; `invoice_ids` of those planned
debit_collected = Signal()  # debit, by
debit_returned = Signal()  # debit, was_booked, reason, by
statements_imported = Signal()  # statements (new ones), by
lines_worked_off = Signal()  # by: every line that came in was looked at
promise_made = Signal()  # promise, by
promise_ended = Signal()  # promise, by: kept, broken or cancelled
arrangement_asked = Signal()  # invoices, by: before it is stored; who raises forbids it
arrangement_proposed = Signal()  # arrangement, problems (sentences), by: a person must judge it
arrangement_agreed = Signal()  # arrangement, by
arrangement_ended = Signal()  # arrangement, by: completed, defaulted, declined or cancelled
arrangement_resumed = Signal()  # arrangement, by: money went back, and it runs again
