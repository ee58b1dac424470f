"""Messages about paying in parts: the confirmation, the small ladder of the instalments, the thanks at the end.

They are rows of the outbox, in the transaction of what caused them; one an instalment and kind, because the outbox
holds a subject once a channel.
"""

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from common import clock
from common.actor import Actor
from common.money import ZERO
from correspondence import arranged_content as content
from correspondence import operations as outbox
from correspondence.arranged_content import ArrangementContent, Kind
from correspondence.content import Payable, Recipient, Sender
from correspondence.models import Message
from correspondence.rendering import arranged as rendering
from correspondence.rendering.letters import RenderedLetter
from correspondence.states import ChannelKind
from debtors import queries as debtor_queries
from debtors.models import Debtor
from dunning import instalments, queries
from dunning.operations import releasing, tasks_found
from dunning.snapshot import TaskPlan
from payments import arranged, links
from payments.models import Arrangement, Instalment
from payments.states import InstalmentState
from tenants.models import Letterhead

# In which state of its arrangement a message about the whole of it is still true.
TRUE_IN = {
    Kind.AGREED: {"active"},
    Kind.COUNTER: {"active"},
    Kind.DECLINED: {"declined"},
    Kind.DONE: {"completed"},
}
VALID_FOR = timedelta(hours=24)  # a message that answers what a debtor just did


def remind_instalments(*, day: date, by: Actor) -> int:
    """Queue what is to be said about instalments on a day, for the sending window of that day; give how many.

    Run again it finds only what was not said. Where no address works a person is asked for one.
    """
    reminders = instalments.due(day)
    if not reminders:
        return 0
    window = releasing.window(queries.ladder_settings(), day)
    unreachable = [TaskPlan("no_address", one.instalment.arrangement.debtor_id) for one in reminders if not one.channel]
    tasks_found.store(unreachable, day=day, by=by)
    said = [one for one in reminders if one.channel]
    for one in said:
        queue_about(
            arrangement=one.instalment.arrangement,
            kind=one.kind,
            instalment=one.instalment,
            channel=one.channel,
            day=day,
            between=(max(by.at, window[0]), window[1]),
            by=by,
        )
    return len(said)


def tell_about(*, arrangement: Arrangement, kind: Kind, by: Actor) -> Message | None:
    """Answer a debtor at once: agreed, declined, all paid. By mail where that works, else on paper, else not."""
    debtor = Debtor.objects.prefetch_related("contacts").get(pk=arrangement.debtor_id)
    if debtor.legal_state or debtor.own_group:
        return None
    if debtor_queries.reminder_contact(debtor) is not None:
        channel = ChannelKind.EMAIL.value
    elif debtor.street and debtor.city and debtor.post_returned_on is None:
        channel = ChannelKind.POST.value
    else:
        return None
    same = Message.objects.filter(subject_kind=kind.value, subject_id=arrangement.public_id)
    if same.exists():  # it was paid, went back and is paid again: said once
        return None
    return queue_about(
        arrangement=arrangement, kind=kind, channel=channel, day=by.day, between=(by.at, by.at + VALID_FOR), by=by
    )


def queue_about(
    *,
    arrangement: Arrangement,
    kind: Kind,
    channel: str,
    day: date,
    between: tuple[datetime, datetime],
    by: Actor,
    instalment: Instalment | None = None,
) -> Message:
    """Make up one message and put it in the outbox, to leave between two moments."""
    debtor = Debtor.objects.prefetch_related("contacts").get(pk=arrangement.debtor_id)
    said = compose(arrangement, kind, day=day, instalment=instalment, channel=channel, with_links=by)
    subject_id = instalment.public_id if instalment else arrangement.public_id
    if channel == ChannelKind.EMAIL:
        return _queue_mail(said, debtor, subject_id, between)
    return _queue_letter(said, debtor, subject_id, day, by)


