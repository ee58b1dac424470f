"""Letters a second on one core, ours against a naive letter of the same content.

The naive letter (bench/naive_letter/) is what a good first version looks like, by the same library: the same words (it
fills the same texts from templates/correspondence), the same table, logo, QR code, two fonts, page numbers and PDF/A
variant, tagged too. It is laid out with flex, its tables find their own widths, the code is SVG as segno makes it, the
logo goes in as uploaded, and fonts and style sheet are read for each letter, as they are when HTML(...).write_pdf() is
called without more. Ours is `render_letter` in a worker that `prepare_worker` made ready.

Both run in this one process on one thread, in turns, and only their CPU time counts; the garbage collector is frozen in
our turns only, as it is in our workers only. The ratio is that of the middle turns.

    python bench/letters.py [--check]     --check: exit code 1 where the ratio is below the goal
"""

# ruff: noqa: E402 - the checkout must be on the path before it is imported from

import argparse
import base64
import gc
import io
import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

HERE = Path(__file__).resolve().parent
NAIVE = HERE / "naive_letter"
GOAL = 1.8
ROUNDS = 9
LETTERS_A_ROUND = 8

sys.path.insert(0, str(HERE.parent))

import django
import segno
from django.template import Context, Engine
from PIL import Image, ImageDraw
from weasyprint import HTML

from correspondence.content import (
    EarlierLetter,
    InterestKind,
    Item,
    Kind,
    NoticeContent,
    Payable,
    Recipient,
    Sender,
    Variant,
)
from correspondence.rendering import payment_qr
from correspondence.rendering.letters import render_letter
from correspondence.rendering.pdf import PDF_VARIANT
from correspondence.rendering.process import prepare_worker
from correspondence.rendering.view import view

DAY = date(2026, 11, 23)
ENGINE = Engine(dirs=[str(HERE.parent / "templates"), str(HERE)])
# A letter needs no server: these only let the settings load where no environment is set.
ENVIRONMENT = {
    "SECRET_KEY": "only-to-measure-letters-" + "0" * 40,
    "ENCRYPTION_KEYS": "only-to-measure-letters-" + "0" * 40,
    "SITE_URL": "http://localhost",
    "DATABASE_URL": "postgresql://nobody:nothing@127.0.0.1:1/none",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "EMAIL_URL": "smtp://127.0.0.1:1",
    "ENVIRONMENT": "demo",
    "LOG_LEVEL": "ERROR",
    "DJANGO_SETTINGS_MODULE": "debiteuren.settings",
}


def main() -> int:
    for name, value in ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    django.setup()
    check = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    check.add_argument("--check", action="store_true", help=f"fail where the ratio is below {GOAL}")
    must_hold = check.parse_args().check
    contents = [reminder(number) for number in range(LETTERS_A_ROUND)]
    logo = uploaded_logo()
    turns = {
        "naive": lambda: [naive_letter(content, logo) for content in contents],
        "ours": lambda: [render_letter(content, logo=logo, logo_type="image/png") for content in contents],
    }
    prepare_worker()
    seconds = measure(turns)
    for name, turn in seconds.items():
        rate = LETTERS_A_ROUND / statistics.median(turn)
        spread = ", ".join(f"{LETTERS_A_ROUND / each:.1f}" for each in sorted(turn, reverse=True))
        print(f"{name:5}  {rate:5.1f} letters a second a core   (turns: {spread})")
    ratio = statistics.median(seconds["naive"]) / statistics.median(seconds["ours"])
    print(f"letters: ours is {ratio:.2f} times the naive letter (goal: at least {GOAL})")
    return 1 if must_hold and ratio < GOAL else 0


def measure(turns: dict[str, Callable[[], object]]) -> dict[str, list[float]]:
    """Run each in turn, after one turn that is not counted, and give the CPU seconds of each turn."""
    seconds: dict[str, list[float]] = {name: [] for name in turns}
    for round_number in range(ROUNDS + 1):
        for name, turn in turns.items():
            gc.unfreeze()
            gc.collect()
            if name == "ours":
                gc.freeze()
            began = time.process_time()
            turn()
            if round_number:
                seconds[name].append(time.process_time() - began)
    return seconds


