"""A link is kept like a password: its hash is stored, its address is shown once, and it can be taken back."""

from datetime import timedelta

import pytest

from audit.models import Entry
from common.texts import sha256
from payments import links
from payments.models import PaymentLink
from tests import factories, nights
from tests.portal.opening import DAY, by
from tests.portal.opening import inside as entered

pytestmark = pytest.mark.django_db


def made(**subject):
    address = links.make_link(debtor=factories.debtor(), by=by(), **subject)
    return address, address.rstrip("/").rpartition(".")[2]


def test_the_address_names_the_tenant_and_a_secret_of_128_bits(inside, settings):
    settings.SITE_URL = "https://debiteuren.example"
    address, secret = made()

    assert address == f"https://debiteuren.example/betalen/{inside.public_id}.{secret}/"
    assert len(secret) == 22  # 128 bits in base 64
    assert made()[1] != secret


def test_the_database_holds_the_hash_and_never_the_secret(inside):
    _address, secret = made()

    row = PaymentLink.objects.get()
    assert row.token_hash == sha256(secret)
    kept = " ".join(str(value) for value in PaymentLink.objects.values().get().values())
    assert secret not in kept
    assert secret not in str(list(Entry.objects.values()))


def test_a_link_is_found_by_its_secret_until_it_is_revoked(inside):
    _address, secret = made()
    link = links.find(secret)
    assert link is not None

    links.revoke(link=link, by=by())

    assert links.find(secret) is None
    link.refresh_from_db()
    assert (link.revoked_by, link.revoked_at) == (by().label, by().at)
    assert list(Entry.objects.order_by("pk").values_list("verb", flat=True))[-2:] == ["link.made", "link.revoked"]


def test_revoking_twice_keeps_who_did_it_first(inside):
    link = links.find(made()[1])
    assert link is not None
    links.revoke(link=link, by=by())

    links.revoke(link=link, by=nights.bookkeeper(nights.at(DAY, 18)))

    link.refresh_from_db()
    assert link.revoked_at == by().at
    assert Entry.objects.filter(verb="link.revoked").count() == 1


def test_the_links_of_one_letter_are_revoked_and_no_others(inside):
    debtor = factories.debtor()
    for number in ("n1", "n2"):
        links.make_link(debtor=debtor, subject_kind="notice", subject_id=number, by=by())

    links.revoke_of(debtor_id=debtor.pk, subject_kind="notice", subject_id="n1", by=by())

    assert list(PaymentLink.objects.filter(revoked_at=None).values_list("subject_id", flat=True)) == ["n2"]


def test_a_link_in_another_administration_is_not_found(bakkerij, garage):
    with entered(bakkerij):
        secret = made()[1]

    with entered(garage):
        assert links.find(secret) is None


def test_the_first_opening_is_logged_and_a_visit_is_written_down_once(inside):
    link = links.find(made()[1])
    assert link is not None
    for minutes in (0, 2, 9):
        link.refresh_from_db()
        links.opened(link=link, by=nights.bookkeeper(by().at + timedelta(minutes=minutes)))

    link.refresh_from_db()
    assert link.first_opened_at == by().at
    assert link.last_opened_at == by().at + timedelta(minutes=9)
    assert Entry.objects.filter(verb="link.opened").count() == 1
