"""Mandates: registered from paper or from a first online payment, blocked by the bank, ended by a person."""

import re
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit import operations as audit
from common import identifiers
from common.actor import Actor
from common.errors import DomainError
from correspondence import operations as outbox
from debtors import queries as debtor_queries
from debtors.models import Debtor
from debtors.states import DebtorKind
from payments.bics import bic_of
from payments.models import Arrangement, CheckoutAttempt, CreditorSettings, DirectDebit, Mandate
from payments.operations import dropping
from payments.operations.judging import choose_debit
from payments.states import MANDATE_TRANSITIONS, DebitScheme, DebitState, MandateState
from tenants.models import Letterhead

_NOT_IN_A_REFERENCE = re.compile(r"[^A-Za-z0-9.\-]")
LONGEST_REFERENCE = 35
MOST_BYTES = 10 * 1024 * 1024
FORMS = {"application/pdf": b"%PDF", "image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG"}


class WrongCreditorId(DomainError):
    """Its check digits or its structure are wrong."""

    code = "wrong_creditor_id"
    sentence = gettext_lazy("“%(value)s” is geen geldig incassant-ID. Neem het over uit uw incassocontract.")


class CreditorNeedsBic(DomainError):
    """The older file names the bank of the creditor."""

    code = "creditor_needs_bic"
    sentence = gettext_lazy("Voor pain.008.001.02 is de BIC van uw eigen bank nodig. Vul haar in op het briefhoofd.")


class WrongMandateAccount(DomainError):
    """No such account can exist."""

    code = "wrong_mandate_account"
    sentence = gettext_lazy("“%(value)s” is geen geldig IBAN: een cijfer of letter klopt niet.")


class WrongMandateBic(DomainError):
    """No such bank can exist."""

    code = "wrong_mandate_bic"
    sentence = gettext_lazy("“%(value)s” is geen BIC: die heeft acht of elf tekens, zoals ABNANL2A.")


class SignedInTheFuture(DomainError):
    """A mandate counts from when it is signed."""

    code = "mandate_signed_in_the_future"
    sentence = gettext_lazy("Deze dag ligt in de toekomst. Leg de machtiging vast als zij is ondertekend.")


class MandateReferenceTaken(DomainError):
    """References are unique with a creditor."""

    code = "mandate_reference_taken"
    sentence = gettext_lazy("Er is al een machtiging met kenmerk %(reference)s.")


class WrongMandateReference(DomainError):
    """Banks take few characters."""

    code = "wrong_mandate_reference"
    sentence = gettext_lazy("Een kenmerk heeft hoogstens 35 letters, cijfers, punten en streepjes.")


class B2BIsForBusiness(DomainError):
    """A consumer always keeps his right to a refund."""

    code = "b2b_is_for_business"
    sentence = gettext_lazy("B2B kan alleen bij een zakelijke debiteur. Kies CORE.")


class MandateIsPast(DomainError):
    """Its state does not allow it."""

    code = "mandate_is_past"
    sentence = gettext_lazy("Deze machtiging is %(state)s.")


class WrongForm(DomainError):
    """Not a file in which a signed form is kept."""

    code = "wrong_mandate_form"
    sentence = gettext_lazy("Kies een PDF, JPG of PNG van hoogstens 10 MB.")


class SignedForm(NamedTuple):
    """The form as it was signed: a scan or a photo."""

    filename: str
    content: bytes


def creditor_settings() -> CreditorSettings | None:
    """Give who collects, or None: the tenant does not collect."""
    return CreditorSettings.objects.first()


def change_creditor_settings(
    *, creditor_id: str, scheme: str, notify_days: int, pain_version: str, by: Actor
) -> CreditorSettings:
    """Choose under which id and how the tenant collects.

    :raises WrongCreditorId: if the id cannot be one.
    :raises CreditorNeedsBic: if the file wants the BIC of a bank that is not known.
    """
    try:
        creditor_id = identifiers.parse_creditor_id(creditor_id)
    except ValueError as error:
        raise WrongCreditorId(field="creditor_id", value=creditor_id.strip()) from error
    if pain_version == "pain.008.001.02" and not creditor_bic():
        raise CreditorNeedsBic(field="pain_version")
    wanted = {
        "creditor_id": creditor_id,
        "scheme": scheme,
        "notify_days": notify_days,
        "pain_version": pain_version,
    }
    with transaction.atomic():
        row = CreditorSettings.objects.select_for_update().first() or CreditorSettings()
        is_new = row.pk is None
        changed = [name for name, value in wanted.items() if is_new or getattr(row, name) != value]
        was = {name: "" if is_new else getattr(row, name) for name in changed}
        for name, value in wanted.items():
            setattr(row, name, value)
        row.save()
        if changed:
            audit.record(
                "tenant.settings_changed",
                by=by,
                kind="tenant",
                label="creditor",
                fields=", ".join(changed),
                was=was,
                now={name: wanted[name] for name in changed},
            )
    return row


