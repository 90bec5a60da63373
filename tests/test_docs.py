"""The documentation is true: its examples, commands, paths and values are those of the code."""

import json
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

import click
import pytest
from click.testing import CliRunner
from graphql import (
    GraphQLInputField,
    GraphQLInputObjectType,
    get_named_type,
    parse,
    validate,
)
from strawberry.utils.str_converters import to_snake_case

from access.scopes import Scope
from access.secrets import new_secret_key
from commands import main as whereabouts
from commands.importing.column_map import SHOPS
from commands.importing.csv_table import KNOWN, METADATA
from config import VARIABLES, Settings
from database.bounds import MAXIMUM_MINOR
from database.connections import open_database
from errors import ErrorCode
from models.enums import TrackingEventType
from models.money import minor_digits, to_decimal
from schema.build import build_schema
from settings.names import PREFIX
from tests.documentation import ROOT, Page, read_page, read_pages
from tests.factories.acts import (
    make_dispatched_shipment,
    make_events,
    make_order,
    shipment_node_id,
)
from tests.factories.drafts import build_event_draft
from tests.live_server import build_settings, running_service
from tracking.inputs.limits import MAXIMUM_ITEMS, MAXIMUM_METADATA, MAXIMUM_QUANTITY
from unit_of_work.unit_of_work import Tracker

SCHEMA = build_schema().core
PAGES = read_pages()
USAGE, IMPORT, SETTINGS, LIMITS = (
    read_page(f"docs/{name}.md") for name in ("usage", "import", "settings", "limits")
)
FILE = re.compile(r"[\w./-]+\.(?:py|toml|md|graphql|txt|yaml|mjs)")
PROGRAMS = ("make", "whereabouts", "python", "pytest", "pip", "export", "curl", ".")
SERVING = ("serve", "demo")
"""Commands that run until they are stopped: only their arguments are checked here."""
PLACE = read_page("README.md").blocks("graphql")[0]
every_page = pytest.mark.parametrize("page", PAGES, ids=str)


def _commands(program: str) -> list[str]:
    """The arguments with which a program is called on all pages, each once."""
    lines = [line for page in PAGES for line in page.shell_lines]
    return list(dict.fromkeys(line for line in lines if _program(line) == program))


def _program(line: str) -> str:
    return shlex.split(line)[0].removeprefix(".venv/bin/")


@every_page
def test_graphql_examples_are_valid(page: Page) -> None:
    for example in page.blocks("graphql"):
        assert validate(SCHEMA, parse(example)) == [], example


@every_page
def test_json_examples_are_json(page: Page) -> None:
    for example in page.blocks("json"):
        json.loads(example)


@every_page
def test_programs_subscribe_with_valid_documents(page: Page) -> None:
    for program in page.blocks("js"):
        for document in re.findall(r'const query = "(.*)";', program):
            assert validate(SCHEMA, parse(document)) == []


@every_page
def test_programs_for_node_say_how_they_are_run_and_give_old_versions_a_websocket(
    page: Page,
) -> None:
    for program in page.blocks("js"):
        if 'from "graphql-ws"' in program and "export" not in program:
            before, _, after = program.partition("createClient({")
            assert 'globalThis.WebSocket ??= (await import("ws")).WebSocket;' in before
            assert after
            assert {"npm install graphql-ws ws", "node follow.mjs"} <= {*page.code_spans}


async def test_aggregates_have_the_form_that_is_shown(
    database_url: str, broadcast_url: str
) -> None:
    (query,) = [block for block in USAGE.blocks("graphql") if "query Manager" in block]
    (shown,) = [
        block for block in map(json.loads, USAGE.blocks("json")) if "weeks" in block["data"]
    ]

    async with running_service(build_settings(database_url, broadcast_url)) as service:
        await service.post(PLACE, Scope.ORDERS_READ, Scope.ORDERS_WRITE)
        answer = (await service.post(query, Scope.ANALYTICS_READ)).json()

    (week,) = answer["data"]["weeks"]["groups"]
    assert (week["count"], week["total"]) == (1, {"sum": "19.98"})
    (shown_week,) = shown["data"]["weeks"]["groups"]
    assert _fields(week) == _fields(shown_week)
    assert answer["data"].keys() == shown["data"].keys()


