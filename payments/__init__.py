"""Money in: payments, what each of them paid for, and what debtors promise.

Owns: payments as append-only rows with their allocations, reversals, promises.
Refuses to know: how a debtor is reminded. It reduces claims through `invoices.operations` only.
"""
