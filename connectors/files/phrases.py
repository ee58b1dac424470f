"""The sentences themselves: code -> (Dutch, English). `sentences` puts the place in front and fills them in."""

from connectors.files.phrases_file import COLUMNS, FILE
from connectors.files.phrases_known import KNOWN
from connectors.files.phrases_ubl import UBL

CELLS: dict[str, tuple[str, str]] = {
    "value_missing": (
        "{field!f} ontbreekt.",
        "{field!f} is missing.",
    ),
    "text_too_long": (
        "'{value}' is langer dan {limit} tekens.",
        "'{value}' is longer than {limit} characters.",
    ),
    "text_cut": (
        "'{value}' is langer dan {limit} tekens en is afgekapt.",
        "'{value}' is longer than {limit} characters and was cut off.",
    ),
    "cells_without_header": (
        "'{value}' staat verder naar rechts dan de laatste kolomkop. Staat er een scheidingsteken in een tekst?",
        "'{value}' stands further right than the last header. Is there a separator inside a text?",
    ),
    "formula_without_value": (
        "de formule is nog niet berekend. Open het bestand in Excel en sla het op.",
        "the formula has not been calculated yet. Open the file in Excel and save it.",
    ),
    "excel_error": (
        "hier staat de Excel-fout {value}.",
        "here is the Excel error {value}.",
    ),
    "cell_is_date": (
        "Excel heeft hier een datum van gemaakt ({value!d}). Maak de kolom als tekst op en vul de waarde opnieuw in.",
        "Excel turned this into a date ({value!d}). Format the column as text and enter the value again.",
    ),
    "looks_like_formula": (
        "'{value}' lijkt op een formule en is als gewone tekst overgenomen.",
        "'{value}' looks like a formula and was taken as plain text.",
    ),
    "total_row_skipped": (
        "dit lijkt een totaalregel en is overgeslagen.",
        "this looks like a line of totals and was skipped.",
    ),
    "amount_unreadable": (
        "'{value}' is geen bedrag. Verwacht bijvoorbeeld 1.234,56.",
        "'{value}' is not an amount. Expected for instance 1,234.56.",
    ),
    "amount_is_date": (
        "Excel heeft van dit bedrag een datum gemaakt ({value!d}). Maak de kolom als getal op en vul het opnieuw in.",
        "Excel turned this amount into a date ({value!d}). Format the column as number and enter it again.",
    ),
    "amount_ambiguous": (
        "'{value}' kan duizenden of decimalen betekenen, en in deze kolom komt het allebei voor. "
        "Schrijf het bedrag met twee decimalen.",
        "'{value}' can mean thousands or decimals, and this column has both. Write the amount with two decimals.",
    ),
    "amount_fraction": (
        "'{value}' heeft meer dan twee decimalen.",
        "'{value}' has more than two decimals.",
    ),
    "amount_too_large": (
        "'{value}' is groter dan wij kunnen verwerken.",
        "'{value}' is larger than we can hold.",
    ),
    "date_unreadable": (
        "'{value}' is geen datum. Verwacht dd-mm-jjjj of jjjj-mm-dd.",
        "'{value}' is not a date. Expected dd-mm-yyyy or yyyy-mm-dd.",
    ),
    "date_month_first": (
        "'{value}' heeft de maand vooraan, zoals in Amerika. Verwacht dd-mm-jjjj of jjjj-mm-dd.",
        "'{value}' has the month first, as in America. Expected dd-mm-yyyy or yyyy-mm-dd.",
    ),
    "date_ambiguous": (
        "'{value}' kan twee dagen betekenen, want in deze kolom staat ook {example}. "
        "Verwacht dd-mm-jjjj of jjjj-mm-dd.",
        "'{value}' can mean two days, because this column also has {example}. Expected dd-mm-yyyy or yyyy-mm-dd.",
    ),
    "date_too_early": (
        "{day!d} ligt voor {limit!d}. Klopt het jaar?",
        "{day!d} is before {limit!d}. Is the year right?",
    ),
    "date_too_late": (
        "{day!d} ligt na {limit!d}. Klopt het jaar?",
        "{day!d} is after {limit!d}. Is the year right?",
    ),
    "yes_no_unreadable": (
        "'{value}' is geen ja of nee.",
        "'{value}' is neither yes nor no.",
    ),
    "days_unreadable": (
        "'{value}' is geen aantal dagen van 0 tot en met 366.",
        "'{value}' is not a number of days from 0 to 366.",
    ),
    "kind_unreadable": (
        "'{value}' is geen soort debiteur. Verwacht consument of bedrijf.",
        "'{value}' is not a kind of debtor. Expected consumer or business.",
    ),
    "document_kind_unreadable": (
        "'{value}' is geen soort document. Verwacht factuur of creditnota.",
        "'{value}' is not a kind of document. Expected invoice or credit note.",
    ),
    "country_unknown": (
        "'{value}' is geen land dat wij kennen. Verwacht een naam of een landcode zoals NL.",
        "'{value}' is no country that we know. Expected a name or a country code such as NL.",
    ),
    "language_unknown": (
        "'{value}' is geen taal waarin wij schrijven (nl, en, de, fr).",
        "'{value}' is no language that we write in (nl, en, de, fr).",
    ),
    "phone_invalid": (
        "'{value}' is geen geldig telefoonnummer.",
        "'{value}' is not a valid phone number.",
    ),
    "postcode_unusual": (
        "'{value}' is geen Nederlandse postcode (1234 AB).",
        "'{value}' is not a Dutch postcode (1234 AB).",
    ),
    "email_invalid": (
        "'{value}' is geen geldig e-mailadres.",
        "'{value}' is not a valid e-mail address.",
    ),
    "kvk_invalid": (
        "'{value}' is geen KvK-nummer: dat heeft acht cijfers.",
        "'{value}' is not a KvK number: it has eight digits.",
    ),
    "kvk_zero_restored": (
        "'{value}' heeft zeven cijfers; wij lezen {kvk}, met de nul die Excel weglaat.",
        "'{value}' has seven digits; we read {kvk}, with the zero that Excel drops.",
    ),
    "vat_invalid": (
        "'{value}' is geen geldig btw-nummer.",
        "'{value}' is not a valid VAT number.",
    ),
    "iban_invalid": (
        "'{value}' is geen geldig IBAN.",
        "'{value}' is not a valid IBAN.",
    ),
}

