"""bin/demo: the whole product on this machine, with three made-up companies in it; and bin/demo --check."""

import fcntl
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tools.local import CHECKOUT, LocalError, environment, places, ports, say, servers, visit
from tools.local.children import Child, Crew, Deadline, end_leftovers
from tools.local.places import PLACES, Place

LOGIN_PAGE = "/account/login/"
START_PAGE = "/vandaag/"  # of the administration that one enters: its address comes before
HEALTH = "/gezond/"
MANAGE = [sys.executable, "manage.py"]
DEATHS_A_MINUTE = 5


@dataclass(frozen=True)
class Login:
    """Somebody who can log in to the demo."""

    email: str
    password: str
    who: str


def logins_in(text: str) -> list[Login]:
    """Read the logins out of what `manage.py demo` prints: e-mail, password and who that is, separated by tabs."""
    lines = re.findall(r"^[ \t]*(\S+@\S+)(?:\t+| {2,})(\S+)(?:\t+| {2,})?(.*)$", text, re.MULTILINE)
    return [Login(email, password, who.strip()) for email, password, who in lines]


def children(place: Place, numbers: Mapping[str, int], *, site: str) -> list[Child]:
    """Return what runs once the database is filled. The mail catcher and Mollie come before: filling it needs them."""
    celery = [sys.executable, "-m", "celery", "-A", "debiteuren"]
    web = [
        "--bind",
        f"127.0.0.1:{numbers['web']}",
        "--workers",
        "2",
        "--threads",
        "4",
        "--worker-class",
        "gthread",
        "--preload",
    ]
    return [
        Child(
            "web",
            [sys.executable, "-m", "gunicorn", "debiteuren.wsgi", *web, "--no-control-socket"],
            ready=lambda: visit.status(f"{site}{HEALTH}") == 200,
        ),
        Child("worker", [*celery, "worker", "--concurrency", "2", "--loglevel", "INFO"]),
        Child("beat", [*celery, "beat", "--schedule", str(place.root / "beat"), "--pidfile", ""]),
    ]


def mail_catcher(place: Place, numbers: Mapping[str, int]) -> Child:
    """Return the program that takes all mail of the demo, so that none leaves the machine."""
    return Child(
        "mail",
        [*MANAGE, "mail_catcher", "--keep", str(place.root / "mail")],
        ready=lambda: ports.answers(numbers["smtp"]) and ports.answers(numbers["mail"]),
    )


def mollie_sandbox(place: Place, numbers: Mapping[str, int]) -> Child:
    """Return the program that plays Mollie, so that one can pay in the demo and no money moves."""
    return Child(
        "mollie",
        [*MANAGE, "mollie_sandbox", "--keep", str(place.root / "mollie.json")],
        ready=lambda: ports.answers(numbers["mollie"]),
    )


def run(*, check: bool, fresh: bool, limit: float | None) -> int:
    """Run the demo until it is stopped, or with `check` until it has proved itself, and return the exit code."""
    if check:
        return _check(Deadline(limit or 900))
    place = PLACES["demo"]
    places.prepare(place)
    with servers.lock(place.root / "demo-runs", fcntl.LOCK_EX | fcntl.LOCK_NB) as alone:
        if not alone:
            web = ports.Ports(place.ports).read().get("web")
            raise LocalError(f"De demo draait al · the demo runs already: http://localhost:{web}")
        if fresh:
            remove_data(place)
        with _up(place, environment.base(), Deadline(None)) as (crew, env, logins):
            say.line("\n" + say.box(_welcome(env, logins, place.log)) + "\n")
            _watch(crew, place)
    return 0


@contextmanager
def _up(
    place: Place, given: Mapping[str, str], deadline: Deadline
) -> Iterator[tuple[Crew, dict[str, str], list[Login]]]:
    """Bring everything up in order, and down again in the other order."""
    with servers.running(place, environment=given) as addresses:
        end_leftovers(place)
        numbers = environment.take_ports(place)
        env = {**given, **environment.of_demo(place, addresses, ports=numbers)}
        crew = Crew(place, env)
        try:
            with say.step("Database up to date"):
                crew.start([mail_catcher(place, numbers), mollie_sandbox(place, numbers)])
                once("migrate", ["migrate", "--database", "owner", "--no-input"], place, env, deadline)
            with say.step("Three companies with a year behind them (made once, takes a while)"):
                crew.wait(deadline)
                logins = logins_in(once("demo", ["demo"], place, env, deadline))
            with say.step("Web, worker and beat"):
                crew.start(children(place, numbers, site=env["SITE_URL"]))
                crew.wait(deadline)
            yield crew, env, logins
        finally:
            crew.stop()


