"""Letters on paper: one PDF with a sheet, asked once more, posted by somebody, and sometimes back again."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from pypdf import PdfReader

from audit.models import Entry
from common.texts import sha256
from correspondence import operations as outbox
from correspondence.models import Document, Message, PostBatch
from dunning.models import Case, Notice, Step
from payments import operations as payments
from tenants.context import tenant_context
from tenants.models import Tenant
from tests import factories, nights
from tests.fakes.channel import FakeMail

pytestmark = pytest.mark.django_db

DAY = date(2026, 2, 25)  # a Wednesday


@pytest.fixture(autouse=True)
def mail() -> Iterator[None]:
    FakeMail.reset()
    yield
    FakeMail.reset()


def letters_wait(*names: str) -> None:
    """Debtors without an e-mail address, each with a reminder that waits to be printed. Inside a tenant."""
    for number, name in enumerate(names):
        address = {"postcode": f"{9 - number}000 AA", "city": f"Plaats {name}"}
        debtor = factories.debtor(kind="business", name=name, email="", number=f"{number}", **address)
        factories.invoice(debtor, due=date(2026, 2, 20), amount="100.00")
    nights.plan(DAY)
    nights.approve(DAY)
    nights.release(DAY)


def printed(hour: int = 10) -> PostBatch:
    return outbox.print_letters(by=nights.bookkeeper(nights.at(DAY, hour)))


def posted(batch: PostBatch, hour: int = 11) -> PostBatch:
    return outbox.mark_posted(batch=batch, by=nights.bookkeeper(nights.at(DAY, hour)))


def pages(document: Document) -> list[str]:
    return [page.extract_text() for page in PdfReader(BytesIO(bytes(document.content))).pages]


def test_the_letters_of_a_night_are_one_pdf_behind_a_sheet_that_lists_them(inside: Tenant) -> None:
    letters_wait("Smit", "Jansen", "Bakker")

    batch = printed()

    assert (batch.state, batch.letters) == ("printed", 3)
    assert batch.document is not None
    sheet, *letters = pages(batch.document)
    assert all(name in sheet for name in ("Smit", "Jansen", "Bakker"))
    assert len(letters) == sum(Message.objects.values_list("document__pages", flat=True))
    # By postcode, as the post likes it: the last debtor has the lowest.
    firsts = [next(name for name in ("Smit", "Jansen", "Bakker") if name in text) for text in letters]
    assert firsts == ["Bakker", "Jansen", "Smit"]


def test_printed_is_not_posted(inside: Tenant) -> None:
    letters_wait("Smit")

    printed()

    assert Message.objects.get().state == "queued"
    assert not Step.objects.exists()


def test_who_posts_the_letters_has_the_rungs_taken_that_day(inside: Tenant) -> None:
    letters_wait("Smit", "Jansen")
    batch = printed()

    batch = posted(batch)

    assert (batch.state, batch.posted_by) == ("posted", "Jan de Boer")
    assert set(Message.objects.values_list("state", "sent_at")) == {("sent", nights.at(DAY, 11))}
    assert set(Step.objects.values_list("kind", "dispatched_on")) == {("reminder", DAY)}
    assert {message.provider_id for message in Message.objects.all()} == {batch.public_id}
    with pytest.raises(outbox.BatchIsPosted):
        posted(batch)
    assert Step.objects.count() == 2


def test_where_the_tenant_says_so_printed_is_posted(inside: Tenant) -> None:
    outbox.change_post_settings(posted_at_once=True, by=nights.bookkeeper(nights.at(DAY, 8)))
    letters_wait("Smit")

    batch = printed()

    assert PostBatch.objects.get(pk=batch.pk).state == "posted"
    assert Step.objects.get().dispatched_on == DAY


def test_the_same_letter_is_printed_once(inside: Tenant) -> None:
    letters_wait("Smit")
    printed()

    with pytest.raises(outbox.BatchIsEmpty, match="geen brieven"):
        printed(11)

    assert PostBatch.objects.count() == 1


def test_a_letter_that_is_paid_for_before_printing_is_not_printed(inside: Tenant) -> None:
    letters_wait("Smit", "Jansen")
    debtor = Case.objects.order_by("pk")[0].debtor
    payments.book_payment(
        debtor=debtor, amount=Decimal("100.00"), received_on=DAY, by=nights.bookkeeper(nights.at(DAY, 9))
    )

    batch = printed()

    assert batch.letters == 1
    assert batch.document is not None
    assert not any("Smit" in text for text in pages(batch.document))


def test_a_letter_that_is_paid_for_between_printing_and_posting_does_not_count_as_posted(inside: Tenant) -> None:
    letters_wait("Smit", "Jansen")
    batch = printed()
    debtor = Case.objects.order_by("pk")[0].debtor
    payments.book_payment(
        debtor=debtor, amount=Decimal("100.00"), received_on=DAY, by=nights.bookkeeper(nights.at(DAY, 10, 30))
    )

    posted(batch)

    assert sorted(Message.objects.values_list("state", flat=True)) == ["sent", "withdrawn"]
    assert Step.objects.get().case.debtor_id != debtor.pk
    assert Entry.objects.get(verb="post.posted").data["count"] == 1


def test_a_letter_that_lies_too_long_is_made_anew_with_the_days_of_then(bakkerij: Tenant) -> None:
    with tenant_context(bakkerij.pk):
        letters_wait("Smit")
        first = Message.objects.get()
        # made on Wednesday; Thursday is the last day on which it may be printed
        late = nights.at(DAY + timedelta(days=2), 9)
        assert nights.at(DAY + timedelta(days=1), 17) < first.expires_at < late

        with pytest.raises(outbox.BatchIsEmpty):
            outbox.print_letters(by=nights.bookkeeper(late))

        assert Notice.objects.get().state == "withdrawn"
    played = nights.play(bakkerij.pk, DAY + timedelta(days=2))
    assert played.letters == ["reminder"]
    with tenant_context(bakkerij.pk):
        assert Step.objects.get().dispatched_on == DAY + timedelta(days=2)


def test_a_letter_that_comes_back_marks_the_address_and_gives_the_rung_back(bakkerij: Tenant) -> None:
    back = nights.bookkeeper(nights.at(DAY + timedelta(days=6), 10))
    with tenant_context(bakkerij.pk):
        letters_wait("Smit")
        posted(printed())

        outbox.mark_returned(message=Message.objects.get(), by=back)

        case = Case.objects.select_related("debtor").get()
        assert case.debtor.post_returned_on == back.day
        assert case.position_key == ""
        assert Message.objects.get().ended_reason == "retour"
        assert Step.objects.get().undelivered_on == back.day
    assert nights.play(bakkerij.pk, back.day + timedelta(days=1)).letters == []
    with tenant_context(bakkerij.pk):
        assert Case.objects.get().why_code == "no_address"
        debtor = Case.objects.get().debtor
        from debtors import operations as debtors

        debtors.change_debtor(debtor=debtor, street="Nieuwstraat 1", by=back)
    assert nights.play(bakkerij.pk, back.day + timedelta(days=2)).letters == ["reminder"]


def test_only_what_was_posted_can_come_back_and_only_once(inside: Tenant) -> None:
    letters_wait("Smit")
    batch, by = printed(), nights.bookkeeper(nights.at(DAY, 12))

    with pytest.raises(outbox.LetterIsNotOut):
        outbox.mark_returned(message=Message.objects.get(), by=by)
    posted(batch)
    outbox.mark_returned(message=Message.objects.get(), by=by)

    with pytest.raises(outbox.LetterIsNotOut):
        outbox.mark_returned(message=Message.objects.get(), by=by)


def test_posted_on_an_earlier_day_counts_from_that_day_but_not_before_printing_nor_ahead(inside: Tenant) -> None:
    letters_wait("Smit")
    batch = printed()
    monday = nights.bookkeeper(nights.at(DAY + timedelta(days=5), 9))
    for wrong in (DAY - timedelta(days=1), monday.day + timedelta(days=1)):
        with pytest.raises(outbox.PostedOnWrongDay):
            outbox.mark_posted(batch=batch, on=wrong, by=monday)

    outbox.mark_posted(batch=batch, on=DAY + timedelta(days=1), by=monday)

    assert Step.objects.get().dispatched_on == DAY + timedelta(days=1)


def test_the_bytes_that_are_kept_are_the_bytes_that_went_out(bakkerij: Tenant) -> None:
    """A demand goes by mail and by post: one letter, made once, kept with its hash, the same in both."""
    with tenant_context(bakkerij.pk):
        debtor = factories.debtor(kind="business", number="7")
        factories.invoice(debtor, due=date(2026, 1, 23), amount="300.00")
    for day in (date(2026, 1, 28), date(2026, 2, 4)):
        nights.play(bakkerij.pk, day)
    FakeMail.taken.clear()

    nights.play(bakkerij.pk, date(2026, 2, 13))

    with tenant_context(bakkerij.pk):
        with_letter = Message.objects.filter(state="sent", document__isnull=False)
        mail, letter = (with_letter.get(channel=channel) for channel in ("email", "post"))
        assert mail.document_id == letter.document_id
        assert mail.document is not None
        kept = bytes(mail.document.content)
        assert mail.document.sha256 == sha256(kept)
        for document in Document.objects.all():
            assert document.sha256 == sha256(bytes(document.content))
    (envelope,) = FakeMail.taken
    assert [file.content for file in envelope.files] == [kept]
    assert mail.sha256 == sha256("\n".join([envelope.subject, envelope.text, envelope.html]))
