"""What turns out wrong when a file is set against what is known already."""

KNOWN: dict[str, tuple[str, str]] = {
    "debtor_unknown": (
        "debiteur {number} is onbekend. Lees eerst de debiteuren in, of zet naam en adres in het bestand.",
        "debtor {number} is unknown. Import the debtors first, or put name and address in the file.",
    ),
    "number_known_with_other_amounts": (
        "nummer {number} is al bekend met een ander bedrag of een andere debiteur ({known!e}). "
        "Een factuur wordt nooit overschreven: maak een creditnota.",
        "number {number} is known already with another amount or another debtor ({known!e}). "
        "An invoice is never overwritten: make a credit note.",
    ),
    "number_known_with_other_date": (
        "nummer {number} is al bekend met een andere datum ({day!d}). Is dit een ander stuk met hetzelfde nummer?",
        "number {number} is known already with another date ({day!d}). Is this another document with that number?",
    ),
    "other_supplier": (
        "deze factuur is van {name} ({number}), niet van u. Een inkoopfactuur hoort hier niet.",
        "this invoice is by {name} ({number}), not by you. A purchase invoice does not belong here.",
    ),
}
