"""What the ladder did, for apps above. Same transaction."""

from django.dispatch import Signal

run_planned = Signal()  # run, by
notice_dispatched = Signal()  # notice, by
cases_reopened = Signal()  # cases, by
