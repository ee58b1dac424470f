"""What debtors get about direct debit: the form of a mandate to sign, and word of what will be collected.

Formal, in Dutch, or in English for everybody else. The texts are in templates/payments.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from common import identifiers
from common.money import ZERO
from common.templatetags.amounts import NO_BREAK_SPACE, format_date, format_date_short, format_euro
from correspondence.content import Recipient
from correspondence.rendering import address, cleaning, colours, pictures, plain_text, process, words
from correspondence.rendering.pictures import LOGO_URL, Picture
from debtors.models import Debtor
from payments.models import CreditorSettings, DirectDebit, Mandate
from payments.states import DebitScheme
from tenants.models import Letterhead

_LONG_NAME = 60  # characters
VERSION = "incasso 1"


@dataclass(frozen=True, slots=True)
class Paper:
    """A PDF as it goes out."""

    pdf: bytes
    pages: int

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.pdf).hexdigest()


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail as it goes out."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """What will be collected from one debtor on one day, from one account."""

    debtor: Debtor
    mandate: Mandate
    creditor: CreditorSettings
    letterhead: Letterhead
    debits: Sequence[DirectDebit]
    collect_on: date
    made_on: date

    @property
    def language(self) -> str:
        return written_in(self.debtor.language)

    @property
    def total(self) -> Decimal:
        return sum((debit.amount for debit in self.debits), start=ZERO)


def written_in(language: str) -> str:
    """Give the language of a paper: Dutch, or English for everybody else."""
    return "nl" if language.startswith("nl") else "en"


def announcement_mail(said: Announcement) -> Mail:
    """Give an announcement as a mail."""
    with translation.override(said.language):
        context = _announced(said)
        subject = _("Wij schrijven %(amount)s af op %(day)s") % {"amount": context["total"], "day": context["day"]}
        text = render_to_string("payments/announcement_mail.txt.html", context)
        html = render_to_string("payments/announcement_mail.html", context)
    return Mail(
        subject=" ".join(cleaning.clean(subject).split())[:200],
        text=plain_text.from_html(cleaning.clean(text)),
        html=cleaning.clean(html),
    )


def announcement_letter(said: Announcement) -> Paper:
    """Give an announcement as a letter."""
    with translation.override(said.language):
        html = render_to_string("payments/announcement_letter.html", _announced(said))
    return _printed(html, said.letterhead, said.language)


def _announced(said: Announcement) -> dict[str, Any]:
    lang = said.language
    return _around(said.letterhead, said.debtor, lang, said.made_on) | {
        "total": format_euro(said.total, lang),
        "day": format_date(said.collect_on, lang),
        "rows": [
            (_what(debit), format_date_short(_due_on(debit), lang), format_euro(debit.amount, lang))
            for debit in said.debits
        ],
        "mandate": said.mandate.reference,
        "signed_on": format_date(said.mandate.signed_on, lang),
        "iban": identifiers.format_iban(said.mandate.iban).replace(" ", NO_BREAK_SPACE),
        "creditor_id": said.creditor.creditor_id,
        "is_core": said.mandate.scheme == DebitScheme.CORE,
        "reference": said.mandate.reference,
    }


def _what(debit: DirectDebit) -> str:
    if debit.invoice is not None:
        return _("Factuur %(number)s") % {"number": debit.invoice.number}
    assert debit.instalment is not None
    return _("Termijn %(number)s van uw betalingsregeling") % {"number": debit.instalment.number}


def _due_on(debit: DirectDebit) -> date:
    due: date = debit.invoice.due_date if debit.invoice is not None else debit.instalment.due_on
    return due


def mandate_form(
    *,
    letterhead: Letterhead,
    creditor: CreditorSettings,
    debtor: Debtor | None,
    scheme: str,
    language: str,
    made_on: date,
    reference: str = "",
    is_one_off: bool = False,
    iban: str = "",
    bic: str = "",
    account_holder: str = "",
) -> Paper:
    """Give the form that a debtor signs, with what is known filled in."""
    lang = written_in(language)
    with translation.override(lang):
        context = _around(letterhead, debtor, lang, made_on) | {
            "creditor_id": creditor.creditor_id,
            "reference": reference,
            "is_core": scheme == DebitScheme.CORE,
            "is_one_off": is_one_off,
            "iban": identifiers.format_iban(iban) if iban else "",
            "bic": bic,
            "account_holder": account_holder,
            "debtor": debtor,
            "debtor_place": _place(debtor) if debtor else "",
        }
        html = render_to_string("payments/mandate_form.html", context)
    return _printed(html, letterhead, lang)


def _place(party: Any) -> str:
    return address.place(
        Recipient(name="", street="", postcode=party.postcode, city=party.city, country="NL", debtor_number="")
    )


def _around(letterhead: Letterhead, debtor: Debtor | None, lang: str, made_on: date) -> dict[str, Any]:
    """Give what stands around every paper: sender, address, labels."""
    labels = words.LABELS[lang]
    lines: tuple[str, ...] = ()
    if debtor is not None:
        to = Recipient(
            name=debtor.name,
            street=debtor.street,
            postcode=debtor.postcode,
            city=debtor.city,
            country=debtor.country,
            debtor_number=debtor.number,
        )
        lines = address.lines(to, attention=labels["attention"], home=letterhead.country, language=lang)
    return {
        "t": labels,
        "lang": lang,
        "sender": letterhead,
        "sender_place": _place(letterhead),
        "long_name": len(letterhead.legal_name) > _LONG_NAME,
        "return_address": f"{letterhead.street}, {_place(letterhead)}",
        "colour": colours.on_white(letterhead.colour),
        "logo_url": LOGO_URL if _logo(letterhead) else "",
        "address": lines,
        "debtor_number": debtor.number if debtor else "",
        "made_on": made_on.isoformat(),
        "dispatch_date": format_date(made_on, lang),
    }


def _logo(letterhead: Letterhead) -> Mapping[str, Picture]:
    content = letterhead.logo
    if not content:
        return {}
    printable = pictures.printable_logo(bytes(content), letterhead.logo_type)
    return {LOGO_URL: printable} if printable else {}


def _printed(html: str, letterhead: Letterhead, lang: str) -> Paper:
    pdf, pages = process.renderer().write(
        cleaning.clean(html),
        sheet="letter.css",
        lang=lang,
        colour=colours.on_white(letterhead.colour),
        pictures=_logo(letterhead),
    )
    return Paper(pdf, pages)
