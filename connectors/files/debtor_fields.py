"""The fields of a debtor, and the headers under which the Dutch packages export them.

Headers of Exact Online, SnelStart, Moneybird, e-Boekhouden, Twinfield and AFAS as far as commonly known; packages let
their users rename columns, so the mapping screen remains.
"""

from connectors.files.field import Field

DEBTOR_FIELDS: tuple[Field, ...] = (
    Field(
        "number", "Debiteurnummer", "Debtor number", "10001",
        "Het nummer in uw boekhouding. Hierop wordt een debiteur herkend bij een volgende import.",
        "The number in your bookkeeping. A later import recognises the debtor by it.",
        headers="debiteurnr, debiteurennummer, debiteurennr, debnr, deb nr, debiteurcode, debiteur code, debiteur id, "
        "nummer debiteur, klantnummer, klantnr, klantcode, klant id, klant nummer, relatiecode, relatienummer, "
        "relatienr, relatie code, contactnummer, accountcode, account code, account number, customer number, "
        "customer no, customer nr, customer code, customer id, client number, client id, debtor no, debtor nr, "
        "debtor code, debtor id, debtornumber, dimensiecode",
        bare_headers="nummer, nr, code, number, id, no",
        required=True, max_length=50,
    ),
    Field(
        "name", "Naam", "Name", "Bakkerij Jansen B.V.",
        "Naam van het bedrijf of de persoon. Mag ook uit voornaam en achternaam bestaan.",
        "Name of the company or person. May also come from first and last name.",
        headers="bedrijfsnaam, bedrijf, organisatie, debiteur, debiteurnaam, naam debiteur, klant, klantnaam, "
        "naam klant, relatie, relatienaam, naam relatie, contact, accountnaam, account name, company, company name, "
        "organisation, organization, customer, customer name, client, client name, debtor, debtor name, firmanaam, "
        "naam bedrijf, statutaire naam, handelsnaam",
        bare_headers="naam 1, name 1, omschrijving",
        required=True,
    ),
    Field("first_name", "Voornaam", "First name", "Anna", headers="voornamen, roepnaam, firstname, given name"),
    Field("last_name", "Achternaam", "Last name", "de Vries", headers="familienaam, lastname, surname, family name"),
    Field(
        "kind", "Consument of bedrijf", "Consumer or business", "consument",
        "consument, particulier, zakelijk of bedrijf. Zonder deze kolom: met KvK- of btw-nummer een bedrijf, "
        "anders een consument.",
        "consumer or business. Without this column: a business if there is a KvK or VAT number, else a consumer.",
        headers="soort debiteur, debiteursoort, type debiteur, debiteurtype, soort klant, klantsoort, klanttype, "
        "type klant, soort relatie, relatietype, aanmaningsoort, aanmaning soort, particulier of zakelijk, "
        "particulier zakelijk, zakelijk particulier, debtor kind, debtor type, customer type, customer kind",
        bare_headers="soort, type, kind", type="choice",
    ),
    Field(
        "attention", "Contactpersoon", "Contact person", "mevrouw A. de Vries",
        "Ter attentie van.", "For the attention of.",
        headers="tav, t.a.v., ter attentie van, attentie, attn, attention, contact name, contactnaam, contact persoon, "
        "naam contactpersoon, contactperson, contact, factuur tav",
    ),
    Field(
        "email", "E-mailadres", "E-mail address", "administratie@bakkerijjansen.nl",
        "Meer adressen scheidt u met een puntkomma.", "Separate several addresses with a semicolon.",
        headers="email, e-mail, mail, mailadres, emailadressen, e-mailadressen, email address, contact email",
        max_length=1000,
    ),
    Field(
        "email_invoice", "E-mail voor facturen", "E-mail for invoices", "facturen@bakkerijjansen.nl",
        headers="factuur email, factuur e-mail, e-mail factuur, email factuur, factuur emailadres, "
        "factuur e-mailadres, "
        "e-mailadres facturen, emailadres factuur, invoice email, billing email, email invoices, "
        "send invoices to email, facturen verzenden naar",
        max_length=1000,
    ),
    Field(
        "email_reminder", "E-mail voor herinneringen", "E-mail for reminders", "administratie@bakkerijjansen.nl",
        headers="aanmaning email, aanmaning e-mail, e-mail aanmaning, email aanmaning, aanmaning emailadres, "
        "e-mail aanmaningen, herinnering email, e-mail herinnering, e-mail herinneringen, email herinneringen, "
        "e-mailadres herinneringen, aanmaningemailversturen email, reminder email, email reminders, dunning email",
        max_length=1000,
    ),
    Field(
        "email_escalation", "E-mail voor escalatie", "E-mail for escalation", "directie@bakkerijjansen.nl",
        headers="escalatie email, e-mail escalatie, email escalatie, directie email, escalation email", max_length=1000,
    ),
    Field(
        "phone", "Telefoon", "Phone", "020 123 45 67",
        headers="telefoonnummer, telefoonnr, tel, telnr, tel nr, phone number, telephone, telefoon 1, mobiel, mobile, "
        "mobiele telefoon, mobiel nummer, gsm, contacttelefoonnr",
    ),
    Field(
        "address_line", "Adres", "Address", "Dorpsstraat 12 A",
        "Straat met huisnummer in één kolom.", "Street and house number in one column.",
        headers="adresregel 1, adresregel, adres 1, straat en huisnummer, straat + huisnummer, straat huisnummer, "
        "vestigingsadres, factuuradres, bezoekadres, address line 1, address 1, billing address, street address",
    ),
    Field(
        "street", "Straat", "Street", "Dorpsstraat",
        headers="straatnaam, vestigingsadres straat, street name, streetname", max_length=200,
    ),
    Field(
        "house_number", "Huisnummer", "House number", "12",
        headers="huisnr, huis nr, hnr, huis nummer, factuur huisnummer, house no, building number", max_length=30,
    ),
    Field(
        "house_number_addition", "Toevoeging", "Addition", "A",
        headers="huisnummer toevoeging, huisnummertoevoeging, toev, toevoeging huisnummer, huisnr toevoeging, "
        "huisnummertoev, factuur huisnummer toev, house number addition, house number suffix", max_length=20,
    ),
    Field(
        "address_extra", "Tweede adresregel", "Second address line", "Gebouw B, 3e etage",
        headers="adresregel 2, adres 2, address line 2, address 2, extra adresregel, adres toevoeging",
    ),
    Field(
        "postcode", "Postcode", "Postcode", "1234 AB",
        headers="post code, vestigingsadres postcode, factuur postcode, zip, zip code, zipcode, postal code, "
        "postalcode, pc", max_length=20,
    ),
    Field(
        "city", "Plaats", "City", "Utrecht",
        headers="woonplaats, plaatsnaam, vestigingsplaats, vestigingsadres plaats, stad, factuur plaats, town, "
        "locality",
    ),
    Field(
        "country", "Land", "Country", "NL",
        "Naam of landcode.", "Name or country code.",
        headers="landcode, land code, vestigingsadres land, factuur code land, country code, country name, iso land",
    ),
    Field(
        "kvk", "KvK-nummer", "KvK number", "12345678",
        headers="kvk, kvk nr, kvknr, kamer van koophandel, nummer kvk, handelsregisternummer, handelsregister, "
        "chamber of commerce, chamberofcommerce, chamber of commerce number, coc, coc number, kvk nummer klant",
    ),
    Field(
        "vat_number", "Btw-nummer", "VAT number", "NL004495445B01",
        headers="btw nr, btwnr, btw-id, btw id, btw identificatienummer, btw identificatie nummer, ob nummer, "
        "vat no, vat id, "
        "vat, vatnumber, tax number, tax id, vat registration number",
    ),
    Field(
        "iban", "IBAN", "IBAN", "NL91ABNA0417164300",
        "Rekening van de debiteur: betalingen worden hieraan herkend.",
        "The debtor's account: payments are recognised by it.",
        headers="rekeningnummer, bankrekening, bankrekeningnummer, bankrekening iban, iban nummer, bank reknr, "
        "bank account, bank account number, iban debiteur",
    ),
    Field(
        "language", "Taal", "Language", "nl",
        "nl, en, de of fr.", "nl, en, de or fr.",
        headers="taalcode, voertaal, taal debiteur, language code", type="choice",
    ),
    Field(
        "payment_term_days", "Betalingstermijn", "Payment term", "30",
        "In dagen.", "In days.",
        headers="betaaltermijn, krediettermijn, krediet termijn, betalingsconditie, betalingscondities, "
        "betaalconditie, "
        "betalingstermijn in dagen, betalingstermijn dagen, termijn, payment terms, payment condition, "
        "payment term days, credit term, terms of payment", type="term",
    ),
    Field(
        "terms_agreed", "Voorwaarden overeengekomen", "Terms agreed", "ja",
        "Of uw algemene voorwaarden met deze debiteur zijn overeengekomen.",
        "Whether your general terms were agreed with this debtor.",
        headers="algemene voorwaarden, voorwaarden akkoord, av akkoord, general terms, terms accepted", type="yes_no",
    ),
    Field(
        "notes", "Notities", "Notes", "Belt liever na 14 uur",
        headers="notitie, opmerking, opmerkingen, memo, note, notes, remark, remarks, comments, toelichting",
        type="lines", max_length=4000,
    ),
)  # fmt: skip
