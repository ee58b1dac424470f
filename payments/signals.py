"""What happened to money, for apps above. Same transaction."""

from django.dispatch import Signal

payment_booked = Signal()  # payment, by
payment_reversed = Signal()  # payment (the original), by, reason
promise_made = Signal()  # promise, by
promise_ended = Signal()  # promise, by: kept, broken or cancelled
