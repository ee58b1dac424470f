"""The files of others that the browser gets, kept under static/vendor/ with where each came from in vendor.json.

    python -m tools.vendor refresh   fetches them by the npm client and writes vendor.json (needs npm and a registry)
    python -m tools.vendor check     compares what is there with vendor.json, and the icons in use with the sprite

Moving to another version is changing a line below and running `refresh`.
"""

import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
VENDOR = CHECKOUT / "static" / "vendor"
LIST = "vendor.json"
SPRITE = "icons/icons.svg"


@dataclass(frozen=True)
class Package:
    """A package of npm, and which of its files we keep under what name."""

    name: str
    version: str
    licence: str
    files: Mapping[str, str]


PACKAGES = (
    Package(
        "htmx.org", "2.0.11", "0BSD", {"dist/htmx.min.js": "htmx/htmx.min.js", "LICENSE": "htmx/LICENSE"}
    ),  # not 4: its inheritance is explicit
    Package("chart.js", "4.6.1", "MIT", {"dist/chart.umd.min.js": "chart/chart.min.js", "LICENSE.md": "chart/LICENSE"}),
    Package(
        "@fontsource-variable/inter",
        "5.3.0",
        "OFL-1.1",
        {
            "files/inter-latin-wght-normal.woff2": "inter/inter-latin.woff2",
            "files/inter-latin-ext-wght-normal.woff2": "inter/inter-latin-ext.woff2",
            "LICENSE": "inter/LICENSE",
        },
    ),
)
ICON_PACKAGE = Package("@tabler/icons", "3.51.0", "MIT", {"LICENSE": "icons/LICENSE"})
# fmt: off
ICONS = (
    "adjustments-horizontal", "alert-circle", "alert-triangle", "arrow-back-up", "arrow-down", "arrow-left",
    "arrow-right", "arrow-up", "ban", "bell", "bookmark", "briefcase", "building", "building-bank", "building-store",
    "calculator", "calendar", "calendar-due", "calendar-event", "calendar-pause", "calendar-repeat", "chart-bar",
    "check", "checklist", "checks", "chevron-down", "chevron-left", "chevron-right", "chevron-up", "circle",
    "circle-check", "circle-dashed", "circle-dot", "circle-x", "clock", "cloud-upload", "coins", "columns-3",
    "command", "copy", "credit-card", "database-import", "device-desktop", "device-mobile-message", "discount",
    "dots", "download", "external-link", "eye", "file-download", "file-invoice", "file-spreadsheet", "file-text",
    "file-type-csv", "file-type-pdf", "file-type-xls", "filter", "flag", "flask", "folder", "gavel", "git-merge",
    "grip-vertical", "hand-stop", "heart-handshake", "help-circle", "history", "hourglass", "id", "info-circle",
    "key", "keyboard", "language", "link", "list-details", "list-search", "lock", "lock-open", "logout", "mail",
    "mail-check", "mail-fast", "mail-opened", "mail-x", "map-pin", "menu-2", "message", "message-2",
    "message-exclamation", "message-reply", "minus", "moon", "note", "paperclip", "pencil", "phone", "phone-call",
    "phone-x", "plug", "plus", "printer", "qrcode", "receipt", "receipt-euro", "receipt-refund", "refresh",
    "report-money", "robot", "scale", "search", "selector", "send", "settings", "shield-check", "shield-lock",
    "sitemap", "snowflake", "stack-2", "star", "sun", "sunrise", "table-export", "tag", "trash", "trending-down",
    "trending-up", "upload", "user", "user-check", "user-plus", "users", "wallet", "world", "x", "zoom-money",
)
# fmt: on
# {% icon "name" %} and icon="name" in templates, icon="name" in Python
USES = re.compile(r"""(?:\{%\s*icon\s+|\bicon=)["']([a-z0-9-]+)["']""")


class VendorError(Exception):
    """Something about the vendored files that a developer must put right."""


