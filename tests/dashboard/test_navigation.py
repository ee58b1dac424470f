"""The navigation says on every page where one is."""

import pytest

from dashboard import context, urls

# Reached from any page, or pages of no administration: they stand in no place.
NOWHERE = {"home", "preferences", "everything", "administration_new", "search", "logbook", "views", "view_end"}


def test_every_page_stands_in_a_place_of_the_navigation():
    names = {str(pattern.name) for pattern in urls.urlpatterns}

    assert {name for name in names if not context.place_of(name)} == NOWHERE


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("post/", "Berichten"),
        ("beloften/", "Betalingen"),
        ("tegoeden/", "Betalingen"),
        ("brieven/", "Vandaag"),
        ("beleid/", "Instellingen"),
        ("debiteuren/nieuw/", "Debiteuren"),
        ("taken/nieuw/", "Taken"),
    ],
)
def test_the_place_of_a_page_is_marked(bakkerij, owner, login, address, place):
    shell = login(owner).get(f"/a/{bakkerij.slug}/{address}").context["shell"]

    assert [item.label for item in (*shell.nav, shell.settings) if item.is_active] == [place]
