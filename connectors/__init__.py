"""The outside parties: one folder per bank format, payment provider, bookkeeping package, agency and file.

Owns: how each party speaks, translated into the words of our own apps and back, with the same file names per folder.
Refuses to know: business rules. A connector reads or sends, and calls the same operations as any other edge.
"""
