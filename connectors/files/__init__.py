"""Files with debtors and invoices: CSV, XLSX, UBL and ZIP in, rows and a list of everything that is wrong out.

Owns: what the columns of the packages mean, how Dutch people write amounts and days, what a UBL invoice asks for.
Refuses to know: Django, the database, the clock, the tenant. `reader` is the door; nothing here saves or sends.
"""
