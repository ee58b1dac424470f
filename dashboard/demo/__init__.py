"""Three made-up companies with a year behind them, for looking around: made through the operations, never by raw rows.

The same today gives the same companies. Production has no need of it: `manage.py demo` refuses to run there.
"""
