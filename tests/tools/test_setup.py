from tools.local import setup, translations

CACHE = """\
312 libs found in cache `/etc/ld.so.cache'
	libpangoft2-1.0.so.0 (libc6,x86-64) => /lib/x86_64-linux-gnu/libpangoft2-1.0.so.0
	libharfbuzz.so.0 (libc6,x86-64) => /lib/x86_64-linux-gnu/libharfbuzz.so.0
"""


def test_a_library_is_found_by_its_whole_name():
    assert setup.has_library(CACHE, "libpangoft2-1.0.so.0")
    assert not setup.has_library(CACHE, "libharfbuzz-subset.so.0")
    assert not setup.has_library("", "libharfbuzz.so.0")


def test_the_package_for_virtual_environments_is_that_of_the_python_in_use():
    assert setup.venv_package((3, 12)) == "python3.12-venv"


def test_what_the_tests_need_holds_what_the_demo_needs():
    assert set(setup.NEEDS["demo"]) <= set(setup.NEEDS["dev"])


def test_a_catalogue_is_compiled_once_and_again_when_it_changed(tmp_path):
    source = tmp_path / "django.po"
    source.write_text('msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "ja"\nmsgstr "yes"\n')
    assert setup._is_stale(source)

    compiled = translations.compile_catalogue(source)

    assert b"yes" in compiled.read_bytes()
    assert not setup._is_stale(source)
