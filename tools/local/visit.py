"""Visits pages as a person does: cookies, forms with their hidden fields, redirects."""

import urllib.error
import urllib.request
from collections.abc import Iterable
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from urllib.parse import urlencode, urljoin, urlsplit

from tools.local import LocalError


def status(url: str) -> int:
    """Return the status with which an address answers, 0 when it does not."""
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


class LoginForm(HTMLParser):
    """The form on a page that asks for a password: where it goes, its fields, the two to fill in."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.action: str | None = None
        self.fields: dict[str, str] = {}
        self.password = ""
        self.name = ""
        self._form: dict[str, str] | None = None
        self._action = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: Iterable[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form, self._action, self.name = {}, values.get("action", ""), self.name if self.password else ""
        elif tag == "input" and self._form is not None and values.get("name"):
            self._input(values["name"], values.get("type", "text"), values.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            if self.password and self.action is None:
                self.action, self.fields = self._action, self._form or {}
            self._form = None

    def _input(self, name: str, kind: str, value: str) -> None:
        if self._form is not None and kind == "hidden":
            self._form[name] = value
        elif kind == "password" and not self.password:
            self.password = name
        elif kind in {"email", "text"} and not self.name:
            self.name = name


class Visitor:
    """Somebody with a browser, for as far as a check needs one."""

    def __init__(self, site: str) -> None:
        self.site = site
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def open(self, path: str, fields: dict[str, str] | None = None) -> tuple[str, str]:
        """Return the address where one ends up and the page there.

        :raises LocalError: if the page is not there or broken.
        """
        body = urlencode(fields).encode() if fields is not None else None
        request = urllib.request.Request(urljoin(self.site, path), data=body, headers={"Referer": self.site})
        try:
            with self._opener.open(request, timeout=30) as answer:
                return answer.url, answer.read().decode()
        except urllib.error.HTTPError as error:
            raise LocalError(f"{path} answers {error.code}") from error
        except OSError as error:
            raise LocalError(f"{path} does not answer: {error}") from error

    def log_in(self, path: str, *, name: str, password: str) -> str:
        """Fill in the form of a login page and return the path where one arrives.

        :raises LocalError: if there is no such form.
        """
        login_page, page = self.open(path)
        form = LoginForm(page)
        if form.action is None:
            raise LocalError(f"{path} leads to {login_page}, where no login form is")
        answers = form.fields | {form.name: name, form.password: password}
        arrived, _page = self.open(urljoin(login_page, form.action), answers)
        return urlsplit(arrived).path