async def test_pieces_are_cancelled_as_is_shown(database_url: str, broadcast_url: str) -> None:
    (cancel,) = [block for block in USAGE.blocks("graphql") if "mutation CancelOneMug" in block]
    shown = [
        block for block in map(json.loads, USAGE.blocks("json")) if "orderCancel" in block["data"]
    ]
    staff = (Scope.ORDERS_READ, Scope.ORDERS_WRITE)
    place = PLACE.replace("order { trackingId ", "order { items { id } trackingId ")

    async with running_service(build_settings(database_url, broadcast_url)) as service:
        placed = (await service.post(place, *staff)).json()["data"]["orderCreate"]["order"]
        call = re.sub(r"WA-[\w-]+", placed["trackingId"], cancel)
        call = re.sub(r"item_[\w-]+", placed["items"][0]["id"], call)
        answers = [(await service.post(call, *staff)).json() for _ in shown]

    assert answers == shown


async def test_kept_news_is_listed_and_assigned_as_is_shown(
    database_url: str, broadcast_url: str, tracker: Tracker
) -> None:
    query, assign = [block for block in USAGE.blocks("graphql") if "keptNumber" in block]
    (shown,) = [json.loads(block) for block in USAGE.blocks("json") if "keptNumbers" in block]
    (shown_node,) = shown["data"]["keptNumbers"]["nodes"]
    number = {"carrier": "dhl", "tracking_number": shown_node["trackingNumber"]}

    async with open_database(database_url, connections=2, is_global=True):
        shipment = await make_dispatched_shipment(
            tracker,
            await make_order(tracker),
            carrier="city_courier",
            number=shown_node["trackingNumber"],
        )
        for type_ in (TrackingEventType.PICKED_UP, TrackingEventType.OUT_FOR_DELIVERY):
            await make_events(tracker, build_event_draft(type_, **number), source="hub")
    async with running_service(build_settings(database_url, broadcast_url)) as service:
        answer = (await service.post(query, Scope.ORDERS_READ)).json()
        id_ = shipment_node_id(shipment.id)
        scopes = (Scope.TRACKING_WRITE, Scope.ORDERS_READ)
        assigned = await service.fetch(assign, *scopes, shipment=id_)

    (node,) = answer["data"]["keptNumbers"]["nodes"]
    node["lastReceivedAt"] = shown_node["lastReceivedAt"]
    node["candidates"][0]["order"]["trackingId"] = "WA-7K3M-9QXP-2V4T-8HRC-5"
    assert answer == shown
    assert assigned == {
        "keptNumberAssign": {"shipment": {"status": "OUT_FOR_DELIVERY"}, "userErrors": []}
    }


def _fields(value: Any) -> Any:
    return (
        {name: _fields(item) for name, item in value.items()} if isinstance(value, dict) else None
    )


@every_page
def test_shell_commands_call_programs_that_are_checked_here(page: Page) -> None:
    programs = {_program(line) for line in page.shell_lines}

    assert programs <= {*PROGRAMS, "$EDITOR"}


@every_page
def test_make_targets_exist(page: Page) -> None:
    makefile = (ROOT / "Makefile").read_text()
    calls = [*page.shell_lines, *page.code_spans]
    targets = {word for call in calls for word in re.findall(r"^make ([a-z][\w-]*)", call)}

    assert targets <= set(re.findall(r"^([\w-]+):", makefile, re.MULTILINE))


@every_page
def test_mentioned_commands_exist(page: Page) -> None:
    names = {span.split()[1] for span in page.code_spans if span.startswith("whereabouts ")}

    assert names <= whereabouts.commands.keys()


@every_page
def test_mentioned_settings_exist(page: Page) -> None:
    for line in page.text.splitlines():
        names = re.findall(rf"{PREFIX}\w*[A-Z]", line)
        assert set(names) <= set(VARIABLES)


