"""bin/setup: system libraries, the virtual environment, the packages, the compiled translations.

Runs under the machine's own Python, before anything is installed: standard library only. A second run with
nothing to do takes well under a second.
"""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.local import CHECKOUT, LocalError, catalogues, say

VENV = CHECKOUT / ".venv"
PYTHON = VENV / "bin" / "python"
SETS = {"demo": ("demo", "dev"), "dev": ("dev",)}  # which installed sets hold what is asked for
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@dataclass(frozen=True)
class Need:
    """Something of the machine: a library or a program, the packages of Debian that bring it, and who needs it."""

    found: Callable[[str], bool]
    packages: tuple[str, ...]
    what: str
    required: bool = True


def _library(name: str) -> Callable[[str], bool]:
    return lambda cache: has_library(cache, name)


def _program(*names: str) -> Callable[[str], bool]:
    return lambda _cache: any(shutil.which(name) for name in names)


LETTERS = (
    Need(_library("libpangoft2-1.0.so.0"), ("libpango-1.0-0", "libpangoft2-1.0-0"), "Pango, for letters"),
    Need(_library("libharfbuzz-subset.so.0"), ("libharfbuzz-subset0",), "HarfBuzz's subsetter, for letters"),
)
BROWSER_TESTS = (
    Need(_program(*BROWSERS), ("chromium",), "a browser, for the browser tests", required=False),
    Need(_library("libatomic.so.1"), ("libatomic1",), "libatomic, for the browser tests", required=False),
    Need(_program("pdftoppm"), ("poppler-utils",), "pdftoppm, for the tests of letters", required=False),
)
NEEDS = {"demo": LETTERS, "dev": (*LETTERS, *BROWSER_TESTS)}


def has_library(cache: str, name: str) -> bool:
    """Say whether what `ldconfig -p` printed lists this library."""
    return any(line.split(maxsplit=1)[:1] == [name] for line in cache.splitlines())


def main(arguments: Sequence[str]) -> int:
    """Make the machine ready for one of the sets and return the exit code."""
    wanted = arguments[0] if arguments else "dev"
    if wanted not in SETS:
        return say.fail("bin/setup demo, or bin/setup dev")
    try:
        prepare_machine(NEEDS[wanted])
        with _alone():
            prepare_packages(wanted)
            compile_translations()
            (CHECKOUT / "staticfiles").mkdir(exist_ok=True)  # WhiteNoise warns when it is not there
    except LocalError as error:
        return say.fail(str(error))
    except KeyboardInterrupt:
        return say.fail("Gestopt · stopped")
    return 0


def _alone() -> "_Lock":
    return _Lock(CHECKOUT / ".local" / "setup")


class _Lock:
    """One setup at a time in a checkout: bin/test and bin/lint may be started together."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        try:
            if not self._path.parent.is_dir():
                self._path.parent.mkdir(exist_ok=True)
                self._path.parent.chmod(0o711)
            self._handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        except PermissionError as error:
            raise LocalError(f"{error.filename} cannot be written: another user ran this before.") from error
        fcntl.flock(self._handle, fcntl.LOCK_EX)

    def __exit__(self, *_: object) -> None:
        os.close(self._handle)


# The machine


def prepare_machine(needs: Sequence[Need]) -> None:
    """Install what the system lacks.

    :raises LocalError: if something required is missing and cannot be installed from here; the text says how.
    """
    if sys.platform == "darwin":
        _prepare_mac()
        return
    missing = _missing(needs)
    if missing and shutil.which("apt-get") and (prefix := _as_root()) is not None:
        _install(prefix, packages_of(missing))
        missing = _missing(needs)
    if not missing:
        return
    text = f"Missing: {'; '.join(need.what for need in missing)}.\n  On Debian and Ubuntu: {apt_line(missing)}"
    if any(need.required for need in missing):
        raise LocalError(text)
    say.line(f"  {text}")


def packages_of(needs: Sequence[Need]) -> list[str]:
    """Name Debian's packages that bring these things."""
    return [package for need in needs for package in need.packages]


def apt_line(needs: Sequence[Need]) -> str:
    """Return the line that a person with rights runs to install these things."""
    return f"sudo apt-get install --no-install-recommends {' '.join(packages_of(needs))}"


def venv_package(version: tuple[int, int]) -> str:
    """Name Debian's package with what `python -m venv` needs for this Python."""
    return f"python{version[0]}.{version[1]}-venv"


def _missing(needs: Sequence[Need]) -> list[Need]:
    cache = _run(["ldconfig", "-p"], env=_with_sbin()).stdout
    venv = Need(
        lambda _cache: _has_venv(), (venv_package(sys.version_info[:2]),), "Python's modules venv and ensurepip"
    )
    return [need for need in (*needs, venv) if not need.found(cache)]


