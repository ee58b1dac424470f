"""A payer agrees that the tenant collects from now on: his first payment gives a mandate, and he gets it in writing."""

from typing import NamedTuple

from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import override

from common import clock, identifiers
from common.actor import Actor
from common.calendar import DAY
from common.templatetags.amounts import format_date
from correspondence import operations as outbox
from correspondence.states import ChannelKind
from debtors import queries as debtor_queries
from payments import consent_words
from payments.consent_words import Authorisation
from payments.models import Arrangement, CheckoutAttempt, Mandate
from payments.operations.judging import choose_debit
from payments.operations.mandates import creditor_settings, register_online_mandate
from tenants.models import Letterhead

ABOUT = "mandate"  # the kind of subject of the confirmation
TRIED_FOR = 7 * DAY


class Consent(NamedTuple):
    """What a payer agreed to, as he read it; of an arrangement where its instalments are to be collected."""

    text: str
    arrangement: Arrangement | None = None


def authorisation(arrangement: Arrangement | None) -> Authorisation | None:
    """Give what a payer would agree to, in the active language; None where the tenant does not collect."""
    creditor = creditor_settings()
    if creditor is None:
        return None
    sender = Letterhead.objects.defer("logo").get()
    return consent_words.authorisation(
        name=sender.legal_name,
        address=", ".join(filter(None, (sender.street, f"{sender.postcode} {sender.city}".strip()))),
        creditor_id=creditor.creditor_id,
        of_instalments=arrangement is not None,
    )


def give_mandate(*, checkout: CheckoutAttempt, by: Actor) -> Mandate | None:
    """Register what came of a first payment that was made, and confirm it. Once only, however often it is told.

    None where nothing can be collected: no first payment, or one that names no account.
    """
    known = Mandate.objects.filter(provider_ref=checkout.public_id).first()
    if known is not None:
        return known
    mandate = register_online_mandate(checkout=checkout, by=by)
    if mandate is None:
        return None
    if checkout.arrangement is not None:
        choose_debit(arrangement=checkout.arrangement, by_direct_debit=True, by=by)
    if checkout.consent:
        _confirm(mandate, checkout, by)
    return mandate


def _confirm(mandate: Mandate, checkout: CheckoutAttempt, by: Actor) -> None:
    """Mail the mandate in the language in which it was given; without an address his page shows it."""
    contact = debtor_queries.reminder_contact(mandate.debtor)
    creditor = creditor_settings()
    if contact is None or creditor is None:
        return
    sender = Letterhead.objects.defer("logo").get().legal_name
    with override(checkout.language):
        subject = _("Bevestiging van uw machtiging aan %(name)s") % {"name": sender}
        paragraphs = _paragraphs(mandate, creditor.creditor_id, sender, checkout)
    outbox.queue_message(
        channel=ChannelKind.EMAIL,
        debtor=mandate.debtor,
        subject_kind=ABOUT,
        subject_id=mandate.public_id,
        to_name=contact.name or mandate.debtor.name,
        to_address=contact.email,
        subject_line=subject,
        body_text="\n\n".join(paragraphs),
        body_html=format_html_join("", "<p>{}</p>", ((text,) for text in paragraphs)),
        language=checkout.language,
        due_at=by.at,
        expires_at=by.at + TRIED_FOR,
    )


def _paragraphs(mandate: Mandate, creditor_id: str, sender: str, checkout: CheckoutAttempt) -> list[str]:
    day = format_date(clock.local_day(checkout.started_at), checkout.language)
    what = _("Op %(day)s gaf u ons toestemming om uw facturen op hun vervaldag automatisch af te schrijven.")
    if checkout.arrangement_id is not None:
        what = _(
            "Op %(day)s gaf u ons toestemming om de termijnen van uw betalingsregeling automatisch af te schrijven."
        )
    return [
        what % {"day": day},
        _("Kenmerk van de machtiging: %(reference)s") % {"reference": mandate.reference},
        _("Incassant: %(name)s, incassant-ID %(creditor_id)s") % {"name": sender, "creditor_id": creditor_id},
        _("Rekening: %(account)s") % {"account": identifiers.masked_iban(mandate.iban)},
        consent_words.told_and_refundable(),
        _("Wilt u dit niet meer? Stop het op uw betaalpagina, of laat het ons weten."),
        sender,
    ]
