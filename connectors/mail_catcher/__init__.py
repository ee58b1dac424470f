"""Takes all mail of a demo, shows it on a page, and can be asked whether a message of ours arrived.

Knows no tenant and touches no database. Production refuses it: mail must leave there.
"""
