"""The claim: what is owed, and what reduced it.

Owns: invoices and credit notes as frozen documents, and the append-only ledger on each invoice: charges (costs,
interest), settlements (payment, credit, write-off, waiver) and their reversals; disputes; `amount_due`.
Refuses to know: where money came from (payments) and how debtors are reminded (dunning).
"""
