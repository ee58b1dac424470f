"""Where the data of the local servers lives, and which user may reach it.

A place is a folder with servers of its own: the demo's is `.local`, the tests' `.local/test`, the benches'
`.local/bench`. PostgreSQL refuses to run as root; started by root it runs as `nobody`. When `nobody` cannot get
into the checkout (a home of root's is closed), the database's files live in a folder below STATE, and the place
holds a link to it.
"""

import hashlib
import os
import pwd
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path

from tools.local import CHECKOUT, LocalError

STATE = Path("/var/lib/debiteuren-local")


@dataclass(frozen=True)
class Account:
    """A user of this machine."""

    name: str
    uid: int
    gid: int


@dataclass(frozen=True)
class Place:
    """A folder with a database server and a Redis or Valkey of its own."""

    root: Path
    durable: bool = True
    settings: tuple[tuple[str, str], ...] = ()

    @property
    def log(self) -> Path:
        return self.root / "log"

    @property
    def ports(self) -> Path:
        return self.root / "ports.json"


# Chosen for two cores and a night of a million rows; durability stays on, since commits are part of what is measured.
BENCH = (
    ("shared_buffers", "1GB"),
    ("effective_cache_size", "4GB"),
    ("work_mem", "32MB"),
    ("maintenance_work_mem", "256MB"),
    ("max_wal_size", "4GB"),
    ("checkpoint_timeout", "15min"),
    ("random_page_cost", "1.1"),
)
LOCAL = CHECKOUT / ".local"
PLACES = {
    "demo": Place(LOCAL),
    "test": Place(LOCAL / "test", durable=False),
    "bench": Place(LOCAL / "bench", settings=BENCH),
}


def prepare(place: Place) -> None:
    """Make the folders of a place, closed for others except for passing through.

    :raises LocalError: if they belong to somebody else.
    """
    try:
        for folder, mode in ((place.root.parent, 0o711), (place.root, 0o711), (place.log, 0o700)):
            if not folder.is_dir():
                folder.mkdir(parents=True)
                folder.chmod(mode)
    except PermissionError as error:
        raise LocalError(_not_ours(place.root)) from error
    if not os.access(place.log, os.W_OK):
        raise LocalError(_not_ours(place.root))


def _not_ours(root: Path) -> str:
    owner = next(folder for folder in (root, *root.parents) if folder.exists()).owner()
    return (
        f"{root} cannot be written: it belongs to {owner}, who ran this before. "
        f"Run it as {owner}, or remove the folder {LOCAL.name} first (the demo's data goes with it)."
    )


def server_account() -> Account | None:
    """Return the user that PostgreSQL has to run as, or None when that is simply ourselves.

    :raises LocalError: if we are root and the machine has no user without rights.
    """
    if os.geteuid() != 0:
        return None
    for name in ("nobody", "postgres", "daemon"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, user.pw_uid, user.pw_gid)
    raise LocalError(
        "PostgreSQL refuses to run as root and this machine has no user 'nobody': start as an ordinary user."
    )


def can_enter(path: Path, account: Account | None) -> bool:
    """Say whether a user without rights can get into this folder and every folder above it."""
    return account is None or all(_open_to(folder, account, stat.S_IXOTH) for folder in (path, *path.parents))


def can_read(path: Path, account: Account | None) -> bool:
    """Say whether a user without rights can reach and read this file."""
    return account is None or (_open_to(path, account, stat.S_IROTH) and can_enter(path.parent, account))


def _open_to(path: Path, account: Account, bit: int) -> bool:
    try:
        facts = path.stat()
    except OSError:
        return False
    return facts.st_uid == account.uid or bool(facts.st_mode & bit)


def server_home(place: Place, account: Account | None) -> Path:
    """Return the folder for the database's files: the place, or one below STATE if its user cannot get there."""
    if can_enter(place.root, account):
        return place.root
    home = state_folder(hashlib.sha256(str(place.root).encode()).hexdigest()[:12])
    (home / "belongs-to").write_text(f"{place.root}\n")
    return home


def state_folder(name: str) -> Path:
    """Return a folder of root's below STATE that others can pass through."""
    for folder in (STATE, STATE / name):
        folder.mkdir(exist_ok=True)
        folder.chmod(0o755)
    return STATE / name


def link(shown: Path, real: Path) -> None:
    """Let a name in the place lead to where the files really are."""
    if shown != real and not shown.exists():
        shown.unlink(missing_ok=True)
        shown.symlink_to(real)


def remove(path: Path) -> None:
    """Remove a file, a folder, or a link together with what it leads to."""
    real = path.resolve()
    if path.is_symlink():
        path.unlink()
    if real.is_dir():
        shutil.rmtree(real)
    else:
        real.unlink(missing_ok=True)
    if real.parent.parent == STATE:
        shutil.rmtree(real.parent, ignore_errors=True)