def _queue_mail(
    said: ArrangementContent, debtor: Debtor, subject_id: str, between: tuple[datetime, datetime]
) -> Message:
    contact = debtor_queries.reminder_contact(debtor)
    assert contact is not None  # the channel was chosen because there is one
    mail = rendering.render_mail(said)
    return outbox.queue_message(
        channel=ChannelKind.EMAIL,
        debtor=debtor,
        subject_kind=said.kind.value,
        subject_id=subject_id,
        to_name=contact.name or debtor.name,
        to_address=contact.email,
        subject_line=mail.subject,
        body_text=mail.text,
        body_html=mail.html,
        language=said.written_in,
        due_at=between[0],
        expires_at=between[1],
    )


def _queue_letter(said: ArrangementContent, debtor: Debtor, subject_id: str, day: date, by: Actor) -> Message:
    rendered = render_letter(said)
    document = outbox.store_document(
        filename=f"{said.kind.replace('_', '-')}-{debtor.number}-{day:%Y%m%d}.pdf",
        media_type="application/pdf",
        content=rendered.pdf,
        made_from=said.to_json(),
        template_version=rendered.template_version,
        pages=rendered.pages,
    )
    settings = queries.ladder_settings()
    last_day = queries.sending_days(settings, day).first_from(day + timedelta(days=1))
    return outbox.queue_message(
        channel=ChannelKind.POST,
        debtor=debtor,
        subject_kind=said.kind.value,
        subject_id=subject_id,
        to_name=debtor.name,
        to_address=", ".join(filter(None, [debtor.street, f"{debtor.postcode} {debtor.city}".strip()])),
        subject_line=f"{said.reference}",
        document=document,
        language=said.written_in,
        due_at=by.at,
        expires_at=releasing.window(settings, last_day)[1] + timedelta(hours=6),
    )


def render_letter(said: ArrangementContent) -> RenderedLetter:
    """Give a content as a letter on the letterhead of the active tenant."""
    letterhead = Letterhead.objects.get()
    logo = bytes(letterhead.logo) if letterhead.logo else None
    return rendering.render_letter(said, logo=logo, logo_type=letterhead.logo_type)


def compose(
    arrangement: Arrangement,
    kind: Kind,
    *,
    day: date,
    instalment: Instalment | None = None,
    channel: str = ChannelKind.EMAIL,
    with_links: Actor | None = None,
) -> ArrangementContent:
    """Give what a message says on a day. `with_links` makes the links to the debtor's page, by somebody; else none."""
    debtor = arrangement.debtor
    letterhead = Letterhead.objects.get()
    rows = [row for row in arrangement.instalments.order_by("number") if row.state != InstalmentState.ENDED]
    this = instalment or next((row for row in rows if row.paid < row.amount), None)
    links_by = with_links if channel == ChannelKind.EMAIL else None
    schedule = kind in content.WITH_SCHEDULE
    claims = tuple(arrangement.invoices.select_related("invoice").order_by("invoice__due_date", "invoice_id"))
    numbers = [row.invoice.number for row in claims]
    lapses_on = _lapses_on(this)
    return ArrangementContent(
        kind=kind,
        language=debtor.language,
        dispatch_date=day,
        reference=arrangement.public_id,
        sender=Sender(**{name: getattr(letterhead, name) for name in Sender.__dataclass_fields__}),
        recipient=_recipient(debtor),
        total=arrangement.total,
        paid=sum((row.paid for row in rows), start=ZERO),
        parts=tuple(_part(row, arrangement, this, day, links_by) for row in rows) if schedule else (),
        claims=tuple(
            content.ArrangedClaim(
                invoice_number=row.invoice.number, issue_date=row.invoice.issue_date, amount=row.amount
            )
            for row in claims
        ),
        payable=_payable(arrangement, this, numbers, letterhead) if schedule and this else None,
        pay_by=lapses_on - timedelta(days=1) if kind is Kind.MISSED and lapses_on else this.due_on if this else None,
        lapses_on=lapses_on,
        lapse_days=arranged.terms().default_after_days,
        by_direct_debit=arrangement.by_direct_debit and kind is not Kind.MISSED,
        is_consumer=any(row.invoice.acted_as_consumer for row in claims),
        by_email=channel == ChannelKind.EMAIL,
        reason=_reason(arrangement, kind),
        pay_url=_page(arrangement, this, kind, with_links) if with_links and kind is not Kind.DONE else "",
    )


