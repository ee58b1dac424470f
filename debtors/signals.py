"""What happened to debtors, for apps above. Same transaction."""

from django.dispatch import Signal

debtor_changed = Signal()  # debtor, fields (names), by: something that the ladder reads may have changed
address_failed = Signal()  # debtor, channel ("email" or "post"), address, by
