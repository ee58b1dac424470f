"""Plays Mollie for the demo and the tests: the part of its API (v2) that we use, and pages on which to pay.

A process of its own (`manage.py mollie_sandbox`) that is driven over real HTTP by the real client. It moves no money,
knows no tenant and touches no database; what it knows it keeps in a file. Production refuses it.
"""
