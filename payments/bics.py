"""The BIC of a Dutch bank by the four letters in its accounts' IBAN (Betaalvereniging, BIC-lijst). Data, no more.

Only files of the older generation (pain.008.001.02) want one of the creditor.
"""

BICS = {
    "ABNA": "ABNANL2A",
    "ADYB": "ADYBNL2A",
    "ASNB": "ASNBNL21",
    "BUNQ": "BUNQNL2A",
    "FVLB": "FVLBNL22",
    "HAND": "HANDNL2A",
    "INGB": "INGBNL2A",
    "KNAB": "KNABNL2H",
    "RABO": "RABONL2U",
    "RBRB": "RBRBNL21",
    "REVO": "REVONL22",
    "SNSB": "SNSBNL2A",
    "TRIO": "TRIONL2U",
}


def bic_of(iban: str) -> str:
    """Give the BIC that belongs to a Dutch IBAN, or an empty text where it is not known."""
    return BICS.get(iban[4:8], "") if iban.startswith("NL") else ""
