"""A one-time code to a known address, before the page shows more than its link names."""

import secrets
from datetime import timedelta

from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from answers import queries
from answers.models import EntryCode
from audit import operations as audit
from common.actor import Actor
from common.errors import DomainError
from correspondence import operations as outbox
from correspondence.operations.outbox import QUEUE
from correspondence.states import ChannelKind
from debtors import queries as debtor_queries
from debtors.models import Debtor
from payments.models import PaymentLink
from tenants import queue
from tenants.models import Letterhead

CODE_LIVES = timedelta(minutes=10)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MOST_AN_HOUR, MOST_A_DAY = 3, 8  # codes of one debtor: five guesses at each is far from a million


class NoSuchAddress(DomainError):
    """The address is not one that is known of the debtor."""

    code = "no_such_code_address"
    sentence = gettext_lazy("Kies een van de adressen hieronder.")


class TooManyCodes(DomainError):
    """Enough were sent."""

    code = "too_many_codes"
    sentence = gettext_lazy("Er zijn te veel codes aangevraagd. Probeer het over een uur opnieuw, of bel ons.")


class WrongCode(DomainError):
    """It is another one."""

    code = "wrong_entry_code"
    sentence = gettext_lazy("Deze code klopt niet. U kunt het nog %(left)s keer proberen.")


class CodeIsOver(DomainError):
    """There is none that may be tried: too late, too often, or used."""

    code = "entry_code_is_over"
    sentence = gettext_lazy("Deze code geldt niet meer. Vraag een nieuwe aan.")


def send_code(*, link: PaymentLink, contact_id: str, language: str, by: Actor) -> EntryCode:
    """Mail a code of six digits to a known address of the debtor; the code before ends.

    The mail names nobody and no amount: it may be read over a shoulder.

    :raises NoSuchAddress: if it is not the public id of a contact with an address that works.
    :raises TooManyCodes: if many were sent lately.
    """
    with transaction.atomic():
        debtor = debtor_queries.lock(link.debtor_id)
        assert debtor is not None
        known = {contact.public_id: contact for contact in queries.addresses_for_codes(debtor)}
        if contact_id not in known:
            raise NoSuchAddress(field="contact")
        for most, within in ((MOST_AN_HOUR, HOUR), (MOST_A_DAY, DAY)):
            if queries.codes_of_debtor(debtor.pk, at=by.at, within=within) >= most:
                raise TooManyCodes
        EntryCode.objects.filter(link=link, used_at=None, expires_at__gt=by.at).update(expires_at=by.at)
        digits = f"{secrets.randbelow(1_000_000):06d}"
        made = EntryCode(
            link=link, address=known[contact_id].email, made_at=by.at, expires_at=by.at + CODE_LIVES, code_hash=""
        )
        made.code_hash = _hash(made, digits)
        made.save()
        _mail(made, digits, debtor=debtor, language=language, by=by)
        audit.record(
            "link.code_sent",
            by=by,
            kind="link",
            subject=link,
            label=debtor.name,
            debtor_id=debtor.pk,
            address=made.address,
        )
    return made


def try_code(*, link: PaymentLink, digits: str, by: Actor) -> EntryCode:
    """Take a code that somebody typed; a wrong one counts, whatever becomes of the request.

    :raises WrongCode: if it is another one and may be tried again.
    :raises CodeIsOver: if no code of this link may be tried (any more).
    """
    with transaction.atomic():
        debtor_queries.lock(link.debtor_id)
        code = EntryCode.objects.filter(link=link).order_by("-made_at", "-pk").first()
        if code is None or not code.can_be_tried(by.at):
            raise CodeIsOver(field="digits")
        if is_right := constant_time_compare(code.code_hash, _hash(code, digits)):
            code.used_at = by.at
        else:
            code.tries += 1
        code.save(update_fields=["used_at", "tries"])
        if is_right:
            audit.record(
                "link.code_used",
                by=by,
                kind="link",
                subject=link,
                label=by.label,
                debtor_id=link.debtor_id,
                address=code.address,
            )
    if is_right:
        return code
    if not code.can_be_tried(by.at):  # raised outside the transaction, which keeps the count
        raise CodeIsOver(field="digits")
    raise WrongCode(field="digits", left=code.left)


def _hash(code: EntryCode, digits: str) -> str:
    """Six digits are guessed from a plain hash in a second; from one with our key they are not."""
    return salted_hmac(f"answers.code.{code.public_id}", digits, algorithm="sha256").hexdigest()


def _mail(code: EntryCode, digits: str, *, debtor: Debtor, language: str, by: Actor) -> None:
    sender = Letterhead.objects.get().legal_name
    with override(language):
        subject = _("Uw code voor de betaalpagina van %(name)s") % {"name": sender}
        paragraphs = [
            _("Uw code is %(digits)s.") % {"digits": f"{digits[:3]} {digits[3:]}"},
            _("De code geldt tien minuten en werkt één keer. Vul hem in op de pagina waar u hem hebt aangevraagd."),
            _("Hebt u geen code aangevraagd? Dan hoeft u niets te doen. Geef de code aan niemand door."),
            sender,
        ]
    outbox.queue_message(
        channel=ChannelKind.EMAIL,
        debtor=debtor,
        subject_kind="code",
        subject_id=code.public_id,
        to_name="",
        to_address=code.address,
        subject_line=subject,
        body_text="\n\n".join(paragraphs),
        body_html=format_html_join("", "<p>{}</p>", ((text,) for text in paragraphs)),
        language=language,
        due_at=by.at,
        expires_at=code.expires_at,
    )
    queue.enqueue(QUEUE)  # somebody waits for it