def creditor_bic() -> str:
    """Give the BIC of the tenant's own bank, as far as it is known."""
    letterhead = Letterhead.objects.defer("logo").get()
    return letterhead.bic or bic_of(letterhead.iban)


def register_mandate(  # noqa: PLR0913 - a mandate says that much
    *,
    debtor: Debtor,
    iban: str,
    account_holder: str,
    signed_on: date,
    by: Actor,
    scheme: str = DebitScheme.CORE,
    reference: str = "",
    bic: str = "",
    is_one_off: bool = False,
    collects_invoices: bool = True,
    form: SignedForm | None = None,
    obtained_by: str = "paper",
    provider_ref: str = "",
    consent: str = "",
    consented_at: datetime | None = None,
) -> Mandate:
    """Register that a debtor lets the tenant collect from an account. Without a reference it gets one.

    :raises WrongMandateAccount, WrongMandateBic: if the account cannot exist.
    :raises SignedInTheFuture: if the day of signing is still to come.
    :raises MandateReferenceTaken, WrongMandateReference: if the reference cannot be used.
    :raises B2BIsForBusiness: if a consumer would give up his right to a refund.
    :raises WrongForm: if the file is not a scan.
    """
    iban, bic = _account(iban, bic)
    if signed_on > by.day:
        raise SignedInTheFuture(field="signed_on")
    if scheme == DebitScheme.B2B and debtor.kind != DebtorKind.BUSINESS:
        raise B2BIsForBusiness(field="scheme")
    with transaction.atomic():
        debtor_queries.lock(debtor.pk)
        reference = _reference(reference, debtor)
        mandate = Mandate.objects.create(
            debtor=debtor,
            reference=reference,
            scheme=scheme,
            iban=iban,
            bic=bic,
            account_holder=account_holder[:70],
            signed_on=signed_on,
            obtained_by=obtained_by,
            is_one_off=is_one_off,
            collects_invoices=collects_invoices,
            provider_ref=provider_ref,
            consent=consent,
            consented_at=consented_at,
            made_by=by.label,
        )
        if form is not None:
            keep_form(mandate=mandate, form=form, by=by)
        given = {"consented_at": consented_at.isoformat(), "checkout": provider_ref} if consented_at else {}
        _log("mandate.registered", mandate, by, iban=identifiers.format_iban(iban), **given)
    return mandate


def _account(iban: str, bic: str) -> tuple[str, str]:
    try:
        iban = identifiers.parse_iban(iban)
    except ValueError as error:
        raise WrongMandateAccount(field="iban", value=iban.strip()) from error
    try:
        return iban, identifiers.parse_bic(bic) if bic.strip() else ""
    except ValueError as error:
        raise WrongMandateBic(field="bic", value=bic.strip()) from error


def _reference(asked: str, debtor: Debtor) -> str:
    asked = asked.strip()
    if asked:
        if len(asked) > LONGEST_REFERENCE or _NOT_IN_A_REFERENCE.search(asked):
            raise WrongMandateReference(field="reference")
        if Mandate.objects.filter(reference=asked).exists():
            raise MandateReferenceTaken(field="reference", reference=asked)
        return asked
    stem = _NOT_IN_A_REFERENCE.sub("-", f"M-{debtor.number}")[: LONGEST_REFERENCE - 5]
    taken = set(Mandate.objects.filter(reference__startswith=stem).values_list("reference", flat=True))
    number = len(taken) + 1
    while f"{stem}-{number}" in taken:
        number += 1
    return f"{stem}-{number}"


def keep_form(*, mandate: Mandate, form: SignedForm, by: Actor) -> Mandate:
    """Keep the form as it was signed, frozen; a later one takes its place and the first is kept.

    :raises WrongForm: if it is not a scan or a photo, or too big.
    """
    media_type = next((kind for kind, start in FORMS.items() if form.content.startswith(start)), "")
    if not media_type or len(form.content) > MOST_BYTES:
        raise WrongForm(field="form")
    with transaction.atomic():
        mandate.form = outbox.store_document(
            filename=form.filename[-120:],
            media_type=media_type,
            content=form.content,
            made_from={"mandate": mandate.public_id},
            template_version="",
        )
        mandate.save(update_fields=["form"])
        _log("mandate.form_kept", mandate, by)
    return mandate


