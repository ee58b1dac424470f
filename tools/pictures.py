"""Takes the pictures of the README from a running demo.

    bin/demo                                                  in another window, until it says where it runs
    python -m tools.pictures --email … --password …           as the demo printed them; --site where the port is another

Needs Chromium, Playwright (bin/setup dev) and pdftoppm. Each picture is the page as somebody who logs in sees it.
"""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

CHECKOUT = Path(__file__).resolve().parent.parent
PICTURES = CHECKOUT / "docs" / "pictures"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
SIZE = {"width": 1280, "height": 860}
PATIENCE = 30_000  # milliseconds


class NotThere(Exception):
    """A page has no such link, or answers otherwise than a page should."""


def main(arguments: Sequence[str]) -> int:
    """Take all pictures and return the exit code."""
    options = _options(arguments)
    PICTURES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_browser(), args=FLAGS)
        try:
            context = browser.new_context(locale="nl-NL", viewport=SIZE, reduced_motion="reduce", color_scheme="light")  # type: ignore[arg-type]
            page = context.new_page()
            page.set_default_timeout(PATIENCE)
            tenant = log_in(page, options.site, options.email, options.password)
            for name in options.only or TAKEN:
                TAKEN[name](page, tenant)
                print(f"docs/pictures/{name}.png")
        except NotThere as missing:
            print(missing, file=sys.stderr)
            return 1
        finally:
            browser.close()
    return 0


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.pictures", description="Take the pictures of the README.")
    parser.add_argument("--site", default="http://localhost:8000", help="where the demo runs")
    parser.add_argument("--email", required=True)
    parser.add_argument("--password", required=True)
    parser.add_argument("--only", nargs="+", choices=list(TAKEN), help="these pictures and no others")
    return parser.parse_args(arguments)


def _browser() -> str:
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        raise SystemExit("there is no Chromium: bin/setup dev installs it")
    return found


def log_in(page: Page, site: str, email: str, password: str) -> str:
    """Log in and return the address of the administration that one enters."""
    _open(page, f"{site}/account/login/")
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(re.compile(r"/a/[a-z0-9-]+/"))
    found = re.match(r".*?/a/[a-z0-9-]+/", page.url)
    if found is None:
        raise NotThere(f"after logging in one is at {page.url}")
    return found[0]


def _open(page: Page, address: str) -> None:
    answer = page.goto(address, wait_until="networkidle")
    if answer is None or answer.status != 200:
        raise NotThere(f"{address} answers {answer.status if answer else 'nothing'}")


def _links(page: Page, pattern: str) -> list[str]:
    """Return the addresses on the page that end like the pattern."""
    hrefs = page.eval_on_selector_all("main a[href]", "links => links.map(link => link.href)")
    return [str(href) for href in hrefs if re.search(pattern, href.split("?")[0].split("#")[0])]


def _link(page: Page, pattern: str) -> str:
    """Return the first of them.

    :raises NotThere: if there is none.
    """
    found = _links(page, pattern)
    if not found:
        raise NotThere(f"{page.url} has no link to {pattern}")
    return found[0]


def _take(page: Page, name: str) -> None:
    page.screenshot(path=PICTURES / f"{name}.png", animations="disabled")


def page_of(name: str, *way: str) -> Callable[[Page, str], None]:
    """Return what goes a way through the administration, an address first and then links, and takes a picture."""

    def go(page: Page, tenant: str) -> None:
        first, *links = way
        _open(page, tenant + first)
        for link in links:
            _open(page, _link(page, link))
        _take(page, name)

    return go


def night(page: Page, tenant: str) -> None:
    """Take the last night that planned letters: in a weekend there are none."""
    _open_night(page, tenant)
    _take(page, "run")


def debtor(page: Page, tenant: str) -> None:
    """Take somebody who was written to that night."""
    _open_debtor(page, tenant)
    _take(page, "debtor")


def invoice(page: Page, tenant: str) -> None:
    """Take an invoice that he was written about."""
    _open_debtor(page, tenant)
    _open(page, _link(page, rf"/facturen/{ID}"))
    _take(page, "invoice")


def _open_night(page: Page, tenant: str) -> None:
    _open(page, f"{tenant}nachten/")
    for address in _links(page, rf"/nachten/{ID}"):
        _open(page, address)
        if _links(page, rf"/brieven/{ID}"):
            return
    raise NotThere("no night planned a letter")


def _open_debtor(page: Page, tenant: str) -> None:
    _open_night(page, tenant)
    _open(page, _link(page, rf"/brieven/{ID}"))
    _open(page, _link(page, rf"/debiteuren/{ID}"))


def letter(page: Page, tenant: str) -> None:
    """Take the first page of a letter on paper, as it was printed."""
    _open(page, f"{tenant}berichten/?weg=post")
    _open(page, _link(page, rf"/berichten/{ID}"))
    answer = page.request.get(_link(page, r"/origineel/$"))
    content = answer.body()
    if not content.startswith(b"%PDF"):
        raise NotThere(f"{answer.url} is no PDF")
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "letter.pdf").write_bytes(content)
        subprocess.run(
            ["pdftoppm", "-png", "-r", "80", "-f", "1", "-singlefile", "letter.pdf", "letter"], cwd=folder, check=True
        )
        shutil.copyfile(Path(folder) / "letter.png", PICTURES / "letter.png")


ID = r"[0-9a-z]{14}/$"
TAKEN: Mapping[str, Callable[[Page, str], None]] = {
    "today": page_of("today", "vandaag/"),
    "run": night,
    "debtor": debtor,
    "invoice": invoice,
    "policy": page_of("policy", "beleid/", rf"/beleid/{ID}"),
    "letter": letter,
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
