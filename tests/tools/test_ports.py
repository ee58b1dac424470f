import socket

from tools.local.ports import RANGE, Ports, answers, is_free


def test_a_port_is_kept_from_one_start_to_the_next(tmp_path):
    first = Ports(tmp_path / "ports.json").take("postgres")

    again = Ports(tmp_path / "ports.json").take("postgres")

    assert again == first
    assert first in RANGE


def test_a_port_that_somebody_else_took_is_left_to_them(tmp_path):
    ports = Ports(tmp_path / "ports.json")
    first = ports.take("postgres")

    with socket.create_server(("127.0.0.1", first)):
        assert answers(first)
        assert not is_free(first)
        second = ports.take("postgres")

    assert second != first
    assert ports.read() == {"postgres": second}


def test_a_preferred_port_is_taken_whenever_it_is_free(tmp_path):
    ports = Ports(tmp_path / "ports.json")
    preferred, other = ports.take("probe"), ports.take("web")
    ports.forget("probe")

    with socket.create_server(("127.0.0.1", preferred)):
        assert ports.take("web", prefer=preferred) == other

    assert ports.take("web", prefer=preferred) == preferred


def test_two_names_never_share_a_port(tmp_path):
    ports = Ports(tmp_path / "ports.json")
    web = ports.take("web")

    assert ports.take("mail", prefer=web) != web


def test_a_spoilt_file_of_ports_is_as_good_as_none(tmp_path):
    (tmp_path / "ports.json").write_text("{")

    assert Ports(tmp_path / "ports.json").read() == {}