def naive_letter(content: NoticeContent, logo: bytes) -> bytes:
    """Make the letter as a first version would: everything read, parsed and drawn for this one letter."""
    shown = view(content)
    code = segno.make(payment_qr.payload(content.payable), error="m", micro=False)
    context = shown.context() | {
        "base": "naive_letter/letter.html",
        "made_on": content.dispatch_date.isoformat(),
        "logo_url": f"data:image/png;base64,{base64.b64encode(logo).decode()}",
        "qr_url": code.svg_data_uri(),
    }
    html = ENGINE.get_template(f"correspondence/{content.kind}/{shown.lang}.html").render(Context(context))
    return HTML(string=html, base_url=f"{NAIVE.as_uri()}/").write_pdf(pdf_variant=PDF_VARIANT, pdf_tags=True)


def reminder(number: int) -> NoticeContent:
    """Give a second reminder of one page over three invoices; each letter is another one."""
    items = tuple(claim(number * 3 + part) for part in range(3))
    total = sum((item.total for item in items), start=Decimal("0.00"))
    return NoticeContent(
        kind=Kind.SECOND_REMINDER,
        variant=Variant.BUSINESS,
        dispatch_date=DAY,
        notice_reference=f"N-{number:06d}",
        term_days=7,
        pay_by=DAY + timedelta(days=9),
        sender=SENDER,
        recipient=Recipient(
            name=f"Restaurant 't Hoekje {number} V.O.F.",
            attention="mevrouw A. Jansen",
            street=f"Dorpsstraat {number + 1}",
            postcode="1234 AB",
            city="Ons Dorp",
            debtor_number=f"D-{10000 + number}",
        ),
        items=items,
        payable=Payable(
            total=total,
            principal=total,
            reference=f"202600{number:06d}",
            iban=SENDER.iban,
            bic=SENDER.bic,
            account_holder=SENDER.account_holder,
        ),
        interest_kind=InterestKind.TRADE,
        payments_until=DAY - timedelta(days=3),
        earlier_letters=(EarlierLetter(kind=Kind.REMINDER, sent_on=DAY - timedelta(days=12)),),
    )


def claim(number: int) -> Item:
    due = DAY - timedelta(days=14 + number % 20)
    principal = Decimal(250 + 7 * number).quantize(Decimal("0.01"))
    return Item(
        invoice_number=f"2026-{number:05d}",
        issue_date=due - timedelta(days=30),
        due_date=due,
        description=f"Levering brood en banket, week {number % 52 + 1}",
        principal=principal,
        open_principal=principal,
        total=principal,
        days_overdue=(DAY - due).days,
        rung_kind=Kind.SECOND_REMINDER,
    )


def uploaded_logo() -> bytes:
    """Give a logo as tenants upload them: 900 pixels wide, with a transparent ground."""
    picture = Image.new("RGBA", (900, 250), (0, 0, 0, 0))
    draw = ImageDraw.Draw(picture)
    draw.ellipse((20, 25, 220, 225), fill=(200, 60, 30, 255))
    draw.rectangle((270, 90, 880, 160), fill=(20, 60, 120, 255))
    written = io.BytesIO()
    picture.save(written, "PNG")
    return written.getvalue()


SENDER = Sender(
    legal_name="Bakkerij De Gouden Korenaar B.V.",
    street="Oudegracht 112",
    postcode="3511 AW",
    city="Utrecht",
    phone="030 123 45 67",
    email="administratie@goudenkorenaar.example",
    website="www.goudenkorenaar.example",
    kvk="12345678",
    vat_number="NL123456782B90",
    iban="NL91ABNA0417164300",
    bic="ABNANL2A",
    account_holder="Bakkerij De Gouden Korenaar B.V.",
    signed_by="Marieke van den Berg",
    colour="#8a4b08",
)


if __name__ == "__main__":
    sys.exit(main())
