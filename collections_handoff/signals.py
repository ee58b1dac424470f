"""What happened to handoffs, for apps above. Same transaction."""

from django.dispatch import Signal

handoff_ended = Signal()  # handoff, by: refused, recalled or closed
