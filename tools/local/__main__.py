"""Commands: run -- CMD ..., demo, stop, status. bin/ calls them; `python -m tools.local --help` lists them."""

import argparse
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from types import FrameType

from tools.local import CHECKOUT, LocalError, demo, environment, postgres, say, servers, valkey
from tools.local.places import PLACES


def main(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code."""
    options = _parser().parse_args(arguments)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _leave)
    try:
        return COMMANDS[options.command](options)
    except LocalError as error:
        return say.fail(str(error))
    except KeyboardInterrupt:
        say.line("\nGestopt · stopped")
        return 130


def _leave(number: int, _frame: FrameType | None) -> None:
    """Turn a signal into an exception, so that everything is stopped on the way out."""
    signal.signal(number, signal.SIG_IGN)
    sys.exit(128 + number)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.local", description="The local servers of Debiteuren.")
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="run a command with the servers under it, and stop what was started")
    run.add_argument("--for", dest="place", choices=list(PLACES), default="demo", help="whose servers (demo)")
    run.add_argument("--keep", action="store_true", help="leave the servers running afterwards")
    run.add_argument("argv", nargs=argparse.REMAINDER, metavar="-- CMD ...")
    show = commands.add_parser("demo", help="run the whole product with made-up companies")
    show.add_argument("--check", action="store_true", help="prove that it works, with data of its own, and stop")
    show.add_argument("--fresh", action="store_true", help="remove the demo's data first")
    show.add_argument("--limit", type=float, metavar="SECONDS", help="how long --check may take (900)")
    stop = commands.add_parser("stop", help="stop servers that were left running")
    stop.add_argument("place", nargs="*", choices=[*PLACES, []], metavar="demo|test|bench", help="all by default")
    commands.add_parser("status", help="tell what runs")
    return parser


# Commands


def _demo(options: argparse.Namespace) -> int:
    return demo.run(check=options.check, fresh=options.fresh, limit=options.limit)


def _run(options: argparse.Namespace) -> int:
    argv = options.argv[1:] if options.argv[:1] == ["--"] else options.argv
    if not argv:
        raise LocalError("run what? python -m tools.local run -- CMD ...")
    place = PLACES[options.place]
    with servers.running(place, environment=os.environ, keep=options.keep) as addresses:
        if options.place == "demo":
            ports = environment.known_ports(place)
            return foreground(argv, environment.of_demo(place, addresses, ports=ports))
        if options.place == "bench":
            say.line(f"  {postgres.describe(place)}")
        with servers.slot(place) as number:
            own = servers.in_slot(place, addresses, number)
            return foreground(argv, environment.of_tests(place, own))


def _stop(options: argparse.Namespace) -> int:
    names = options.place or list(PLACES)
    busy = [name for name in names if not servers.stop(PLACES[name])]
    if busy:
        raise LocalError(f"Still in use by another command: {', '.join(busy)}")
    return 0


def _status(_options: argparse.Namespace) -> int:
    for name, place in PLACES.items():
        for server, running in (("PostgreSQL", postgres.running(place)), ("Valkey", valkey.running(place))):
            state = f"process {running.pid}, port {running.port}" if running else "not running"
            say.line(f"  {name:6} {server:11} {state}")
    return 0


COMMANDS = {"run": _run, "demo": _demo, "stop": _stop, "status": _status}


def foreground(argv: Sequence[str], env: Mapping[str, str]) -> int:
    """Run a command at the terminal and return its exit code; Ctrl-C is for the command to answer."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        child = subprocess.Popen(argv, env=dict(env), cwd=CHECKOUT)
    except OSError as error:
        raise LocalError(f"{argv[0]}: {error.strerror}") from error
    try:
        signal.signal(signal.SIGINT, lambda *_: None)  # the terminal sends it to the command as well
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda number, _frame: child.send_signal(number))
        code = child.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
