"""What the documentation names exists, and what it lists is what the code does.

A path, a function, a test, a command or a variable in backticks must be there; tables of states, of policies and of
reasons are compared with the code; and what the runbook has one type into the shell is run.
"""

import ast
import importlib
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import get_commands, load_command_class
from django.utils import translation

from collections_handoff import states as handoff_states
from connectors.models import UploadState
from correspondence import states as message_states
from dunning import defaults, reasons
from dunning import states as ladder_states
from dunning.snapshot import Rung
from invoices.states import DisputeOutcome, InvoiceState
from payments import states as promise_states
from tests.test_env_example import in_example

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted(
    [
        ROOT / "README.md",
        ROOT / "CHANGELOG.md",
        ROOT / "CONTRIBUTING.md",
        ROOT / "bench" / "README.md",
        *(ROOT / "docs").rglob("*.md"),
    ]
)
CODE = [
    *("common", "law", "tenants", "audit", "debtors", "correspondence", "worklist", "invoices", "payments", "dunning"),
    *("answers", "collections_handoff", "reporting", "connectors", "dashboard", "portal", "debiteuren"),
    *("tests", "tools", "bench"),
]

FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
PATH = re.compile(r"[\w.-]+(/[\w.-]+)*/?")
FILE = re.compile(r"\.(py|md|sql|yml|toml|txt|html|css|csv|png|sh|example)$")
DOTTED = re.compile(rf"({'|'.join(CODE)})(\.\w+)+")
ROW = re.compile(r"^\|(.+)\|$", re.MULTILINE)
VARIABLE = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)+")


def title(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def prose(page: Path) -> str:
    return FENCED.sub("", page.read_text())


def spans(page: Path) -> Iterator[str]:
    yield from SPAN.findall(prose(page))


def typed(page: Path) -> Iterator[str]:
    """What a reader is told to type: code spans, and lines of blocks that are no diagram and no Python."""
    yield from spans(page)
    for language, block in FENCED.findall(page.read_text()):
        if language not in {"mermaid", "python"}:
            yield from block.splitlines()


def anchors(page: Path) -> set[str]:
    heads = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).strip().replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", PAGES, ids=title)
def test_every_link_leads_somewhere(page: Path) -> None:
    broken = []
    for link in LINK.findall(prose(page)):
        if link.startswith(("http://", "https://", "mailto:")):
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)

    assert broken == []


@pytest.mark.parametrize("page", PAGES, ids=title)
def test_every_file_that_is_named_exists(page: Path) -> None:
    named = {span for span in spans(page) if PATH.fullmatch(span) and (FILE.search(span) or span.endswith("/"))}
    missing = [
        span
        for span in sorted(named)
        if "/" in span and not (ROOT / span).exists() and not (page.parent / span).exists()
    ]

    assert [span for span in missing if not span.startswith(NOT_IN_GIT)] == []


NOT_IN_GIT = (".local/", "staticfiles/", "/")  # made by programs; an address of the product begins with a slash


@pytest.mark.parametrize("page", PAGES, ids=title)
def test_every_function_and_class_that_is_named_exists(page: Path) -> None:
    named = {span.removesuffix("()") for span in spans(page)}
    dotted = {span for span in named if DOTTED.fullmatch(span) and not FILE.search(span)}

    assert [span for span in sorted(dotted) if not is_there(span)] == []


def is_there(dotted: str) -> bool:
    """Tell whether a dotted name is a module of ours, or something that can be reached in one."""
    parts = dotted.split(".")
    for length in range(len(parts), 0, -1):
        path = ROOT.joinpath(*parts[:length])
        if not (path.with_suffix(".py").exists() or (path / "__init__.py").exists() or path.is_dir()):
            continue
        found: Any = importlib.import_module(".".join(parts[:length]))
        for number, name in enumerate(parts[length:], start=length + 1):
            if not hasattr(found, name):
                fields = getattr(found, "__dataclass_fields__", {}) or {f.name for f in _model_fields(found)}
                return number == len(parts) and name in fields
            found = getattr(found, name)
        return True
    return False


def _model_fields(found: Any) -> list[Any]:
    return list(found._meta.get_fields()) if hasattr(found, "_meta") else []


def test_a_name_that_does_not_exist_is_noticed() -> None:
    assert is_there("dunning.ladder.decide")
    assert is_there("dunning.snapshot.Claim.letter")
    assert is_there("invoices.models.Invoice.due_date")
    assert not is_there("dunning.ladder.decides")
    assert not is_there("dunning.leader.decide")


@cache
def names_of_tests() -> frozenset[str]:
    return frozenset(
        node.name
        for path in (ROOT / "tests").rglob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    )


