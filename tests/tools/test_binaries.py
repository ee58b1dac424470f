import pytest

from tools.local import binaries


@pytest.mark.parametrize(
    ("banner", "major"),
    [
        ("postgres (PostgreSQL) 18.6", 18),
        ("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)", 15),
        ("postgres (PostgreSQL) 19beta1", 19),
        ("something else", 0),
    ],
)
def test_the_major_version_is_read_from_the_banner(banner, major):
    assert binaries.major_version(banner) == major


def test_the_wheels_bring_both_servers():
    assert binaries.postgres().from_wheel
    assert binaries.valkey().name == "valkey-server"
