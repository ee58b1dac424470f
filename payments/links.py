"""The links by which debtors reach their page: made, found, taken back.

Whoever holds a link sees what it names, so a link is kept like a password: the database has the hash of its secret and
the address is shown to nobody again after it was made. It stands in the letter or mail that it was made for.
"""

import secrets
from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.db import transaction

from audit import operations as audit
from common.actor import Actor
from common.texts import sha256
from debtors.models import Debtor
from invoices.models import Invoice
from payments.models import LinkedInvoice, PaymentLink
from tenants.context import current_tenant_id
from tenants.models import Tenant

SECRET_BYTES = 16  # 128 bits: nobody guesses one, however long he tries
EXAMPLE_SECRET = "voorbeeld"  # noqa: S105 - in a preview; too short to be one
_SEEN_AGAIN_AFTER = timedelta(minutes=5)  # one visit is written down once


def make_link(
    *, debtor: Debtor, invoices: Sequence[Invoice] = (), subject_kind: str = "", subject_id: str = "", by: Actor
) -> str:
    """Make a link to the page of a debtor and give its whole address, which is kept nowhere.

    It shows the invoices named, else what its debtor owes on the day that it is opened. A link for a letter names the
    letter; one that a person makes is logged.
    """
    secret = secrets.token_urlsafe(SECRET_BYTES)
    with transaction.atomic():
        link = PaymentLink.objects.create(
            debtor=debtor,
            token_hash=sha256(secret),
            subject_kind=subject_kind,
            subject_id=subject_id,
            made_at=by.at,
            made_by=by.label[:120],
        )
        LinkedInvoice.objects.bulk_create(LinkedInvoice(link=link, invoice=invoice) for invoice in invoices)
        if not subject_kind:
            audit.record("link.made", by=by, kind="link", subject=link, label=str(debtor), debtor_id=debtor.pk)
    return address(secret)


def address(secret: str) -> str:
    """Give the address of a page in the active tenant: as short as it can be, for it is printed."""
    tenant = Tenant.objects.values_list("public_id", flat=True).get(pk=current_tenant_id())
    return f"{settings.SITE_URL}/betalen/{tenant}.{secret}/"


def find(secret: str) -> PaymentLink | None:
    """Give the link with a secret in the active tenant, with its debtor; None if there is none or it was revoked.

    What is compared is a hash, so how long it takes says nothing about how much of a guess was right.
    """
    return PaymentLink.objects.select_related("debtor").filter(token_hash=sha256(secret), revoked_at=None).first()


def opened(*, link: PaymentLink, by: Actor) -> None:
    """Note that somebody opened a page; the first time it is logged. Programs that look at mails open links too."""
    if link.last_opened_at is not None and by.at - link.last_opened_at < _SEEN_AGAIN_AFTER:
        return
    with transaction.atomic():
        first = PaymentLink.objects.filter(pk=link.pk, first_opened_at=None).update(
            first_opened_at=by.at, last_opened_at=by.at
        )
        if first:
            audit.record("link.opened", by=by, kind="link", subject=link, label="", debtor_id=link.debtor_id)
        else:
            PaymentLink.objects.filter(pk=link.pk).update(last_opened_at=by.at)


def revoke(*, link: PaymentLink, by: Actor) -> None:
    """Take a link back: from now on its address is one that never was."""
    with transaction.atomic():
        if PaymentLink.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=by.at, revoked_by=by.label[:120]):
            audit.record("link.revoked", by=by, kind="link", subject=link, label="", debtor_id=link.debtor_id)


def revoke_of(*, debtor_id: int, subject_kind: str, subject_id: str, by: Actor) -> None:
    """Take back the links of a letter that was withdrawn or did not arrive; the log of the letter says why."""
    mine = PaymentLink.objects.filter(debtor=debtor_id, subject_kind=subject_kind, subject_id=subject_id)
    mine.filter(revoked_at=None).update(revoked_at=by.at, revoked_by=by.label[:120])