@pytest.mark.parametrize("page", PAGES, ids=title)
def test_every_test_that_is_named_exists(page: Path) -> None:
    named = {span for span in spans(page) if re.fullmatch(r"test_\w+", span)}

    assert sorted(named - names_of_tests()) == []


@pytest.mark.parametrize("page", PAGES, ids=title)
def test_every_command_that_is_named_exists_and_knows_its_options(page: Path) -> None:
    wrong = [text for text in typed(page) for problem in problems_of(text) if problem]

    assert wrong == []


def problems_of(text: str) -> Iterator[str]:
    for name in re.findall(r"(?<![\w/])bin/(\w+)", text):
        yield "" if (ROOT / "bin" / name).exists() else f"bin/{name}"
    for module in re.findall(r"python -m (tools(?:\.\w+)*)", text):
        yield "" if is_there(module) else module
    for name, rest in re.findall(r"manage\.py (\w+)([^|;&#`]*)", text):
        if name not in get_commands():
            yield f"manage.py {name}"
            continue
        command: Any = get_commands()[name]
        loaded = load_command_class(command, name) if isinstance(command, str) else command
        known = set(loaded.create_parser("manage.py", name)._option_string_actions)
        yield from (option for option in re.findall(r"(?<!\S)\[?(--[\w-]+)", rest) if option not in known)


@pytest.mark.parametrize("page", PAGES, ids=title)
def test_every_variable_of_the_environment_is_in_the_example(page: Path) -> None:
    """A span of capitals with an underscore is a variable, or a setting that is made of none."""
    named = {span for span in spans(page) if VARIABLE.fullmatch(span)} - {"NAME_FILE"}

    assert [name for name in sorted(named - set(in_example())) if not hasattr(settings, name)] == []


def test_pages_of_docs_that_the_code_speaks_of_exist() -> None:
    spoken_of = {
        (path.relative_to(ROOT).as_posix(), name)
        for path in [*ROOT.glob("*/**/*.py"), ROOT / "pyproject.toml"]
        if not path.relative_to(ROOT).parts[0].startswith(".")
        for name in re.findall(r"\bdocs/[\w/.-]+\.md", path.read_text())
    }

    assert len(spoken_of) >= 4
    assert [(path, name) for path, name in sorted(spoken_of) if not (ROOT / name).exists()] == []


def test_the_containers_run_commands_that_exist_with_options_they_know() -> None:
    """Whoever follows the README starts these."""
    flat = re.sub(r"\n\s+- ", " ", (ROOT / "docker-compose.yml").read_text().replace("command:\n", "command: "))
    lines = [re.sub(r"[\[\],]", " ", line).replace('"', "") for line in flat.splitlines() if "manage.py" in line]

    assert len(lines) >= 2
    assert [line for line in lines for problem in problems_of(re.sub(r" +", " ", line)) if problem] == []


def test_every_word_of_the_glossary_is_a_word_of_the_code() -> None:
    page = ROOT / "docs" / "glossary.md"
    words = {span for span in spans(page) if re.fullmatch(r"[a-z]+(_[a-z]+)*", span)}
    code = "\n".join(
        path.read_text()
        for app in CODE
        if app not in {"tests", "tools", "bench"}
        for path in (ROOT / app).rglob("*.py")
    )

    assert len(words) > 40
    assert [word for word in sorted(words) if not re.search(rf"\b{word}\b", code)] == []


# --- Decisions


def test_decisions_are_numbered_without_a_gap_and_say_why_and_what_follows() -> None:
    pages = sorted((ROOT / "docs" / "adr").glob("[0-9]*.md"))

    assert [int(page.name[:4]) for page in pages] == list(range(1, len(pages) + 1))
    for page in pages:
        heads = re.findall(r"^## (.+)$", page.read_text(), re.MULTILINE)
        assert heads == ["Context", "Decision", "Consequences"], page.name
    index = (ROOT / "docs" / "adr" / "README.md").read_text()
    assert [page.name for page in pages if f"({page.name})" not in index] == []


# --- States


def section(page: str, head: str) -> str:
    text = (ROOT / page).read_text()
    return re.split(r"^## ", text.split(f"\n## {head}\n")[1], flags=re.MULTILINE)[0]


def rows_of(text: str) -> list[list[str]]:
    """The rows of the tables in a text, without heads and lines."""
    cells = [[cell.strip() for cell in row.split("|")] for row in ROW.findall(text)]
    lines = {number for number, row in enumerate(cells) if set("".join(row)) <= {"-", ":"}}
    return [row for number, row in enumerate(cells) if number not in lines and number + 1 not in lines]


