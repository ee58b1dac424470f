"""What can be wrong with a file as a whole, or with its columns: code -> (Dutch, English)."""

FILE: dict[str, tuple[str, str]] = {
    "file_empty": (
        "het bestand is leeg.",
        "the file is empty.",
    ),
    "file_too_large": (
        "het bestand is groter dan {limit} MB. Splits het in delen.",
        "the file is larger than {limit} MB. Split it into parts.",
    ),
    "file_xls": (
        "dit is een oud Excel-bestand (.xls) of een Excel-bestand met een wachtwoord. Open het in Excel, haal het "
        "wachtwoord eraf en kies Opslaan als, Excel-werkmap (.xlsx).",
        "this is an old Excel file (.xls) or an Excel file with a password. Open it in Excel, take the password off "
        "and choose Save as, Excel workbook (.xlsx).",
    ),
    "file_xlsb": (
        "dit is een binaire Excel-werkmap (.xlsb). Kies in Excel Opslaan als, Excel-werkmap (.xlsx).",
        "this is a binary Excel workbook (.xlsb). In Excel choose Save as, Excel workbook (.xlsx).",
    ),
    "file_ods": (
        "dit is een LibreOffice-bestand (.ods). Sla het op als Excel-werkmap (.xlsx) of als CSV.",
        "this is a LibreOffice file (.ods). Save it as an Excel workbook (.xlsx) or as CSV.",
    ),
    "file_pdf": (
        "een PDF heeft geen velden die wij kunnen lezen. Vraag uw pakket om UBL (XML), of voer de factuur "
        "met de hand in.",
        "a PDF has no fields that we can read. Ask your package for UBL (XML), or enter the invoice by hand.",
    ),
    "file_html": (
        "dit is een webpagina, ook al heet het bestand anders. Open het in Excel en sla het op als "
        "Excel-werkmap (.xlsx).",
        "this is a web page, whatever the file is called. Open it in Excel and save it as an Excel workbook (.xlsx).",
    ),
    "file_archive": (
        "dit is een ingepakt bestand dat wij niet openen. Pak het uit, of maak er een ZIP van.",
        "this is a packed file that we do not open. Unpack it, or make it a ZIP.",
    ),
    "file_json": (
        "dit is JSON: dat lezen wij niet. Exporteer naar CSV of Excel.",
        "this is JSON, which we do not read. Export to CSV or Excel.",
    ),
    "file_unknown": (
        "dit is geen CSV, Excel-werkmap (.xlsx), UBL-factuur (XML) of ZIP met UBL-facturen.",
        "this is no CSV, Excel workbook (.xlsx), UBL invoice (XML) or ZIP of UBL invoices.",
    ),
    "xml_among_debtors": (
        "uit XML en ZIP lezen wij alleen UBL-facturen. Voeg het bestand toe bij de facturen: de debiteuren "
        "komen dan mee.",
        "from XML and ZIP we read UBL invoices only. Add the file to the invoices: the debtors come with them.",
    ),
    "encoding_unclear": (
        "sommige tekens zijn niet te lezen en staan er als een vraagteken in een ruit. "
        "Sla het bestand op als CSV UTF-8 als namen niet kloppen.",
        "some characters cannot be read and appear as a question mark in a diamond. "
        "Save the file as CSV UTF-8 if names are wrong.",
    ),
    "rows_too_many": (
        "het bestand heeft meer dan {limit} regels. Splits het in delen; er is niets gelezen.",
        "the file has more than {limit} rows. Split it into parts; nothing was read.",
    ),
    "columns_too_many": (
        "het bestand heeft meer dan {limit} kolommen. Laat weg wat u niet nodig hebt.",
        "the file has more than {limit} columns. Leave out what you do not need.",
    ),
    "table_without_rows": (
        "onder de kolomkoppen staat geen enkele regel.",
        "there is not a single row under the column headers.",
    ),
    "csv_quotes": (
        "vanaf hier kloppen de aanhalingstekens niet: er wordt er een geopend en niet gesloten, of er staat "
        "tekst achter. Er is niets gelezen.",
        "from here the quotation marks are wrong: one is opened and not closed, or text follows it. Nothing was read.",
    ),
    "line_too_long": (
        "een regel is langer dan {limit} tekens. Er is niets gelezen.",
        "a line is longer than {limit} characters. Nothing was read.",
    ),
    "xlsx_unreadable": (
        "de Excel-werkmap is beschadigd of onvolledig. Open haar in Excel en sla haar opnieuw op.",
        "the Excel workbook is damaged or incomplete. Open it in Excel and save it again.",
    ),
    "unpacked_too_large": (
        "uitgepakt is het bestand groter dan {limit} MB. Splits het in delen.",
        "unpacked the file is larger than {limit} MB. Split it into parts.",
    ),
    "zip_unreadable": (
        "de ZIP is beschadigd of onvolledig.",
        "the ZIP is damaged or incomplete.",
    ),
    "zip_entries_too_many": (
        "in de ZIP zitten meer dan {limit} bestanden. Splits hem in delen.",
        "the ZIP holds more than {limit} files. Split it into parts.",
    ),
    "zip_encrypted": (
        "dit bestand in de ZIP heeft een wachtwoord. Maak de ZIP zonder wachtwoord.",
        "this file in the ZIP has a password. Make the ZIP without one.",
    ),
    "zip_entry_skipped": (
        "dit is geen XML en is overgeslagen.",
        "this is no XML and was skipped.",
    ),
    "zip_without_invoices": (
        "in de ZIP zit geen enkele UBL-factuur (XML).",
        "the ZIP holds no UBL invoice (XML) at all.",
    ),
}

COLUMNS: dict[str, tuple[str, str]] = {
    "column_missing": (
        "er is geen kolom voor {field!f}. Wijs aan welke kolom dat is.",
        "there is no column for {field!f}. Point out which column that is.",
    ),
    "column_missing_suggestion": (
        "er is geen kolom voor {field!f}. Is dat misschien de kolom {header}?",
        "there is no column for {field!f}. Could it be the column {header}?",
    ),
    "column_not_used": (
        "deze kolom lijkt ook op {field!f}, maar daarvoor is de kolom {used} gebruikt.",
        "this column too looks like {field!f}, but the column {used} was used for it.",
    ),
    "header_double": (
        "deze kop staat er twee keer; de tweede heet hier {header}.",
        "this header is there twice; the second is called {header} here.",
    ),
    "mapping_field_unknown": (
        "de kolom is toegewezen aan {field}, maar dat veld bestaat niet.",
        "the column is mapped to {field}, but there is no such field.",
    ),
    "mapping_field_double": (
        "de kolom is toegewezen aan {field!f}, maar dat is de kolom {used} ook.",
        "the column is mapped to {field!f}, but so is the column {used}.",
    ),
    "mapping_header_absent": (
        "deze kolom is eerder toegewezen aan {field!f}, maar staat niet in dit bestand.",
        "this column was mapped to {field!f} before, but is not in this file.",
    ),
}
