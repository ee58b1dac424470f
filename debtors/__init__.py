"""The people and companies who owe.

Owns: debtors (consumer or business), their contacts with roles, their address and language, their legal state, and
whether an address still works.
Refuses to know: what they owe, what was sent to them, how they are reminded.
"""
