"""What happened, who did it and when, for good.

Owns: the log of every change in a tenant, insert-only for the app role, and the list of its verbs.
Refuses to know: what the verbs mean for a claim or a letter; others write here, inside their own transaction.
"""