@pytest.mark.parametrize("line", _commands("whereabouts"))
def test_arguments_of_commands_are_accepted(
    line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    _write_examples(tmp_path)
    command: click.Command = whereabouts
    arguments = shlex.split(line)[1:]
    while isinstance(command, click.Group):
        name, *arguments = arguments
        command = command.commands[name]

    assert command.make_context(line, arguments).command is command


def _write_examples(folder: Path) -> None:
    (csv, table), (jsonl,), (toml,) = map(IMPORT.blocks, ("csv", "jsonl", "toml"))
    (folder / "orders.csv").write_text(csv)
    (folder / "orders.jsonl").write_text(jsonl)
    (folder / "table.csv").write_text(table)
    (folder / "map.toml").write_text(toml)
    (folder / "secret.txt").write_text("secret\n")


def test_commands_run_one_after_another(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WHEREABOUTS_DATABASE_URL", database_url)
    monkeypatch.setenv("WHEREABOUTS_SECRET_KEYS", new_secret_key().get_secret_value())
    _write_examples(tmp_path)
    calls = [shlex.split(line)[1:] for line in _commands("whereabouts")]
    calls.sort(key=lambda call: call[0] == "stats")  # they count what the others import

    results = {
        " ".join(call): CliRunner().invoke(whereabouts, call)
        for call in calls
        if call[0] not in SERVING
    }

    assert {call: result.exit_code for call, result in results.items()} == dict.fromkeys(results, 0)
    assert "1 order: 1 new" in results["import orders.csv"].stderr
    assert "1 order: 1 new" in results["import orders.jsonl"].stderr
    (by_map,) = [result for call, result in results.items() if "--columns" in call]
    assert "1 order: 1 new" in by_map.stderr
    statuses, weeks = [result for call, result in results.items() if call.startswith("stats")]
    assert statuses.stdout == "\ufeffkey.status,count\nPENDING,3\n"
    (shown,) = USAGE.blocks("text")
    assert weeks.stdout.removeprefix("\ufeff").splitlines()[0] == shown.splitlines()[0]
    assert "2026-02-23,2,0.0" in weeks.stdout.splitlines()


@pytest.mark.parametrize("line", _commands("python"))
def test_modules_take_the_options_that_are_shown(line: str) -> None:
    _, flag, module, *arguments = shlex.split(line)
    group = [word for word in arguments[:1] if not word.startswith("-")]

    result = subprocess.run(
        [sys.executable, flag, module, *group, "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    options = {word for word in arguments if word.startswith("--")}
    assert options <= set(re.findall(r"--[\w-]+", result.stdout))


@pytest.mark.parametrize("line", _commands("pytest"))
def test_named_tests_exist(line: str) -> None:
    paths = [word for word in shlex.split(line)[1:] if word.startswith("tests")]

    assert paths
    assert [path for path in paths if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("line", _commands("pip"))
def test_what_pip_installs_exists(line: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    *_, installed = shlex.split(line)
    extras = re.findall(r"^\.\[(\w+)\]$", installed)

    assert {*extras} <= project["optional-dependencies"].keys()
    assert extras or (ROOT / installed).exists()


def test_exported_settings_are_accepted() -> None:
    lines = [shlex.split(line)[1] for line in _commands("export")]

    settings = Settings.from_env(dict(line.split("=", 1) for line in lines))

    assert not settings.is_embedded


@every_page
def test_links_lead_to_files_and_headings(page: Page) -> None:
    for link in page.links:
        name, _, heading = link.partition("#")
        target = page.path.parent / name
        assert target.exists(), link
        titles = re.findall(r"^#+ (.*)$", target.read_text(), re.MULTILINE) if heading else []
        assert not heading or heading in {title.lower().replace(" ", "-") for title in titles}


@every_page
def test_mentioned_files_and_folders_exist(page: Page) -> None:
    assert [path for path in _paths(page) if not _exists(path)] == []


@every_page
def test_files_have_the_names_that_are_looked_for_there(page: Page) -> None:
    for path, name in re.findall(r"`([\w/]+\.py)` \(`(\w+)`", page.text):
        assert re.search(
            rf"^(    )?(class |def |async def )?{name}\b", (ROOT / path).read_text(), re.M
        )


def _paths(page: Page) -> Iterator[str]:
    """The files and folders of the project that a page names."""
    for span in page.code_spans:
        if FILE.fullmatch(span) or re.fullmatch(r"[\w.-]+(/[\w.-]+)*/", span):
            yield span


def _exists(path: str) -> bool:
    """Whether the project has this path; the beginning of a path may be left out."""
    folders = [folder for folder in ROOT.iterdir() if (folder / "__init__.py").exists()]
    return (ROOT / path).exists() or any(any(place.glob(f"**/{path}")) for place in folders)


def test_the_settings_page_names_every_setting() -> None:
    rows = [line for line in SETTINGS.text.splitlines() if line.startswith(f"| `{PREFIX}")]
    names = {name for row in rows for name in _settings(row.split("|")[1])}

    assert names == set(VARIABLES)


def _settings(cell: str) -> Iterator[str]:
    """The variables in a text, where `WHEREABOUTS_A_B`, `_C` is short for two of them."""
    first = ""
    for name in re.findall(r"`(\w+)`", cell):
        first = first or name
        yield name if name.startswith(PREFIX) else f"{first.rsplit('_', 1)[0]}{name}"


def test_the_settings_page_names_every_scope() -> None:
    section = SETTINGS.text.split("## Scopes")[1].split("## Settings")[0]

    assert set(re.findall(r"^\| `([A-Z_]+)` \|", section, re.MULTILINE)) == set(Scope)


def test_the_columns_of_imported_files_are_named_as_the_page_says() -> None:
    example = IMPORT.blocks("csv")[0]
    (parts, prefixes) = re.findall(
        r"Those of its\n(.*?) begin with (.*?), as in `address_postal_code`", IMPORT.text
    )[0]
    (others,) = re.findall(r"optional columns besides: (.*?)\.\n", IMPORT.text, re.DOTALL)
    prefix_of = dict(zip(_names(parts), _names(prefixes), strict=True))
    order = _input_fields("OrderCreateInput")

    columns = {to_snake_case(name) for name in order if name not in prefix_of}
    for part, prefix in prefix_of.items():
        inner = _input_fields(str(get_named_type(order[part].type)))
        columns |= {prefix + to_snake_case(name) for name in inner}
    columns |= {*_names(others)}
    assert columns == {*KNOWN, METADATA}
    assert {"address_postal_code", *example.splitlines()[0].split(",")} <= columns


def _names(text: str) -> list[str]:
    return re.findall(r"`(\w+)`", text)


def _input_fields(name: str) -> Mapping[str, GraphQLInputField]:
    type_ = SCHEMA.type_map[name]
    assert isinstance(type_, GraphQLInputObjectType)
    fields: Mapping[str, GraphQLInputField] = type_.fields
    return fields


LIMIT_ROWS = re.findall(r"^\| .* \| (.*?) \| .* \| `([\w.]+)` \|$", LIMITS.text, re.MULTILINE)


@pytest.mark.parametrize(("value", "constant"), LIMIT_ROWS, ids=[name for _, name in LIMIT_ROWS])
def test_limits_have_the_values_that_are_shown(value: str, constant: str) -> None:
    assert _shown(resolve_name(constant)) == value


def _shown(value: Any) -> str:
    match value:
        case datetime():
            return value.isoformat().replace("+00:00", "Z")
        case int() | float():
            return f"{value:,g}" if isinstance(value, float) else f"{value:,}"
    return str(value)


def test_amounts_have_the_decimals_and_the_limits_that_are_shown() -> None:
    (decimals, limits) = re.findall(
        r"in ISO 4217: (.*?)\. Its\n.*?: it is\n(.*?)\. A quantity", LIMITS.text, re.DOTALL
    )[0]
    shown = [(code, int(digits)) for digits, code in re.findall(r"(\d) in (\w{3})", decimals)]
    most = dict(reversed(pair) for pair in re.findall(r"([\d,.]+) in (\w{3})", limits))

    assert shown == [(code, minor_digits(code)) for code, _ in shown]
    assert most == {code: f"{to_decimal(MAXIMUM_MINOR, code):,f}" for code, _ in shown}
    assert len(shown) == 3


@pytest.mark.parametrize(
    ("input_type", "field", "limit"),
    [
        ("OrderCreateInput", "items", MAXIMUM_ITEMS),
        ("OrderCreateInput", "metadata", MAXIMUM_METADATA),
        ("OrderCreateInput", "total", MAXIMUM_MINOR),
        ("OrderItemInput", "unitPrice", MAXIMUM_MINOR),
        ("OrderItemInput", "quantity", MAXIMUM_QUANTITY),
        ("ShipmentItemInput", "quantity", MAXIMUM_QUANTITY),
    ],
)
def test_the_schema_says_the_limits_of_inputs(input_type: str, field: str, limit: int) -> None:
    description = _input_fields(input_type)[field].description or ""

    assert f"{limit:,}" in re.findall(r"[\d,]*\d", description)


def test_the_page_about_imports_names_every_shop_and_option() -> None:
    options = {
        option
        for parameter in whereabouts.commands["import"].params
        for option in parameter.opts
        if option.startswith("--")
    }
    rows = re.findall(r"^\| (\w+) \| ", IMPORT.text, re.MULTILINE)

    assert options - {"--batch"} <= set(re.findall(r"--[\w-]+", IMPORT.text))
    assert [name.lower() for name in rows[1:]] == list(SHOPS)


def test_the_page_about_the_api_names_every_code_of_a_refused_command() -> None:
    (refused,) = re.findall(r"its `code` is one of\s(.*?), and `field`", USAGE.text, re.DOTALL)

    assert {*_names(refused)} == set(ErrorCode)
