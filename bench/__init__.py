"""How fast, measured the same way every time. Ratios within one run, since machines differ and are shared."""
