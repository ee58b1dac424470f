"""Mollie: payments of debtors with the tenant's own key, by the official client, and the calls that Mollie makes.

Owns: the translation between `payments.gateways` and Mollie's API, and the address of its webhook.
Refuses to know: what is booked. It tells what Mollie says; `payments` decides.
"""
