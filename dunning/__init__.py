"""The ladder: which claim takes which rung, when, by which letter, and why the others do not.

Owns: policies and their rungs, cases (the position of one claim), steps, notices, holds, runs. `ladder.py` decides;
read it first.
Refuses to know: what the law says (law), what is owed (invoices), how a letter leaves (correspondence).
"""