def _lapses_on(this: Instalment | None) -> date | None:
    return this.due_on + timedelta(days=arranged.terms().default_after_days + 1) if this else None


def _reason(arrangement: Arrangement, kind: Kind) -> str:
    if kind is Kind.COUNTER and arrangement.replaces is not None:
        return str(arrangement.replaces.ended_reason)
    return str(arrangement.ended_reason) if kind is Kind.DECLINED else ""


def _recipient(debtor: Debtor) -> Recipient:
    names = ("name", "attention", "street", "postcode", "city", "country")
    return Recipient(debtor_number=debtor.number, **{name: getattr(debtor, name) for name in names})


def _part(
    row: Instalment, arrangement: Arrangement, this: Instalment | None, day: date, links_by: Actor | None
) -> content.Part:
    wants_link = links_by is not None and row.paid < row.amount and not arrangement.by_direct_debit
    return content.Part(
        number=row.number,
        due_on=row.due_on,
        amount=row.amount,
        paid=row.paid,
        is_late=row.due_on < day and row.paid < row.amount,
        is_this=this is not None and row.pk == this.pk,
        pay_url=_link(arrangement, "instalment", row.public_id, links_by) if wants_link and links_by else "",
    )


def _page(arrangement: Arrangement, this: Instalment | None, kind: Kind, by: Actor) -> str:
    if this is not None and kind in content.WITH_SCHEDULE:
        return _link(arrangement, "instalment", this.public_id, by)
    return _link(arrangement, "arrangement", arrangement.public_id, by)


def _link(arrangement: Arrangement, subject_kind: str, subject_id: str, by: Actor) -> str:
    return links.make_link(
        debtor=arrangement.debtor,
        invoices=[row.invoice for row in arrangement.invoices.select_related("invoice")],
        subject_kind=subject_kind,
        subject_id=subject_id,
        by=by,
    )


def _payable(arrangement: Arrangement, this: Instalment, numbers: list[str], letterhead: Letterhead) -> Payable:
    rest: Decimal = this.amount - this.paid
    return Payable(
        total=rest,
        principal=rest,
        reference=_reference(arrangement, numbers),
        iban=letterhead.iban,
        bic=letterhead.bic,
        account_holder=letterhead.account_holder,
    )


def _reference(arrangement: Arrangement, numbers: list[str]) -> str:
    """Give what the debtor states: the number of a single invoice, else his own with the invoices that fit."""
    if len(numbers) == 1:
        single = arrangement.invoices.select_related("invoice").get().invoice
        return str(single.payment_reference or single.number)
    full = f"{arrangement.debtor.number} / {' '.join(numbers)}"
    return full if len(full) <= 35 else f"{arrangement.debtor.number} / {arrangement.public_id}"


def still_to_say(message: Message, at: datetime) -> str:
    """Give why a message about an arrangement may not go out any more, or an empty text."""
    debtor = debtor_queries.lock(message.debtor_id)
    if debtor is None or debtor.legal_state or debtor.own_group:
        return _("status van de debiteur gewijzigd")
    if message.subject_kind in {Kind.BEFORE, Kind.MISSED}:
        row = Instalment.objects.filter(public_id=message.subject_id).first()
        day = clock.local_day(at if message.channel == ChannelKind.EMAIL else message.due_at)
        said = instalments.due(day, row.pk) if row is not None else []
        return (
            "" if [one for one in said if one.kind == message.subject_kind] else _("zou nu niet meer worden verstuurd")
        )
    found = Arrangement.objects.filter(public_id=message.subject_id).first()
    if found is None or found.state not in TRUE_IN[Kind(message.subject_kind)]:
        return _("de regeling is veranderd")
    return ""
