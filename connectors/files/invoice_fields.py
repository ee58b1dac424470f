"""The fields of an invoice or credit note in a table, and the headers under which the packages export them."""

from connectors.files.field import Field

INVOICE_FIELDS: tuple[Field, ...] = (
    Field(
        "number", "Factuurnummer", "Invoice number", "2026-0042",
        "Precies zoals in uw boekhouding.", "Exactly as in your bookkeeping.",
        headers="factuurnr, factuur nr, factnr, fact nr, factuur, factuur id, factuurcode, nummer factuur, "
        "vorderingsnummer, boekstuknummer, boekstuk nr, boekstuknr, boekstuk, verkoopfactuur, verkoopfactuurnummer, "
        "invoice no, invoice nr, invoice, invoice id, invoiceid, invoicenr, invoice code, document number, "
        "documentnummer, docnr, entry number, bill number",
        bare_headers="nummer, nr, number, no, id",
        required=True, max_length=50,
    ),
    Field(
        "issue_date", "Factuurdatum", "Invoice date", "31-12-2025",
        "dd-mm-jjjj of jjjj-mm-dd.", "dd-mm-yyyy or yyyy-mm-dd.",
        headers="factuur datum, fact datum, factdatum, datum factuur, boekdatum, boekingsdatum, documentdatum, "
        "issue date, "
        "date of issue, document date, entry date, invoiced on",
        bare_headers="datum, date", type="date", required=True,
    ),
    Field(
        "due_date", "Vervaldatum", "Due date", "30-01-2026",
        "Zonder deze kolom: factuurdatum plus uw betalingstermijn.",
        "Without this column: invoice date plus your payment term.",
        headers="verval datum, verv datum, vervaldag, vervalt op, uiterste betaaldatum, betalen voor, te betalen voor, "
        "betaaldatum uiterlijk, expiry date, expirydate, payment due, date due, pay before, due on, due",
        type="date",
    ),
    Field(
        "payment_term_days", "Betalingstermijn", "Payment term", "30",
        "In dagen, voor facturen zonder vervaldatum.", "In days, for invoices without due date.",
        headers="betaaltermijn, krediettermijn, betalingsconditie, betalingstermijn in dagen, termijn, payment terms, "
        "payment term days, payment condition", type="term",
    ),
    Field(
        "sent_on", "Verzonden op", "Sent on", "02-01-2026",
        "De dag waarop de factuur de deur uit ging.", "The day on which the invoice went out.",
        headers="verzenddatum, datum verzonden, verstuurd op, verzonden, sent at, sent date, date sent", type="date",
    ),
    Field(
        "amount", "Bedrag incl. btw", "Amount incl. VAT", "1.210,00",
        "Het hele factuurbedrag. Een negatief bedrag is een creditnota.",
        "The whole amount of the invoice. A negative amount is a credit note.",
        headers="bedrag inclusief btw, bedrag incl, totaal incl btw, totaal inclusief btw, totaal incl, factuurbedrag, "
        "factuur bedrag, bedrag factuur, factuurbedrag incl btw, factuurtotaal, totaalbedrag, totaal bedrag, "
        "totaalbedrag incl btw, eindbedrag, "
        "origineel bedrag, oorspronkelijk bedrag, bedrag eur, amount including vat, amount inc vat, "
        "total incl vat, total including vat, total incl tax, total price incl tax, total price incl tax base, "
        "invoice amount, invoice total, invoicetotal, total amount, gross amount, grand total, original amount, "
        "amount dc, amount eur",
        bare_headers="bedrag, totaal, amount, total", type="amount", required=True,
    ),
    Field(
        "open_amount", "Openstaand", "Outstanding", "710,00",
        "Wat er nog open staat. Met het factuurbedrag erbij volgt hieruit wat al betaald is.",
        "What is still open. With the invoice amount, what was already paid follows from it.",
        headers="openstaand bedrag, openstaand saldo, openstaandsaldo, nog te betalen, te betalen, restbedrag, "
        "restant, "
        "saldo, openstaande bedrag, bedrag openstaand, open bedrag, openstaand eur, open, open amount, open balance, "
        "amount open, outstanding amount, amount due, balance, balance due, balance to pay, balancetopay, "
        "total unpaid, total unpaid base, unpaid, remaining amount, basevalueopen, openbasevalue", type="amount",
    ),
    Field(
        "paid", "Al betaald", "Already paid", "500,00",
        headers="betaald, reeds betaald, betaald bedrag, bedrag betaald, ontvangen, ontvangen bedrag, voldaan, "
        "voldaan bedrag, "
        "aanbetaling, vooruitbetaald, paid, amount paid, paid amount, total paid, prepaid, received", type="amount",
    ),
    Field(
        "vat_amount", "Btw-bedrag", "VAT amount", "210,00",
        headers="btw, bedrag btw, btw bedrag, totaal btw, omzetbelasting, vat, tax, tax amount, total tax, total vat",
        type="amount",
    ),
    Field(
        "currency", "Valuta", "Currency", "EUR", "Alleen EUR.", "EUR only.",
        headers="valutacode, munt, muntsoort, munteenheid, currency code, cur",
    ),
    Field(
        "document_kind", "Factuur of creditnota", "Invoice or credit note", "factuur",
        "Zonder deze kolom: een negatief bedrag is een creditnota.",
        "Without this column: a negative amount is a credit note.",
        headers="soort document, documentsoort, type document, documenttype, soort factuur, factuursoort, factuurtype, "
        "type factuur, document kind, document type, invoice type, type code",
        bare_headers="soort, type, kind", type="choice",
    ),
    Field(
        "original_number", "Crediteert factuur", "Credits invoice", "2025-0901",
        "Bij een creditnota: het nummer van de factuur waar zij bij hoort.",
        "On a credit note: the number of the invoice it belongs to.",
        headers="oorspronkelijke factuur, originele factuur, credit op factuur, creditering van, factuur gecrediteerd, "
        "original invoice, original invoice number, credited invoice, credit note for", max_length=50,
    ),
    Field(
        "description", "Omschrijving", "Description", "Levering december",
        headers="onderwerp, betreft, factuuromschrijving, subject, title, titel", type="lines", max_length=1000,
    ),
    Field(
        "payment_reference", "Betalingskenmerk", "Payment reference", "5000056789012345",
        headers="betaalkenmerk, betalingsreferentie, betaalreferentie, acceptgironummer, payment ref, "
        "paymentreference, "
        "payment id, remittance reference", max_length=140,
    ),
    Field(
        "contract_ref", "Contract", "Contract", "HUUR-17",
        "Facturen met hetzelfde contract horen bij elkaar, zoals huur of een abonnement.",
        "Invoices with the same contract belong together, such as rent or a subscription.",
        headers="contractnummer, contractnr, contract nr, abonnement, abonnementsnummer, abonnementnummer, "
        "huurcontract, "
        "contract number, contract no, contract reference, contract ref, subscription, subscription id", max_length=100,
    ),
    Field(
        "order_reference", "Ordernummer", "Order number", "PO-4711",
        headers="ordernr, order nr, order, bestelnummer, bestelnr, inkoopordernummer, inkooporder, po nummer, "
        "order reference, order no, purchase order, po number, po", max_length=100,
    ),
    Field(
        "buyer_reference", "Referentie klant", "Customer reference", "Afdeling facilitair",
        headers="uw referentie, uw ref, yourref, your ref, your reference, referentie, reference, kenmerk, "
        "klantreferentie, "
        "referentie debiteur, buyer reference, customer reference", max_length=140,
    ),
    Field(
        "term_agreed", "Termijn overeengekomen", "Term agreed", "ja",
        "Of de betalingstermijn met de debiteur is afgesproken. Voor consumenten geldt nee, tenzij u ja invult.",
        "Whether the payment term was agreed with the debtor. For consumers no, unless you say yes.",
        headers="betalingstermijn overeengekomen, termijn afgesproken, vervaldatum overeengekomen, fatale termijn, "
        "payment term agreed", type="yes_no",
    ),
    Field(
        "acted_as_consumer", "Als consument gekocht", "Bought as a consumer", "nee",
        "Alleen waar het voor deze factuur anders is dan voor de debiteur.",
        "Only where it differs for this invoice from the debtor.",
        headers="als consument, consument, consumentenkoop, acted as consumer, as consumer", type="yes_no",
    ),
    Field(
        "g_account_amount", "Bedrag G-rekening", "Amount on G-account", "302,50",
        "Het deel dat op de G-rekening betaald moet worden.", "The part that is to be paid on the blocked account.",
        headers="g rekening bedrag, bedrag g rek, g deel, g bedrag, g account amount, blocked account amount",
        type="amount",
    ),
    Field(
        "g_account_iban", "G-rekening", "G-account", "NL72ABNA0991234563",
        headers="g rekeningnummer, g rek, g rekening iban, iban g rekening, g account iban, blocked account",
    ),
    Field(
        "note", "Opmerking", "Note", "Op verzoek gesplitst",
        headers="opmerkingen, notitie, notities, memo, toelichting, notes, remark, remarks, comments", type="lines",
        max_length=4000,
    ),
)  # fmt: skip