def register_online_mandate(*, checkout: CheckoutAttempt, by: Actor) -> Mandate | None:
    """Register the mandate that a first online payment gives: its account, paid from by its holder. Once only.

    None where the payment named no account to collect from (a card).
    """
    known = Mandate.objects.filter(provider_ref=checkout.public_id).first()
    if known is not None or checkout.sequence != "first" or not checkout.payer_iban or checkout.paid_on is None:
        return known
    try:
        return register_mandate(
            debtor=checkout.debtor,
            iban=checkout.payer_iban,
            account_holder=checkout.payer_name or checkout.debtor.name,
            signed_on=min(checkout.paid_on, by.day),
            collects_invoices=checkout.arrangement_id is None,
            obtained_by="online",
            provider_ref=checkout.public_id,
            consent=checkout.consent,
            consented_at=checkout.started_at if checkout.consent else None,
            by=by,
        )
    except WrongMandateAccount:  # an account abroad, in a shape of its own: his payment is booked all the same
        return None


@translation.override("nl")  # what is kept is Dutch
def choose_collecting(*, mandate: Mandate, collects_invoices: bool, by: Actor) -> Mandate:
    """Choose whether the debtor's invoices are collected with a mandate when they are due."""
    with transaction.atomic():
        mandate = _locked(mandate)
        mandate.collects_invoices = collects_invoices
        mandate.save(update_fields=["collects_invoices"])
        how = _("facturen worden geïncasseerd") if collects_invoices else _("facturen worden niet geïncasseerd")
        _log("mandate.changed", mandate, by, how=how)
    return mandate


@translation.override("nl")  # what is kept is Dutch
def block_mandate(*, mandate: Mandate, code: str, by: Actor) -> Mandate:
    """Let nothing be collected with a mandate, because the bank said that it would refuse. Again: nothing happens."""
    with transaction.atomic():
        mandate = _locked(mandate)
        if mandate.state == MandateState.ACTIVE:
            mandate.state, mandate.blocked_reason = MandateState.BLOCKED, code[:8]
            mandate.save(update_fields=["state", "blocked_reason"])
            _drop_planned(mandate, _("machtiging geblokkeerd"), by)
            _log("mandate.blocked", mandate, by, code=code)
    return mandate


def unblock_mandate(*, mandate: Mandate, by: Actor) -> Mandate:
    """Let a mandate be used again: the debtor or his bank said that it works.

    :raises MandateIsPast: if it is not blocked.
    """
    with transaction.atomic():
        mandate = _locked(mandate)
        if MandateState.ACTIVE not in MANDATE_TRANSITIONS[mandate.state]:
            raise MandateIsPast(state=mandate.get_state_display())
        mandate.state, mandate.blocked_reason = MandateState.ACTIVE, ""
        mandate.save(update_fields=["state", "blocked_reason"])
        _log("mandate.unblocked", mandate, by)
    return mandate


@translation.override("nl")  # what is kept is Dutch
def end_mandate(*, mandate: Mandate, reason: str, by: Actor) -> Mandate:
    """End a mandate for good: withdrawn by the debtor, or used up. What is planned with it falls away.

    :raises MandateIsPast: if it ended before.
    """
    with transaction.atomic():
        mandate = _locked(mandate)
        if MandateState.ENDED not in MANDATE_TRANSITIONS[mandate.state]:
            raise MandateIsPast(state=mandate.get_state_display())
        mandate.state, mandate.ended_on, mandate.ended_reason = MandateState.ENDED, by.day, reason[:200]
        mandate.save(update_fields=["state", "ended_on", "ended_reason"])
        _drop_planned(mandate, _("machtiging ingetrokken"), by)
        _log("mandate.ended", mandate, by, reason=reason)
        _let_instalments_be_paid(mandate, by)
    return mandate


def _drop_planned(mandate: Mandate, reason: str, by: Actor) -> None:
    dropping.drop(DirectDebit.objects.filter(mandate=mandate, state=DebitState.PLANNED), reason=reason, by=by)


def _let_instalments_be_paid(mandate: Mandate, by: Actor) -> None:
    """Have a debtor without any mandate left pay his instalments himself, and be reminded of them."""
    others = Mandate.objects.filter(debtor=mandate.debtor_id).exclude(state=MandateState.ENDED)
    if not others.exists():
        for arrangement in Arrangement.objects.filter(debtor=mandate.debtor_id, by_direct_debit=True):
            choose_debit(arrangement=arrangement, by_direct_debit=False, by=by)


def _locked(mandate: Mandate) -> Mandate:
    debtor_queries.lock(mandate.debtor_id)
    return Mandate.objects.select_for_update(of=("self",)).select_related("debtor").get(pk=mandate.pk)


def _log(verb: str, mandate: Mandate, by: Actor, **data: Any) -> None:
    audit.record(
        verb, by=by, kind="mandate", subject=mandate, label=mandate.reference, debtor_id=mandate.debtor_id, **data
    )