ROWS: dict[str, tuple[str, str]] = {
    "number_double": (
        "{number} staat ook op regel {first_row}. Elk nummer mag één keer voorkomen; staat er een regel per artikel in "
        "het bestand?",
        "{number} is on row {first_row} too. Each number may appear once; does the file have a row per item?",
    ),
    "number_double_in_zip": (
        "{number} zit ook in {first_file}.",
        "{number} is in {first_file} too.",
    ),
    "currency_unsupported": (
        "de valuta is {currency}. Wij verwerken alleen euro (EUR).",
        "the currency is {currency}. We handle euro (EUR) only.",
    ),
    "amount_zero": (
        "het bedrag is nul: daar valt niets te innen.",
        "the amount is zero: there is nothing to collect.",
    ),
    "amount_from_open": (
        "het bestand heeft geen factuurbedrag; het openstaande bedrag {amount!e} geldt als hoofdsom.",
        "the file has no invoice amount; the outstanding amount {amount!e} counts as the principal.",
    ),
    "negative_is_credit_note": (
        "het bedrag is negatief ({amount!e}): dit is gelezen als creditnota.",
        "the amount is negative ({amount!e}): this was read as a credit note.",
    ),
    "sign_contradicts_kind": (
        "er staat dat dit een factuur is, maar het bedrag is negatief ({amount!e}).",
        "it says that this is an invoice, but the amount is negative ({amount!e}).",
    ),
    "sign_differs": (
        "{value!e} heeft niet hetzelfde teken als het bedrag {amount!e}.",
        "{value!e} does not have the same sign as the amount {amount!e}.",
    ),
    "paid_exceeds_amount": (
        "betaald ({paid!e}) is meer dan het bedrag ({amount!e}).",
        "paid ({paid!e}) is more than the amount ({amount!e}).",
    ),
    "open_exceeds_amount": (
        "openstaand ({open!e}) is meer dan het bedrag ({amount!e}).",
        "outstanding ({open!e}) is more than the amount ({amount!e}).",
    ),
    "vat_exceeds_amount": (
        "de btw ({vat!e}) is niet kleiner dan het bedrag inclusief btw ({amount!e}).",
        "the VAT ({vat!e}) is not less than the amount including VAT ({amount!e}).",
    ),
    "amounts_differ": (
        "bedrag {amount!e} min betaald {paid!e} is niet het openstaande bedrag {open!e}.",
        "amount {amount!e} less paid {paid!e} is not the outstanding amount {open!e}.",
    ),
    "due_before_issue": (
        "de vervaldatum {due!d} ligt voor de factuurdatum {issue!d}.",
        "the due date {due!d} is before the invoice date {issue!d}.",
    ),
    "due_far": (
        "de vervaldatum {due!d} ligt meer dan tien jaar na de factuurdatum {issue!d}.",
        "the due date {due!d} is more than ten years after the invoice date {issue!d}.",
    ),
    "sent_before_issue": (
        "de verzenddatum {sent!d} ligt voor de factuurdatum {issue!d}.",
        "the day of sending {sent!d} is before the invoice date {issue!d}.",
    ),
    "g_account_exceeds_amount": (
        "het deel voor de G-rekening ({g_amount!e}) is meer dan het bedrag ({amount!e}).",
        "the part for the G-account ({g_amount!e}) is more than the amount ({amount!e}).",
    ),
    "g_account_without_amount": (
        "er is een G-rekening, maar geen bedrag dat daarop betaald moet worden.",
        "there is a G-account, but no amount that is to be paid on it.",
    ),
}

LEFT_OUT = {
    "amount_unreadable", "amount_fraction", "amount_too_large", "country_unknown", "date_unreadable", "email_invalid",
    "iban_invalid", "kvk_invalid", "language_unknown", "phone_invalid", "vat_invalid",
}  # fmt: skip
"""What, as a warning, means that the value was left out and the row kept. The sentence then says so."""

PHRASES: dict[str, tuple[str, str]] = FILE | COLUMNS | CELLS | ROWS | UBL | KNOWN
