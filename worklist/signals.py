"""What happened to tasks, for apps above. Same transaction."""

from django.dispatch import Signal

task_finished = Signal()  # task, outcome, by
