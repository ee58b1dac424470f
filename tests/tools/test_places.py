import stat
from pathlib import Path

import pytest

from tools.local import keys, places
from tools.local.places import Account, Place

STRANGER = Account("nobody", 65534, 65534)


@pytest.fixture
def open_folder(tmp_path):
    """A folder in which only the last part decides who may enter: its parents are taken for granted."""
    folder = tmp_path / "folder"
    folder.mkdir()
    return folder


def test_ourselves_may_enter_anywhere(open_folder):
    open_folder.chmod(0o700)

    assert places.can_enter(open_folder, None)


def test_a_closed_folder_on_the_way_keeps_a_stranger_out(open_folder):
    (open_folder / "inner").mkdir(mode=0o755)
    open_folder.chmod(0o700)

    assert not places.can_enter(open_folder / "inner", STRANGER)


def test_a_file_is_readable_when_its_own_bits_and_the_way_to_it_say_so():
    assert places.can_read(Path("/bin/sh"), STRANGER)
    assert not places.can_read(Path("/bin/no-such-program"), STRANGER)


def test_a_place_lets_others_pass_through_and_shows_them_nothing(tmp_path):
    place = Place(tmp_path / "local" / "test")

    places.prepare(place)

    assert stat.S_IMODE(place.root.stat().st_mode) == 0o711
    assert stat.S_IMODE(place.log.stat().st_mode) == 0o700


def test_a_place_of_somebody_else_is_named_with_its_owner(tmp_path):
    told = places._not_ours(tmp_path / "local" / "test")

    assert f"it belongs to {tmp_path.owner()}, who ran this before" in told


def test_a_secret_is_made_once_and_only_its_owner_can_read_it(tmp_path):
    first = keys.read_or_make(tmp_path / "secret_key")

    assert keys.read_or_make(tmp_path / "secret_key") == first
    assert len(first) >= 50
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


def test_removing_a_link_removes_what_it_leads_to(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")

    places.remove(tmp_path / "link")

    assert list(tmp_path.iterdir()) == []
