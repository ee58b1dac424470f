"""What became of messages, for apps above. Same transaction as the message's state."""

from django.dispatch import Signal

message_sent = Signal()  # message, by: it left (by post: it was posted)
message_delivered = Signal()  # message, by
message_bounced = Signal()  # message, reason, by
message_failed = Signal()  # message, reason, by: it did not leave and will not
address_refused = Signal()  # message, reason, by: it failed because nobody takes mail at its address
message_in_doubt = Signal()  # message, by: a person must say whether it left
doubt_settled = Signal()  # message, by: it is known after all; what left is also told as sent, the rest is queued again
