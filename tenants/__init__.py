"""Who may see what: tenants (administrations), users, their roles, and the walls of row-level security.

Owns: the tenant context, the manager and the foreign key that carry it into every query, the migration operations that
carry it into every key and policy, which tenant has work waiting, login.
Refuses to know: debtors, invoices, letters, or anything else that a tenant keeps.
"""
