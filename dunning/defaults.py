"""The two policies every tenant starts with. Every rung waits for a person until the tenant says otherwise.

The days are Dutch practice: a friendly mail within a week, a letter after three, handoff after seven to eleven.
"""

from decimal import Decimal

from dunning.snapshot import Kind, Rung

BOTH = ("email", "post")
MAIL = ("email",)

BUSINESS = (
    Rung("courtesy", Kind.COURTESY, -3, channels=MAIL),
    Rung("reminder", Kind.REMINDER, 5, channels=MAIL),
    Rung("second_reminder", Kind.SECOND_REMINDER, 12, channels=MAIL),
    Rung("demand", Kind.DEMAND, 21, channels=BOTH, announces_costs=True),
    Rung("call", Kind.CALL, 25, minimum_amount=Decimal("500.00")),
    Rung("final_demand", Kind.FINAL_DEMAND, 35, channels=BOTH, term_days=5, charges_interest=True, charges_costs=True),
    Rung("handoff", Kind.HANDOFF, 50),
)

CONSUMER = (
    Rung("reminder", Kind.REMINDER, 5, channels=MAIL),
    Rung("second_reminder", Kind.SECOND_REMINDER, 14, channels=MAIL),
    Rung("default_notice", Kind.DEFAULT_NOTICE, 21, channels=BOTH, term_days=14),
    Rung("fourteen_day_letter", Kind.FOURTEEN_DAY_LETTER, 38, channels=BOTH, term_days=14),
    Rung("call", Kind.CALL, 45, minimum_amount=Decimal("250.00")),
    # from the first day on which costs may be charged: the law sets the day, not the policy
    Rung("final_demand", Kind.FINAL_DEMAND, 45, min_days_after=3, channels=BOTH, charges_costs=True),
    Rung("handoff", Kind.HANDOFF, 75, min_days_after=8),
)
