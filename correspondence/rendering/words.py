"""The words around the text of a letter, per language: heads of tables, labels, how a list is joined.

What a rung says is in templates/correspondence/<kind>/<language>.html, not here.
"""

from collections.abc import Mapping, Sequence

from correspondence.content import InterestKind, Kind

# Labels as templates use them: {{ t.iban }}.
LABELS: Mapping[str, Mapping[str, str]] = {
    "nl": {
        "salutation": "Geachte heer, mevrouw,",
        "regards": "Met vriendelijke groet,",
        "date": "Datum",
        "our_reference": "Ons kenmerk",
        "debtor_number": "Debiteurnummer",
        "return_to": "Retouradres",
        "attention": "t.a.v.",
        "phone": "Telefoon",
        "kvk": "KvK",
        "vat_number": "btw-id",
        "sheet": "blad",
        "of": "van",
        "by_email": "Per e-mail",
        "invoice": "Factuur",
        "invoice_date": "Factuurdatum",
        "due_date": "Vervaldatum",
        "days_late": "Dagen te laat",
        "invoice_amount": "Factuurbedrag",
        "open": "Openstaand",
        "amount": "Bedrag",
        "paid": "al betaald",
        "credited": "al verrekend",
        "disputed": "in behandeling, telt nu niet mee",
        "sum_open": "Openstaande facturen",
        "interest": "Rente",
        "through": "tot en met",
        "costs": "Incassokosten",
        "costs_vat": "waarvan btw",
        "total": "Te betalen",
        "pay_here": "Zo betaalt u",
        "pay_by": "Uiterlijk op",
        "account_holder": "Op naam van",
        "reference": "Betalingskenmerk",
        "pay_online": "Online betalen",
        "pay_button": "Bekijk en betaal online",
        "qr_caption": "Betalen met uw bankapp",
        "page_qr_caption": "Bekijk en betaal online",
        "page_qr_alt": "QR-code naar de pagina waar u online betaalt",
        "qr_alt": "QR-code met de gegevens van deze betaling",
        "logo_alt": "Logo van",
        "for_information": "Ter informatie",
        "upcoming": "Deze facturen hoeft u nu nog niet te betalen",
        "credit": "Uw tegoed dat nog niet is verrekend",
        "credit_question": "Wilt u dat wij dit tegoed met deze facturen verrekenen? Laat het ons weten.",
        "interest_lines": "Zo is de rente berekend",
        "period": "Periode",
        "days": "Dagen",
        "over": "Over",
        "percent": "Percentage",
        "per_year": "per jaar",
        "per_month": "per maand",
        "interest_settled": "Hiervan al voldaan",
        "interest_total": "Rente in deze brief",
        "due_date_short": "vervalt op",
        "copy_by_post": "U krijgt deze brief ook per post.",
        "invoice_attached": "De factuur zit als bijlage bij deze e-mail.",
        "invoices_attached": "De facturen zitten als bijlage bij deze e-mail.",
        "preheader": "Een bericht van ons met kenmerk",
    },
    "en": {
        "salutation": "Dear Sir or Madam,",
        "regards": "Kind regards,",
        "date": "Date",
        "our_reference": "Our reference",
        "debtor_number": "Customer number",
        "return_to": "Return to",
        "attention": "Attn.",
        "phone": "Telephone",
        "kvk": "Chamber of Commerce (KvK)",
        "vat_number": "VAT ID",
        "sheet": "page",
        "of": "of",
        "by_email": "By email",
        "invoice": "Invoice",
        "invoice_date": "Invoice date",
        "due_date": "Due date",
        "days_late": "Days overdue",
        "invoice_amount": "Invoice amount",
        "open": "Outstanding",
        "amount": "Amount",
        "paid": "already paid",
        "credited": "already credited",
        "disputed": "under review, not asked now",
        "sum_open": "Outstanding invoices",
        "interest": "Interest",
        "through": "up to and including",
        "costs": "Collection costs",
        "costs_vat": "of which VAT",
        "total": "Amount to pay",
        "pay_here": "How to pay",
        "pay_by": "No later than",
        "account_holder": "Account holder",
        "reference": "Payment reference",
        "pay_online": "Pay online",
        "pay_button": "View and pay online",
        "qr_caption": "Pay with your banking app",
        "page_qr_caption": "View and pay online",
        "page_qr_alt": "QR code to the page where you pay online",
        "qr_alt": "QR code with the details of this payment",
        "logo_alt": "Logo of",
        "for_information": "For your information",
        "upcoming": "You do not have to pay these invoices yet",
        "credit": "Your credit that has not been set off yet",
        "credit_question": "Would you like us to set this credit off against these invoices? Please let us know.",
        "interest_lines": "How the interest was calculated",
        "period": "Period",
        "days": "Days",
        "over": "On",
        "percent": "Percentage",
        "per_year": "per year",
        "per_month": "per month",
        "interest_settled": "Already settled",
        "interest_total": "Interest in this letter",
        "due_date_short": "due on",
        "copy_by_post": "You will also receive this letter by post.",
        "invoice_attached": "The invoice is attached to this email.",
        "invoices_attached": "The invoices are attached to this email.",
        "preheader": "A message from us with reference",
    },
}

