"""What can be wrong with XML and UBL: code -> (Dutch, English)."""

UBL: dict[str, tuple[str, str]] = {
    "xml_unreadable": (
        "de XML is beschadigd of onvolledig (regel {line}).",
        "the XML is damaged or incomplete (line {line}).",
    ),
    "xml_doctype": (
        "de XML heeft een DOCTYPE. Een UBL-factuur heeft die nooit, en wij openen haar daarom niet.",
        "the XML has a DOCTYPE. A UBL invoice never has one, so we do not open it.",
    ),
    "xml_limit": (
        "de XML heeft een onderdeel dat te groot of te diep genest is. Een bijlage mag ten hoogste 7 MB zijn.",
        "the XML has a part that is too large or too deeply nested. An attachment may be 7 MB at most.",
    ),
    "xml_no_ubl": (
        "dit is geen UBL-factuur: het buitenste element is {root}.",
        "this is no UBL invoice: the outermost element is {root}.",
    ),
    "xml_namespace": (
        "dit is geen UBL 2: het element {root} hoort bij '{namespace}'.",
        "this is not UBL 2: the element {root} belongs to '{namespace}'.",
    ),
    "xml_bank_statement": (
        "dit is een bankafschrift: dat lezen wij nog niet. Boek de betalingen bij Betalingen.",
        "this is a bank statement, which we do not read yet. Book the payments under Payments.",
    ),
    "xml_audit_file": (
        "dit is een auditfile (XAF). Daarin staan geen facturen die wij zo kunnen overnemen.",
        "this is an audit file (XAF). It holds no invoices that we can take over like this.",
    ),
    "xml_cii": (
        "dit is een factuur in CII (Factur-X, ZUGFeRD). Vraag de verzender om UBL.",
        "this is an invoice in CII (Factur-X, ZUGFeRD). Ask the sender for UBL.",
    ),
    "ubl_missing": (
        "dit element ontbreekt of is leeg.",
        "this element is missing or empty.",
    ),
    "ubl_tax_sum": (
        "{exclusive!e} exclusief btw plus {tax!e} btw is niet {inclusive!e}.",
        "{exclusive!e} without VAT plus {tax!e} VAT is not {inclusive!e}.",
    ),
    "ubl_payable_sum": (
        "{inclusive!e} min vooruitbetaald {prepaid!e} plus afronding {rounding!e} is niet te betalen {payable!e}.",
        "{inclusive!e} less prepaid {prepaid!e} plus rounding {rounding!e} is not payable {payable!e}.",
    ),
    "ubl_type_unusual": (
        "soort document {type} kennen wij niet; gelezen als {kind!k}.",
        "type of document {type} is not known to us; read as {kind!k}.",
    ),
    "ubl_without_reference": (
        "een creditnota of correctie hoort de oorspronkelijke factuur te noemen.",
        "a credit note or correction should name the original invoice.",
    ),
    "ubl_negative_credit_note": (
        "een creditnota met een negatief bedrag ({amount!e}) kunnen wij niet duiden.",
        "a credit note with a negative amount ({amount!e}) has no meaning to us.",
    ),
    "ubl_several_due_dates": (
        "er staan verschillende vervaldatums in; de laatste, {day!d}, is genomen.",
        "there are different due dates; the last one, {day!d}, was taken.",
    ),
    "ubl_split_differs": (
        "de delen voor de gewone rekening en de G-rekening zijn samen {parts!e}, niet {payable!e}.",
        "the parts for the ordinary account and the G-account add up to {parts!e}, not {payable!e}.",
    ),
    "attachment_no_pdf": (
        "de bijlage {filename} heet een PDF maar is het niet; zij is wel bewaard.",
        "the attachment {filename} is called a PDF but is none; it was kept.",
    ),
    "attachment_unreadable": (
        "de bijlage {filename} is niet te lezen en is weggelaten.",
        "the attachment {filename} cannot be read and was left out.",
    ),
    "attachments_too_many": (
        "er zijn meer dan {limit} bijlagen; de rest is weggelaten.",
        "there are more than {limit} attachments; the rest was left out.",
    ),
}
