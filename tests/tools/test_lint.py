"""Our own rules catch what they are for."""

from pathlib import Path

from tools.lint import problems


def test_a_long_file_a_long_function_and_addresses_are_named(tmp_path: Path) -> None:
    long_file, long_function, host = tmp_path / "a.py", tmp_path / "b.py", tmp_path / "c.txt"
    long_file.write_text("x = 1\n" * 500)
    long_function.write_text("def f():\n" + "    x = 1\n" * 70)
    host.write_text("see https://py" + "pi.org/simple and /ro" + "ot/secret")
    assert list(problems([long_file, long_function, host])) == [
        "a.py: 500 lines; more than 480 read better as two files",
        "b.py:1 f: 70 lines; at most 60",
        "c.txt: names the host of a package registry",
        "c.txt: holds a path of one machine",
    ]


def test_what_is_in_order_says_nothing(tmp_path: Path) -> None:
    fine = tmp_path / "fine.py"
    fine.write_text("def f():\n    return 1\n")
    assert list(problems([fine])) == []
