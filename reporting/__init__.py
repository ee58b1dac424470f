"""What the figures say: DSO, ageing, phases, the daily summary.

Owns: definitions with their source, and daily summaries so that a chart does not read every invoice.
Refuses to know: how to change anything; it reads everything below and writes nothing but summaries.
"""