def refresh(target: Path = VENDOR) -> None:
    """Fetch every package, keep the files named, make the sprite, and write the list."""
    with tempfile.TemporaryDirectory() as folder:
        entries = [entry for package in PACKAGES for entry in _keep(package, _unpack(package, Path(folder)), target)]
        unpacked = _unpack(ICON_PACKAGE, Path(folder))
        entries += _keep(ICON_PACKAGE, unpacked, target)
        _write(target / SPRITE, sprite({name: _drawing(unpacked, name) for name in ICONS}).encode())
        entries.append(_entry(ICON_PACKAGE, SPRITE, target))
    _write(target / LIST, (json.dumps(entries, indent=2) + "\n").encode())


def problems(target: Path = VENDOR, checkout: Path = CHECKOUT) -> list[str]:
    """Return what is wrong: files changed, missing or unknown, and icons that are used and not in the sprite."""
    listed = {entry["file"]: entry["sha256"] for entry in json.loads((target / LIST).read_text())}
    present = {path.relative_to(target).as_posix(): path for path in target.rglob("*") if path.is_file()}
    found = [f"{name}: listed and not there" for name in sorted(listed.keys() - present.keys())]
    found += [f"{name}: there and not listed" for name in sorted(present.keys() - listed.keys() - {LIST})]
    found += [
        f"{name}: changed since it was fetched"
        for name in sorted(listed.keys() & present.keys())
        if _sha256(present[name]) != listed[name]
    ]
    drawn = set(re.findall(r'<symbol id="([^"]+)"', (target / SPRITE).read_text())) if SPRITE in present else set()
    found += [f"{place}: no icon {name!r} in the sprite" for place, name in icons_in_use(checkout) if name not in drawn]
    return found


def icons_in_use(checkout: Path) -> Iterator[tuple[str, str]]:
    """Give every icon that is named literally, and where."""
    for pattern in ("templates/**/*.html", "*/templates/**/*.html", "dashboard/**/*.py"):
        for path in sorted(checkout.glob(pattern)):
            for name in dict.fromkeys(USES.findall(path.read_text())):
                yield path.relative_to(checkout).as_posix(), name


def sprite(drawings: Mapping[str, str]) -> str:
    """Make one file of many icons: a symbol each, coloured by whoever uses it."""
    symbols = (f'<symbol id="{name}" viewBox="0 0 24 24">{paths}</symbol>\n' for name, paths in drawings.items())
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{"".join(symbols)}</svg>\n'


def _drawing(unpacked: Path, name: str) -> str:
    path = unpacked / "icons" / "outline" / f"{name}.svg"
    if not path.is_file():
        raise VendorError(f"{ICON_PACKAGE.name} {ICON_PACKAGE.version} has no icon {name!r}")
    inside = re.sub(r"^.*?<svg.*?>|</svg>\s*$", "", path.read_text(), flags=re.DOTALL)
    inside = re.sub(r'<path stroke="none"[^>]*/>', "", inside)  # the empty square around it
    return re.sub(r"\s*\n\s*", "", inside).replace(" />", "/>")


def _unpack(package: Package, folder: Path) -> Path:
    packed = subprocess.run(
        ["npm", "pack", f"{package.name}@{package.version}", "--silent", "--pack-destination", str(folder)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    archive = folder / packed.stdout.split()[-1]
    target = folder / archive.stem
    with tarfile.open(archive) as tar:
        tar.extractall(target, filter="data")
    return target / "package"


def _keep(package: Package, unpacked: Path, target: Path) -> list[dict[str, str]]:
    for source, name in package.files.items():
        content = (unpacked / source).read_bytes()
        if name.endswith(".js"):  # collectstatic would look for the map, which we do not keep
            content = re.sub(rb"\n?//# sourceMappingURL=\S+\s*$", b"\n", content)
        _write(target / name, content)
    return [_entry(package, name, target) for name in package.files.values()]


def _entry(package: Package, name: str, target: Path) -> dict[str, str]:
    return {
        "package": package.name,
        "version": package.version,
        "licence": package.licence,
        "file": name,
        "sha256": _sha256(target / name),
    }


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main(arguments: Sequence[str]) -> int:
    """Do what is asked: refresh or check."""
    if list(arguments) == ["refresh"]:
        refresh()
    elif list(arguments) != ["check"]:
        print(__doc__, file=sys.stderr)
        return 2
    found = problems()
    print("\n".join(found) or f"{VENDOR.relative_to(CHECKOUT)}: all as fetched")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
