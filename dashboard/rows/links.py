"""Links to the page of a debtor, as a table shows them; never the address itself, which nobody can give again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import gettext as _

from dashboard.rows.badges import Badge
from debtors.models import Debtor
from dunning.models import Notice
from payments.models import LinkedInvoice, PaymentLink

MOST = 50


@dataclass(frozen=True)
class LinkRow:
    """Where a link stands, what it shows, and whether somebody opened it."""

    made_at: datetime
    made_by: str
    place: str
    place_url: str
    shows: str
    last_opened_at: datetime | None
    badge: Badge
    end_url: str  # empty: there is nothing to revoke


def of_debtor(debtor: Debtor) -> list[LinkRow]:
    """Give the links of a debtor, the newest first."""
    named = LinkedInvoice.objects.select_related("invoice").order_by("invoice__due_date", "invoice_id")
    found = PaymentLink.objects.filter(debtor=debtor).prefetch_related(Prefetch("invoices", named))
    links = list(found.order_by("-made_at", "-pk")[:MOST])
    notices = _notices(links)
    return [_row(link, notices.get(link.subject_id)) for link in links]


def _notices(links: Sequence[PaymentLink]) -> dict[str, Notice]:
    ids = [link.subject_id for link in links if link.subject_kind == "notice"]
    return {notice.public_id: notice for notice in Notice.objects.filter(public_id__in=ids)}


def _row(link: PaymentLink, notice: Notice | None) -> LinkRow:
    numbers = [row.invoice.number for row in link.invoices.all()]
    return LinkRow(
        made_at=link.made_at,
        made_by=link.made_by,
        place=_place(link, notice),
        place_url=reverse("dashboard:notice", args=[notice.public_id]) if notice else "",
        shows=", ".join(numbers) or _("wat op dat moment openstaat"),
        last_opened_at=link.last_opened_at,
        badge=_badge(link),
        end_url="" if link.revoked_at else reverse("dashboard:debtor_link_end", args=[link.public_id]),
    )


def _place(link: PaymentLink, notice: Notice | None) -> str:
    if notice is not None:
        return str(notice.get_kind_display())
    return _("los gemaakt") if not link.subject_kind else _("betalingsregeling")


def _badge(link: PaymentLink) -> Badge:
    if link.revoked_at:
        return Badge(_("ingetrokken"), "quiet", "ban")
    if link.last_opened_at:
        return Badge(_("geopend"), "good", "eye")
    return Badge(_("nog niet geopend"), "neutral", "link")
