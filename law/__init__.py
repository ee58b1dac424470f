"""What Dutch law says about a late payment: rates, interest, collection costs, notices, allocation, limitation.

Owns: every legal number, in a dated table with its source, and the rules that use them, as functions from values
to values. Where the law is uncertain the rule takes the reading kindest to the debtor, and a comment says so.
Refuses to know: Django, the clock, the database, tenants and settings; who calls it, and what became of a letter.
"""