# What a rung is called beside a claim, and as a letter that went before.
RUNGS: Mapping[str, Mapping[Kind, tuple[str, str]]] = {
    "nl": {
        Kind.COURTESY: ("vooraankondiging", "ons bericht"),
        Kind.REMINDER: ("herinnering", "onze herinnering"),
        Kind.SECOND_REMINDER: ("tweede herinnering", "onze tweede herinnering"),
        Kind.DEMAND: ("aanmaning", "onze aanmaning"),
        Kind.DEFAULT_NOTICE: ("ingebrekestelling", "onze ingebrekestelling"),
        Kind.FOURTEEN_DAY_LETTER: ("veertiendagenbrief", "onze brief over de incassokosten"),
        Kind.FINAL_DEMAND: ("laatste sommatie", "onze laatste sommatie"),
    },
    "en": {
        Kind.COURTESY: ("advance notice", "our message"),
        Kind.REMINDER: ("reminder", "our reminder"),
        Kind.SECOND_REMINDER: ("second reminder", "our second reminder"),
        Kind.DEMAND: ("demand for payment", "our demand for payment"),
        Kind.DEFAULT_NOTICE: ("notice of default", "our notice of default"),
        Kind.FOURTEEN_DAY_LETTER: ("fourteen-day letter", "our letter about collection costs"),
        Kind.FINAL_DEMAND: ("final demand", "our final demand"),
    },
}

# The interest by its name, and the article that gives it.
INTEREST: Mapping[str, Mapping[InterestKind, tuple[str, str]]] = {
    "nl": {
        InterestKind.CONSUMER: ("wettelijke rente", "artikel 6:119 van het Burgerlijk Wetboek"),
        InterestKind.TRADE: ("wettelijke handelsrente", "artikel 6:119a van het Burgerlijk Wetboek"),
        InterestKind.CONTRACTUAL: ("afgesproken rente", "volgens onze overeenkomst"),
    },
    "en": {
        InterestKind.CONSUMER: ("statutory interest", "article 6:119 of the Dutch Civil Code"),
        InterestKind.TRADE: ("statutory commercial interest", "article 6:119a of the Dutch Civil Code"),
        InterestKind.CONTRACTUAL: ("agreed interest", "under our agreement"),
    },
}
DAY_COUNTS: Mapping[str, Mapping[str, str]] = {
    "nl": {
        "actual/actual": "De rente is berekend per dag: een jaar telt 365 dagen, een schrikkeljaar 366.",
        "actual/365": "De rente is berekend per dag: een jaar telt altijd 365 dagen.",
    },
    "en": {
        "actual/actual": "Interest was calculated per day: a year has 365 days, a leap year 366.",
        "actual/365": "Interest was calculated per day: a year always has 365 days.",
    },
}
AGENCY = {
    "nl": "een incassobureau of een gerechtsdeurwaarder",
    "en": "a collection agency or a bailiff",
}
_AND = {"nl": "en", "en": "and"}
_THROUGH = {"nl": "t/m", "en": "to"}


def joined(parts: Sequence[str], language: str) -> str:
    """Join parts as a sentence does: a, b en c."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {_AND[language]} {parts[-1]}"


def period(first: str, last: str, language: str) -> str:
    """Write a period with both its ends in it."""
    return f"{first} {_THROUGH[language]} {last}"


# The sheet on top of a print batch, for the people who print and post.
BATCH: Mapping[str, Mapping[str, str]] = {
    "nl": {
        "title": "Brieven van",
        "letters": "Brieven",
        "sheets": "Vellen papier",
        "simplex": "enkelzijdig",
        "duplex": "dubbelzijdig",
        "number": "Nr.",
        "recipient": "Debiteur",
        "city": "Plaats",
        "reference": "Kenmerk",
        "pages": "Blz.",
        "amount": "Bedrag",
        "posted": "In envelop",
        "total": "Totaal",
        "posted_on": "Op de post gedaan op:",
        "by": "Door:",
    },
    "en": {
        "title": "Letters of",
        "letters": "Letters",
        "sheets": "Sheets of paper",
        "simplex": "one-sided",
        "duplex": "two-sided",
        "number": "No.",
        "recipient": "Customer",
        "city": "Town",
        "reference": "Reference",
        "pages": "Pages",
        "amount": "Amount",
        "posted": "In envelope",
        "total": "Total",
        "posted_on": "Posted on:",
        "by": "By:",
    },
}