def pairs(table: Mapping[str, frozenset[str]]) -> set[tuple[str, str]]:
    return {(str(start), str(end)) for start, ends in table.items() for end in ends}


@pytest.mark.parametrize(
    ("head", "table"),
    [
        ("Case", ladder_states.CASE_TRANSITIONS),
        ("Notice", ladder_states.NOTICE_TRANSITIONS),
        ("Run", ladder_states.RUN_TRANSITIONS),
        ("Message", message_states.TRANSITIONS),
        ("Promise", promise_states.PROMISE_TRANSITIONS),
        ("Arrangement", promise_states.ARRANGEMENT_TRANSITIONS),
        ("Instalment", promise_states.INSTALMENT_TRANSITIONS),
        ("Attempt to pay online", promise_states.CHECKOUT_TRANSITIONS),
        ("Mandate", promise_states.MANDATE_TRANSITIONS),
        ("Batch of collections", promise_states.DEBIT_BATCH_TRANSITIONS),
        ("Collection", promise_states.DEBIT_TRANSITIONS),
        ("Refund", promise_states.REFUND_TRANSITIONS),
        ("Handoff", handoff_states.TRANSITIONS),
    ],
)
def test_the_page_of_states_has_every_move_and_no_other(head: str, table: dict[str, frozenset[str]]) -> None:
    text = section("docs/states.md", head)
    told = [(start.strip("`"), end.strip("`")) for start, end, _what in rows_of(text)]
    drawn = re.findall(r"^    (\w+) --> (\w+)$", text, re.MULTILINE)

    assert len(told) == len(set(told))
    assert set(told) == pairs(table)
    assert set(drawn) == pairs(table)


@pytest.mark.parametrize(
    ("head", "states"),
    [
        ("Batch of letters", message_states.BatchState),
        ("Invoice", InvoiceState),
        ("Dispute", DisputeOutcome),
        ("Upload", UploadState),
    ],
)
def test_the_page_of_states_has_every_state_and_no_other(head: str, states: Any) -> None:
    told = [row[0].strip("`") for row in rows_of(section("docs/states.md", head))]

    assert sorted(told) == sorted(states.values)


# --- The ladder


@pytest.mark.parametrize(
    ("head", "policy"),
    [("The policy for businesses", defaults.BUSINESS), ("The policy for consumers", defaults.CONSUMER)],
)
def test_the_policies_that_a_tenant_starts_with_are_those_on_the_page(head: str, policy: tuple[Rung, ...]) -> None:
    told = [row[:6] for row in rows_of(section("docs/ladder.md", head))]

    assert told == [
        [
            f"`{rung.key}`",
            str(rung.days),
            str(_least_days(policy, number)),
            " + ".join(rung.channels) or "-",
            str(rung.term_days) if rung.channels else "-",
            _does(rung),
        ]
        for number, rung in enumerate(policy)
    ]


def _least_days(policy: tuple[Rung, ...], number: int) -> object:
    rung = policy[number]
    if rung.min_days_after is not None:
        return rung.min_days_after
    return rung.days - policy[number - 1].days if number else "-"


def _does(rung: Rung) -> str:
    said = [
        ("announces costs", rung.announces_costs),
        ("charges interest", rung.charges_interest),
        ("charges costs", rung.charges_costs),
        (f"from € {rung.minimum_amount:.0f}", bool(rung.minimum_amount)),
    ]
    return ", ".join(word for word, is_so in said if is_so) or "-"


def test_every_reason_is_on_the_page_with_its_sentence() -> None:
    told = {row[0].strip("`"): row[1] for row in rows_of(section("docs/ladder.md", "Why not"))}

    with translation.override("nl"):
        assert told == {str(code): reasons.sentence(code) for code in reasons.SENTENCES}


def test_every_rule_and_every_case_of_the_ladder_has_its_tests() -> None:
    page = (ROOT / "docs" / "ladder.md").read_text()
    named = set(re.findall(r"`(test_case_\d\d\w*)`", page))

    assert [f"R{number}" for number in range(1, 20)] == re.findall(r"^### (R\d+)\.", page, re.MULTILINE)
    assert named == {name for name in names_of_tests() if name.startswith("test_case_")}


# --- The runbook


def snippets() -> list[str]:
    return [
        block for language, block in FENCED.findall((ROOT / "docs" / "runbook.md").read_text()) if language == "python"
    ]


def test_the_runbook_has_something_to_type() -> None:
    assert snippets()


@pytest.mark.django_db
@pytest.mark.parametrize("number", range(len(snippets())))
@pytest.mark.usefixtures("bakkerij")
def test_what_the_runbook_types_into_the_shell_works(number: int) -> None:
    exec(compile(snippets()[number], "docs/runbook.md", "exec"), {})
