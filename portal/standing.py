"""What runs between a debtor and the tenant: what he promised, asked or does not agree with, and the answers to it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from answers.models import Answer
from answers.states import AnswerKind
from common.templatetags.amounts import format_euro
from invoices.models import Dispute
from invoices.states import DisputeOutcome
from payments import arranged
from payments.models import Promise
from payments.states import ArrangementState, PromiseState
from portal import collecting
from portal.claims import Claims
from portal.entering import LinkRequest
from portal.heard import answer_by
from portal.lines import Line
from portal.plans import day, language
from worklist.models import Task

SHOWN_FOR = timedelta(days=60)  # how long an answer to a dispute stands on the page


@dataclass(frozen=True, slots=True)
class Door:
    """A page on which something can be said."""

    label: str
    url: str


def lines(request: LinkRequest, claims: Claims) -> list[Line]:
    """Give what runs about the claims on a page, in a fixed number of queries."""
    return [
        *_arrangements(request, claims),
        *collecting.lines(request),
        *_promises(claims),
        *_disputes(request, claims),
        *_waiting(request),
    ]


def _arrangements(request: LinkRequest, claims: Claims) -> Iterator[Line]:
    found = arranged.of_invoices(invoice.pk for invoice in claims.invoices)
    url = reverse("portal:arrangement", args=[request.token])
    for one in {arrangement.pk: arrangement for arrangement in found.values()}.values():
        total = {"amount": format_euro(one.total, language())}
        if one.state == ArrangementState.ACTIVE:
            yield Line(
                _("Betalingsregeling"), _("U betaalt %(amount)s in termijnen.") % total, url, _("Bekijk het schema")
            )
        else:
            text = _("Uw voorstel voor %(amount)s in termijnen ligt bij ons.") % total
            yield Line(_("Voorstel voor een betalingsregeling"), text, url, _("Bekijk uw voorstel"))


def _promises(claims: Claims) -> Iterator[Line]:
    mine = [invoice.pk for invoice in claims.invoices]
    running = Promise.objects.filter(state=PromiseState.RUNNING, invoices__invoice__in=mine).distinct()
    for one in running.order_by("promised_for", "pk"):
        words = {"amount": format_euro(one.amount, language()), "day": day(one.promised_for)}
        yield Line(_("Toegezegd"), _("U betaalt %(amount)s op %(day)s.") % words)


def _disputes(request: LinkRequest, claims: Claims) -> Iterator[Line]:
    """Those that came by the page: what staff noted of a conversation was written for staff."""
    by_page = Answer.objects.filter(debtor=request.debtor, kind=AnswerKind.DISPUTE).values("subject_id")
    rows = Dispute.objects.filter(invoice__in=[one.pk for one in claims.invoices], public_id__in=by_page)
    for one in rows.select_related("invoice").order_by("opened_on", "pk"):
        words = {"number": one.invoice.number, "day": day(one.resolved_on or one.deadline)}
        title = _("Bezwaar tegen factuur %(number)s") % words
        if one.resolved_on is None:
            url = reverse("portal:withdrawal", args=[request.token, one.invoice.public_id])
            yield Line(title, _("U krijgt uiterlijk %(day)s antwoord.") % words, url, _("Trek uw bezwaar in"))
        elif one.outcome != DisputeOutcome.WITHDRAWN and one.resolved_on > request.by.day - SHOWN_FOR:
            yield Line(title, _OUTCOMES[DisputeOutcome(one.outcome)]() % words, quote=one.resolution)


_OUTCOMES = {
    DisputeOutcome.REJECTED: lambda: _("Op %(day)s hebben wij geantwoord: de factuur blijft staan."),
    DisputeOutcome.ACCEPTED: lambda: _("Op %(day)s hebben wij geantwoord: u hebt gelijk."),
}


def _waiting(request: LinkRequest) -> Iterator[Line]:
    """What was said by this link and lies with a person."""
    kinds = (AnswerKind.ALREADY_PAID, AnswerKind.DETAILS, AnswerKind.QUESTION)
    said = {
        answer.public_id: answer
        for answer in Answer.objects.filter(link=request.link, kind__in=kinds).order_by("given_at", "pk")
    }
    open_ones = Task.objects.open().filter(subject_kind="answer", subject_id__in=list(said))
    waiting = set(open_ones.values_list("subject_id", flat=True))
    for answer in (answer for public_id, answer in said.items() if public_id in waiting):
        title = {
            AnswerKind.ALREADY_PAID: _("U zegt dat u al hebt betaald"),
            AnswerKind.DETAILS: _("Uw nieuwe gegevens"),
            AnswerKind.QUESTION: _("Uw vraag"),
        }[AnswerKind(answer.kind)]
        yield Line(title, _("Dit ligt bij ons. U hoort uiterlijk %(day)s van ons.") % {"day": answer_by(answer)})


def doors(request: LinkRequest, claims: Claims) -> list[Door]:
    """Give what can be said: nothing but a question about what is with an agency, or paid."""
    found: list[tuple[str, str]] = []
    if claims.answerable:
        found.append((_("Ik wil later betalen"), "promise"))
        if arranged.terms().is_offered:
            found.append((_("Ik wil in termijnen betalen"), "arrangement"))
        found.append((_("Ik heb al betaald"), "already_paid"))
        found.append((_("Er klopt iets niet"), "dispute"))
    if not claims.is_handed_over:
        found.append((_("Mijn gegevens kloppen niet"), "details"))
    found.append((_("Ik heb een vraag"), "question"))
    return [Door(label, reverse(f"portal:{name}", args=[request.token])) for label, name in found]
