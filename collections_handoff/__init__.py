"""The end of the ladder: a dossier for a collection agency, bailiff or lawyer, and its life there.

Owns: agencies, the frozen and hashed dossier, its states, telling the agency what still comes in, recall.
Refuses to know: how a claim came there (dunning) and how money is booked (payments).
"""
