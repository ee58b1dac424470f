"""Words every app speaks: money, days, errors, identifiers, the clock.

Owns: arithmetic on euros and on legal days, the one reader of the clock, the shape of an expected failure.
Refuses to know: any app of ours, any model, any tenant.
"""
