"""A dossier is prepared, approved, sent to an agency, and lives there until it is refused, recalled or closed."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from collections_handoff import building, dossier, queries, signals
from collections_handoff.models import Agency, Handoff, HandoffClaim
from collections_handoff.operations import telling
from collections_handoff.states import TRANSITIONS, HandoffState
from common.actor import Actor
from common.errors import DomainError
from common.money import ZERO
from common.public_ids import new_public_id
from common.templatetags.amounts import format_amount
from correspondence import operations as outbox
from debtors.models import Debtor
from dunning import operations as ladder
from dunning.models import Case
from dunning.snapshot import Why
from dunning.states import RungKind
from invoices import operations as claims
from invoices.models import Invoice
from tenants import two_persons
from worklist import operations as worklist
from worklist.models import TaskKind

FRESH_TERM = timedelta(days=7)


class NotReady(DomainError):
    """A claim cannot be handed over now."""

    code = "not_ready_for_handoff"
    sentence = gettext_lazy("Nog niet over te dragen: %(why)s")


class NoAgency(DomainError):
    """There is nobody to hand over to."""

    code = "no_agency"
    sentence = gettext_lazy("Kies eerst een incassobureau, deurwaarder of advocaat.")


class NotRegistered(DomainError):
    """Consumer claims go to a registered agency only."""

    code = "agency_not_registered"
    sentence = gettext_lazy(
        "%(agency)s heeft geen Wki-registratie. Een vordering op een particulier mag alleen naar een geregistreerd "
        "bureau: kies een ander, of vul bij Incassobureaus het registratienummer in."
    )


class HandoffIsNot(DomainError):
    """The dossier is in another state."""

    code = "handoff_in_other_state"
    sentence = gettext_lazy("Dit kan niet: het dossier is %(state)s.")


def move(handoff: Handoff, state: HandoffState) -> None:
    """Change the state of a handoff.

    :raises HandoffIsNot: if the table does not allow it.
    """
    if state not in TRANSITIONS[handoff.state]:
        raise HandoffIsNot(state=handoff.get_state_display())
    handoff.state = state


def prepare(*, debtor: Debtor, invoices: Sequence[Invoice], by: Actor, agency: Agency | None = None) -> Handoff:
    """Check that claims may go, charge interest through today, and freeze their dossier. A person approves it.

    :raises NoAgency: if none is given and there is no default.
    :raises NotRegistered: if a consumer claim would go to an agency without registration.
    :raises NotReady: if something stands in the way.
    """
    agency = agency or Agency.objects.filter(is_default=True, is_active=True).first()
    if agency is None:
        raise NoAgency
    with transaction.atomic():
        debtor = Debtor.objects.select_for_update().get(pk=debtor.pk)
        invoices = [Invoice.objects.get(pk=invoice.pk) for invoice in invoices]  # as they are behind the lock
        _check(debtor, invoices, agency, by.day)
        invoices = [_with_interest(invoice, by) for invoice in invoices]
        public_id = new_public_id()
        built = building.build(debtor, invoices, reference=public_id, day=by.day)
        data = dossier.as_json(built)
        handoff = Handoff.objects.create(
            public_id=public_id,
            debtor=debtor,
            agency=agency,
            principal=built.principal,
            interest=built.interest,
            costs=built.costs,
            total=built.total,
            dossier=data,
            sha256=dossier.fingerprint(data),
            archive=outbox.store_document(
                filename=f"dossier-{debtor.number}-{by.day:%Y%m%d}.zip",
                media_type="application/zip",
                content=building.pack(built, invoices),
                made_from={"handoff": public_id},
                template_version="dossier",
            ),
            prepared_at=by.at,
            prepared_by=by.label,
        )
        HandoffClaim.objects.bulk_create(
            HandoffClaim(
                handoff=handoff,
                invoice=invoice,
                principal=invoice.principal_open,
                interest=invoice.interest_open,
                costs=invoice.costs_open,
            )
            for invoice in invoices
        )
        telling.log("handoff.prepared", handoff, by)
        worklist.add_task(
            kind=TaskKind.HANDOFF,
            subject_kind="handoff",
            subject_id=handoff.public_id,
            debtor=debtor,
            amount=handoff.total,
            due_on=by.day + timedelta(days=3),
            by=by,
        )
    return handoff


def _check(debtor: Debtor, invoices: Sequence[Invoice], agency: Agency, day: date) -> None:
    if not invoices:
        raise NotReady(why=_("er is geen factuur gekozen."))
    if queries.needs_registration(agency, invoices):
        raise NotRegistered(agency=agency.name)
    obstacle = queries.readiness(debtor, invoices, day=day).obstacle
    if obstacle:
        raise NotReady(why=obstacle)


def _with_interest(invoice: Invoice, by: Actor) -> Invoice:
    """Charge the interest through today, so that the dossier asks what its calculation says."""
    claims.charge_interest(invoice=invoice, through=by.day, by=by, reason=RungKind.HANDOFF)
    return Invoice.objects.get(pk=invoice.pk)


def prepare_ready(*, by: Actor) -> list[Handoff]:
    """Prepare a dossier for every debtor whose claims came to the end of their ladder tonight.

    Without an agency a task asks for one. A dossier that cannot be made leaves a task with the reason.
    """
    ready = Case.objects.active().filter(why_code=Why.HANDOFF).exclude(invoice__handoff_claims__is_live=True)
    by_debtor: dict[int, list[Invoice]] = {}
    for case in ready.select_related("invoice").order_by("debtor_id", "invoice__due_date"):
        by_debtor.setdefault(case.debtor_id, []).append(case.invoice)
    prepared = []
    for debtor in Debtor.objects.filter(pk__in=by_debtor).order_by("pk"):  # as everybody who locks several
        try:
            with transaction.atomic():
                prepared.append(prepare(debtor=debtor, invoices=by_debtor[debtor.pk], by=by))
        except (NoAgency, NotReady, NotRegistered, dossier.DossierDoesNotAddUp) as reason:
            worklist.add_task(
                kind=TaskKind.HANDOFF,
                debtor=debtor,
                amount=sum((invoice.open_amount for invoice in by_debtor[debtor.pk]), start=ZERO),
                due_on=by.day + timedelta(days=3),
                note=str(reason),
                by=by,
            )
    return prepared


def approve(*, handoff: Handoff, by: Actor) -> Handoff:
    """Let a person approve a dossier that was prepared.

    :raises HandoffIsNot: if it is in another state.
    :raises NotReady: if what is owed changed since the dossier was frozen, or credit, a hold or a promise came up.
    """
    with transaction.atomic():
        handoff = _locked(handoff)
        move(handoff, HandoffState.APPROVED)
        _check_unchanged(handoff, by.day)
        handoff.approved_at, handoff.approved_by, handoff.approved_ref = by.at, by.label, by.ref
        handoff.save(update_fields=["state", "approved_at", "approved_by", "approved_ref"])
        telling.log("handoff.approved", handoff, by)
    return handoff


def _check_unchanged(handoff: Handoff, day: date) -> None:
    number = queries.changed(handoff)
    if number:
        raise NotReady(
            why=_("factuur %(number)s is veranderd sinds het dossier is gemaakt. Maak een nieuw dossier.")
            % {"number": number}
        )
    obstacle = queries.stopped(handoff.debtor_id, _invoices(handoff), day=day).obstacle
    if obstacle:
        raise NotReady(why=obstacle)


def submit(*, handoff: Handoff, by: Actor) -> Handoff:
    """Send an approved dossier: the agency gets it by mail, and from now on nothing of ours reaches the debtor.

    :raises HandoffIsNot: if it is in another state.
    :raises NotReady: if what is owed changed since the dossier was frozen, or credit, a hold or a promise came up.
    :raises SamePerson: if who approved it sends it, and the tenant wants two people.
    """
    with transaction.atomic():
        handoff = _locked(handoff)
        two_persons.check(two_persons.Sensitive.HANDOFF, first=handoff.approved_ref, by=by)
        move(handoff, HandoffState.SUBMITTED)
        _check_unchanged(handoff, by.day)
        handoff.submitted_at = by.at
        handoff.save(update_fields=["state", "submitted_at"])
        ladder.hand_over(invoices=_invoices(handoff), agency=handoff.agency.name, by=by)
        with telling.in_dutch():
            telling.mail_agency(
                handoff,
                subject=_("Nieuw dossier %(reference)s") % {"reference": handoff.public_id},
                text=_(
                    "Bijgaand ons dossier %(reference)s over %(debtor)s, in totaal € %(total)s.\n\n"
                    "Controlegetal van het dossier (SHA-256): %(sha256)s\n\n"
                    "Wilt u de ontvangst en uw dossiernummer bevestigen?"
                )
                % {
                    "reference": handoff.public_id,
                    "debtor": handoff.debtor.name,
                    "total": format_amount(handoff.total, "nl"),
                    "sha256": handoff.sha256,
                },
                with_archive=True,
                subject_id=handoff.public_id,
                by=by,
            )
        telling.log("handoff.submitted", handoff, by)
        worklist.finish_tasks_about(
            subject_kind="handoff",
            subject_id=handoff.public_id,
            outcome=_("verstuurd"),
            by=by,
            kinds=[TaskKind.HANDOFF],
        )
    return handoff


def accept(*, handoff: Handoff, agency_reference: str, by: Actor) -> Handoff:
    """Note that the agency took the dossier, under its own number.

    :raises HandoffIsNot: if it is in another state.
    """
    with transaction.atomic():
        handoff = _locked(handoff)
        move(handoff, HandoffState.ACCEPTED)
        handoff.agency_reference = agency_reference
        handoff.save(update_fields=["state", "agency_reference"])
        telling.log("handoff.accepted", handoff, by, reference=agency_reference)
    return handoff


def refuse(*, handoff: Handoff, reason: str, by: Actor) -> Handoff:
    """Note that the agency does not take the dossier: its claims are ours again.

    :raises HandoffIsNot: if it is in another state.
    """
    return _end(handoff, HandoffState.REFUSED, "handoff.refused", reason, by)


def recall(*, handoff: Handoff, reason: str, by: Actor) -> Handoff:
    """Take a dossier back: the agency is told, and the ladder goes on after the last rung taken, in seven days.

    :raises HandoffIsNot: if it is in another state.
    """
    with transaction.atomic():
        handoff = _locked(handoff)
        with telling.in_dutch():
            telling.mail_agency(
                handoff,
                subject=_("Dossier %(reference)s ingetrokken") % {"reference": handoff.public_id},
                text=_(
                    "Wij nemen dossier %(reference)s terug en vragen u geen verdere stappen te zetten.\n\n"
                    "Reden: %(reason)s"
                )
                % {"reference": handoff.agency_reference or handoff.public_id, "reason": reason},
                subject_id=new_public_id(),
                by=by,
            )
        return _end(handoff, HandoffState.RECALLED, "handoff.recalled", reason, by)


def close(*, handoff: Handoff, reason: str, by: Actor) -> Handoff:
    """Close a dossier that the agency is done with. What is still open stays with us, off the ladder.

    :raises HandoffIsNot: if it is in another state.
    """
    with transaction.atomic():
        handoff = _ended(_locked(handoff), HandoffState.CLOSED, reason, by)
        telling.log("handoff.closed", handoff, by, reason=reason)
        for invoice in _invoices(handoff):
            if invoice.is_open:
                worklist.add_task(
                    kind=TaskKind.END_OF_LADDER,
                    subject_kind="invoice",
                    subject_id=invoice.public_id,
                    debtor=handoff.debtor,
                    amount=invoice.open_amount,
                    due_on=by.day + timedelta(days=7),
                    note=reason,
                    by=by,
                )
        signals.handoff_ended.send(Handoff, handoff=handoff, by=by)
    return handoff


def cancel(*, handoff: Handoff, reason: str, by: Actor) -> Handoff:
    """Drop a dossier that was not sent; the next night may prepare a new one.

    :raises HandoffIsNot: if it is in another state.
    """
    with transaction.atomic():
        handoff = _ended(_locked(handoff), HandoffState.CANCELLED, reason, by)
        telling.log("handoff.closed", handoff, by, reason=reason)
        worklist.finish_tasks_about(
            subject_kind="handoff",
            subject_id=handoff.public_id,
            outcome=_("vervallen"),
            by=by,
            kinds=[TaskKind.HANDOFF],
        )
    return handoff


def _end(handoff: Handoff, state: HandoffState, verb: str, reason: str, by: Actor) -> Handoff:
    with transaction.atomic():
        handoff = _ended(_locked(handoff), state, reason, by)
        telling.log(verb, handoff, by, reason=reason)
        ladder.recall(invoices=_invoices(handoff), resume_on=by.day + FRESH_TERM, by=by)
        signals.handoff_ended.send(Handoff, handoff=handoff, by=by)
    return handoff


def _ended(handoff: Handoff, state: HandoffState, reason: str, by: Actor) -> Handoff:
    move(handoff, state)
    handoff.ended_at, handoff.ended_reason = by.at, reason[:250]
    handoff.save(update_fields=["state", "ended_at", "ended_reason"])
    handoff.claims.update(is_live=False)
    return handoff


def _invoices(handoff: Handoff) -> list[Invoice]:
    return [claim.invoice for claim in handoff.claims.select_related("invoice").order_by("pk")]


def _locked(handoff: Handoff) -> Handoff:
    Debtor.objects.select_for_update().get(pk=handoff.debtor_id)
    return Handoff.objects.select_for_update(of=("self",)).select_related("agency", "debtor").get(pk=handoff.pk)