def once(name: str, command: list[str], place: Place, env: Mapping[str, str], deadline: Deadline) -> str:
    """Run one of manage.py's commands to its end and return what it printed; the rest is in its log.

    :raises LocalError: if it fails or takes too long; its last words are in the message.
    """
    log = place.log / f"{name}.log"
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [*MANAGE, *command], stdout=subprocess.PIPE, stderr=errors, env=dict(env), cwd=CHECKOUT, text=True
        )
        try:
            printed, _ = process.communicate(timeout=deadline.left())
        except subprocess.TimeoutExpired as error:
            raise LocalError(f"manage.py {' '.join(command)} takes longer than allowed.\n{say.tail(log)}") from error
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()
    if process.returncode:
        raise LocalError(f"manage.py {' '.join(command)} failed.\n{printed[-2000:]}{say.tail(log)}")
    return printed


def _watch(crew: Crew, place: Place) -> None:
    """Keep everything running until somebody stops it."""
    while True:
        time.sleep(1)
        for name in crew.revive(limit=DEATHS_A_MINUTE):
            say.line(f"  {name} had ended and was started again: {place.log.relative_to(CHECKOUT)}/{name}.log")
        if not servers.alive(place, environment=environment.base()):
            servers.start(place, environment=environment.base())


def _welcome(env: Mapping[str, str], logins: list[Login], log: Path) -> list[str]:
    width = max((len(login.email) for login in logins), default=0)
    secret = max((len(login.password) for login in logins), default=0)
    return [
        "Debiteuren draait · Debiteuren is running",
        "",
        f"    {env['SITE_URL']}",
        "",
        "Opgevangen mail · caught mail",
        f"    {env['MAIL_CATCHER_URL']}",
        "Proefbetalingen · trial payments",
        f"    {env['MOLLIE_API_ENDPOINT']}",
        "",
        "Inloggen · log in",
        *(f"    {login.email:{width}}  {login.password:{secret}}  {login.who}".rstrip() for login in logins),
        "",
        "Stoppen · stop: Ctrl-C",
        f"Logboeken · logs: {log.relative_to(CHECKOUT)}/",
    ]


# Check


def _check(deadline: Deadline) -> int:
    """Prove that it works, on ports and with data of its own; addresses given from outside are not used."""
    given = {
        name: value
        for name, value in environment.base().items()
        if name.removesuffix("_FILE") not in {"DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL"}
    }
    folder = Path(tempfile.mkdtemp(prefix="debiteuren-check-")).resolve()
    folder.chmod(0o711)
    place = Place(folder / "demo")
    try:
        with _up(place, given, deadline) as (crew, env, logins):
            try:
                _prove(env, logins, place, deadline)
                _all_alive(crew)
            except LocalError as error:
                raise LocalError(f"{error}\n\n{_tails(place)}") from error
    finally:
        remove_data(place)
        places.remove(folder)
    say.line("\nDe demo werkt · the demo works")
    return 0


def _prove(env: Mapping[str, str], logins: list[Login], place: Place, deadline: Deadline) -> None:
    if not logins:
        raise LocalError("manage.py demo printed no logins")
    with say.step(f"{HEALTH} answers 200"):
        if (answer := visit.status(f"{env['SITE_URL']}{HEALTH}")) != 200:
            raise LocalError(f"{HEALTH} answers {answer}")
    with say.step(f"Log in as {logins[0].email}, to {START_PAGE}"):
        visitor = visit.Visitor(env["SITE_URL"])
        arrived = visitor.log_in(LOGIN_PAGE, name=logins[0].email, password=logins[0].password)
        if not arrived.endswith(START_PAGE):
            raise LocalError(f"After logging in as {logins[0].email} one arrives at {arrived}, not at {START_PAGE}")
    with say.step("The demo's night ends"):
        while not _night_has_ended(env, place):
            deadline.left()
            time.sleep(2)


def _night_has_ended(env: Mapping[str, str], place: Place) -> bool:
    with (place.log / "ended.log").open("wb") as log:
        answer = subprocess.run(
            [*MANAGE, "demo", "--ended"], env=dict(env), cwd=CHECKOUT, stdout=log, stderr=log, check=False
        )
    return answer.returncode == 0


def _all_alive(crew: Crew) -> None:
    if dead := crew.revive(limit=1000):
        raise LocalError(f"ended on the way: {', '.join(dead)}")


def _tails(place: Place) -> str:
    logs = (place.log / f"{name}.log" for name in ("web", "worker", "beat", "mail", "mollie", "ended"))
    return "\n\n".join(f"--- {log.name}\n{tail}" for log in logs if (tail := say.tail(log, 25)))


def remove_data(place: Place) -> None:
    """Remove everything of a demo, so that the next one begins anew.

    :raises LocalError: if something still uses it.
    """
    if not servers.stop(place):
        raise LocalError("Another command uses the demo's servers; end it first.")
    end_leftovers(place)
    for name in ("pg*", "valkey", "valkey.conf", "beat*", "mail", "mollie.*", "roles-*", "password-*"):
        for path in place.root.glob(name):
            places.remove(path)
