"""What an agency is told: its dossier, money that came in or went back, that a dossier is taken back."""

from datetime import date, timedelta
from decimal import Decimal

from django.utils import translation
from django.utils.html import linebreaks
from django.utils.translation import gettext as _

from audit import operations as audit
from collections_handoff.models import Handoff, HandoffClaim
from collections_handoff.states import OUT_STATES
from common.actor import Actor
from common.public_ids import new_public_id
from common.templatetags.amounts import format_amount
from correspondence import operations as outbox
from correspondence.models import Message
from correspondence.states import ChannelKind
from dunning import operations as ladder
from invoices.models import Invoice
from worklist import operations as worklist
from worklist.models import TaskKind

SUBJECT = "handoff"  # of our mails to agencies


def in_dutch() -> translation.override:
    """Write to agencies in Dutch, whatever language the person here reads."""
    return translation.override("nl")


def mail_agency(
    handoff: Handoff, *, subject: str, text: str, subject_id: str, by: Actor, with_archive: bool = False
) -> None:
    """Put a mail to the agency of a handoff in the outbox."""
    outbox.queue_message(
        channel=ChannelKind.EMAIL,
        debtor=handoff.debtor,
        subject_kind=SUBJECT,
        subject_id=subject_id,
        to_name=handoff.agency.name,
        to_address=handoff.agency.email,
        subject_line=subject,
        body_text=text,
        body_html=linebreaks(text, autoescape=True),
        document=handoff.archive if with_archive else None,
        language="nl",
        due_at=by.at,
        expires_at=by.at + timedelta(days=3),
    )


def ask_about_lost_mail(*, message: Message, reason: str, by: Actor) -> None:
    """Ask a person what to do about a mail that an agency did not get."""
    worklist.add_task(
        kind=TaskKind.HANDOFF,
        subject_kind="message",
        subject_id=message.public_id,
        title=_("%(agency)s kreeg onze mail niet") % {"agency": message.to_name},
        debtor=message.debtor,
        due_on=by.day,
        note=reason,
        by=by,
    )


def report_payment(*, invoice: Invoice, amount: Decimal, received_on: date, by: Actor) -> Handoff | None:
    """Tell the agency at once that money reached us on a claim that is with it; not with one, nothing happens."""
    handoff = _out_with(invoice)
    if handoff is None:
        return None
    with in_dutch():
        mail_agency(
            handoff,
            subject=_("Betaling ontvangen in dossier %(reference)s")
            % {"reference": handoff.agency_reference or handoff.public_id},
            text=_(
                "Op %(day)s is bij ons € %(amount)s ontvangen op factuur %(number)s (dossier %(reference)s).\n\n"
                "Op deze factuur staat nu nog € %(open)s open."
            )
            % {
                "day": f"{received_on:%d-%m-%Y}",
                "amount": format_amount(amount, "nl"),
                "number": invoice.number,
                "reference": handoff.agency_reference or handoff.public_id,
                "open": format_amount(invoice.open_amount, "nl"),
            },
            subject_id=new_public_id(),
            by=by,
        )
    log("handoff.payment_reported", handoff, by, amount=amount)
    return handoff


def report_reversal(*, invoice: Invoice, amount: Decimal, by: Actor) -> Handoff | None:
    """Tell the agency that money on a claim that is with it went back; not with one, nothing happens."""
    handoff = _out_with(invoice)
    if handoff is None:
        return None
    values = {
        "amount": format_amount(amount, "nl"),
        "number": invoice.number,
        "reference": handoff.agency_reference or handoff.public_id,
        "open": format_amount(invoice.open_amount, "nl"),
    }
    with in_dutch():
        mail_agency(
            handoff,
            subject=_("Betaling teruggedraaid in dossier %(reference)s") % values,
            text=_(
                "De betaling van € %(amount)s op factuur %(number)s (dossier %(reference)s) is teruggedraaid.\n\n"
                "Op deze factuur staat nu weer € %(open)s open."
            )
            % values,
            subject_id=new_public_id(),
            by=by,
        )
    log("handoff.payment_reported", handoff, by, amount=-amount)
    return handoff


def stays_out(*, invoice: Invoice, by: Actor) -> None:
    """Keep a claim off the ladder that was paid while an agency had it, and is open again: the agency still has it."""
    handoff = _out_with(invoice)
    if handoff is not None:
        ladder.hand_over(invoices=[invoice], agency=handoff.agency.name, by=by)


def _out_with(invoice: Invoice) -> Handoff | None:
    claim = HandoffClaim.objects.filter(invoice=invoice, is_live=True, handoff__state__in=OUT_STATES).first()
    return claim.handoff if claim is not None else None


def log(verb: str, handoff: Handoff, by: Actor, *, reason: str = "", **data: object) -> None:
    """Write in the log what happened to a handoff."""
    audit.record(
        verb,
        by=by,
        kind="handoff",
        subject=handoff,
        label=handoff.public_id,
        debtor_id=handoff.debtor_id,
        agency=handoff.agency.name,
        total=handoff.total,
        reason=reason,
        **data,
    )
