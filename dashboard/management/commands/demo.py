"""manage.py demo [--ended]"""

import gc
import subprocess
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from common import clock
from dashboard.demo import ended, making, opening
from dashboard.demo.companies import COMPANIES


class Command(BaseCommand):
    """Makes the companies of the demo, once, and prints who can log in: e-mail, password, who, with tabs between."""

    help = (
        "Make three companies with a year behind them, for looking around. Again: nothing changes. Not in production."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--ended", action="store_true", help="only say by the exit code whether its night is over")
        parser.add_argument("--company", help="make only the company with this slug, and print nothing")
        parser.add_argument("--weeks", type=int, default=making.WEEKS, help="how many weeks of nights are played")
        parser.add_argument("--debtors", type=int, help="how many customers each company has")

    def handle(self, *_: Any, **options: Any) -> None:
        if settings.ENVIRONMENT == "production":
            raise CommandError("the demo makes up companies: not in production")
        if options["ended"]:
            self._say_whether_ended()
        elif options["company"]:
            self._make_one(options)
        else:
            self._make_all(options)
            for login in opening.logins(COMPANIES):
                self.stdout.write("\t".join(login))

    def _make_one(self, options: dict[str, Any]) -> None:
        gc.set_threshold(100_000)  # much is made and soon let go of: looking for circles costs more than it frees
        for company in making.missing([one for one in COMPANIES if one.slug == options["company"]]):
            making.make(company, now=clock.now(), weeks=options["weeks"], debtors=options["debtors"], tell=self._tell)

    def _make_all(self, options: dict[str, Any]) -> None:
        """Make what is missing, a process for each company: they do not know each other."""
        opening.people(COMPANIES)
        size = [f"--weeks={options['weeks']}", *([f"--debtors={options['debtors']}"] if options["debtors"] else [])]
        command = [sys.executable, sys.argv[0], "demo", "--skip-checks", *size, "--company"]
        children = [subprocess.Popen([*command, one.slug], stdout=sys.stderr) for one in making.missing()]  # noqa: S603
        try:
            failed = [child.args for child in children if child.wait()]
        finally:
            for child in children:
                child.terminate()
        if failed:
            raise CommandError("a company could not be made; what went wrong is above")

    def _tell(self, line: str) -> None:
        self.stderr.write(line)

    def _say_whether_ended(self) -> None:
        left = ended.what_is_left(clock.now())
        if left:
            raise CommandError("the night is not over: " + "; ".join(left))
        self.stderr.write("the night is over")