def _has_venv() -> bool:
    return PYTHON.exists() or _run([sys.executable, "-c", "import ensurepip, venv"]).returncode == 0


def _prepare_mac() -> None:
    folders = ("/opt/homebrew/lib", "/usr/local/lib")
    if not any(Path(folder, "libpangoft2-1.0.0.dylib").exists() for folder in folders):
        raise LocalError("Letters need Pango: brew install pango, then start this again.")


def _install(prefix: list[str], packages: Sequence[str]) -> None:
    """Install those packages that this system knows, with fresh lists if the old ones do not do.

    :raises LocalError: if apt-get fails; its last words are in the message.
    """
    with say.step(f"System packages: {' '.join(packages)}"):
        if all(map(_is_known, packages)) and _apt_install(prefix, packages).returncode == 0:
            return
        _apt(prefix, ["update"])
        known = [package for package in packages if _is_known(package)]
        answer = _apt_install(prefix, known)
        if known and answer.returncode:
            raise LocalError(f"apt-get install {' '.join(known)} failed:\n{_last_lines(answer)}")


def _apt_install(prefix: list[str], packages: Sequence[str]) -> subprocess.CompletedProcess[str]:
    return _apt(prefix, ["install", "-y", "--no-install-recommends", *packages])


def _as_root() -> list[str] | None:
    if os.geteuid() == 0:
        return []
    if not shutil.which("sudo"):
        return None
    free = _run(["sudo", "-n", "true"]).returncode == 0
    return ["sudo"] if free or sys.stdin.isatty() else None


def _is_known(package: str) -> bool:
    answer = _run(["apt-cache", "policy", package]).stdout
    return any("Candidate:" in line and "(none)" not in line for line in answer.splitlines())


def _apt(prefix: list[str], arguments: list[str]) -> subprocess.CompletedProcess[str]:
    quiet = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-o", "DPkg::Lock::Timeout=300"]
    return _run([*prefix, *quiet, *arguments], stdin=None if prefix else subprocess.DEVNULL)


# The virtual environment


def prepare_packages(wanted: str) -> None:
    """Make the virtual environment and install exactly what the requirements file pins.

    :raises LocalError: if pip fails; its last words are in the message.
    """
    if any(_is_current(name) for name in SETS[wanted]) and _works(PYTHON):
        return
    if not _works(PYTHON, "-m", "pip", "--version"):
        with say.step("Virtual environment"):
            _checked([sys.executable, "-m", "venv", "--clear", str(VENV)])
    with say.step(f"Python packages ({wanted}; the first time about a minute)"):
        pip = ["-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--require-hashes"]
        _checked([str(PYTHON), *pip, "-r", _requirements(wanted).name])
    _stamp(wanted).write_bytes(_requirements(wanted).read_bytes())


def _requirements(name: str) -> Path:
    return CHECKOUT / f"requirements-{name}.txt"


def _stamp(name: str) -> Path:
    """Return a copy of the requirements that were installed: what is in the environment, to the letter."""
    return VENV / f"installed-{name}.txt"


def _is_current(name: str) -> bool:
    stamp = _stamp(name)
    return stamp.exists() and stamp.read_bytes() == _requirements(name).read_bytes()


def _works(python: Path, *arguments: str) -> bool:
    if not python.exists():
        return False
    return (
        _run([str(python), *(arguments or ("-c", "import sys; sys.exit(sys.version_info < (3, 11))"))]).returncode == 0
    )


# Translations


def compile_translations() -> None:
    """Compile every catalogue that is newer than its compiled form."""
    stale = [path for path in catalogues() if _is_stale(path)]
    if stale:
        with say.step("Translations"):
            _checked([str(PYTHON), "-m", "tools.local.translations", *map(str, stale)])


def _is_stale(catalogue: Path) -> bool:
    compiled = catalogue.with_suffix(".mo")
    return not compiled.exists() or compiled.stat().st_mtime < catalogue.stat().st_mtime


# Running things


def _with_sbin() -> dict[str, str]:
    return {**os.environ, "PATH": f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin", "LC_ALL": "C"}


def _run(
    argv: Sequence[str], *, env: Mapping[str, str] | None = None, stdin: int | None = subprocess.DEVNULL
) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            argv,
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            env=env,
            cwd=CHECKOUT,
            check=False,
        )
    except OSError as error:
        return subprocess.CompletedProcess(argv, 127, stdout=str(error))


def _checked(argv: Sequence[str]) -> None:
    answer = _run(argv)
    if answer.returncode:
        raise LocalError(f"{' '.join(argv)} failed:\n{_last_lines(answer)}")


def _last_lines(answer: subprocess.CompletedProcess[str]) -> str:
    return "\n".join(answer.stdout.splitlines()[-30:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
