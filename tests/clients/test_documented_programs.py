"""The programs of docs/follow.md follow an order across a restart and miss nothing."""

import asyncio
import json
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from graphql import GraphQLObjectType, GraphQLScalarType, is_specified_scalar_type

from access.viewer import SYSTEM
from models.orders import Order
from models.tracking_ids import new_tracking_id
from schema.build import build_schema
from tests.clients.browser import Browser
from tests.clients.conftest import WriteChanges
from tests.clients.documented_programs import FOLLOW, browser_program, programs, write_programs
from tests.clients.node import run_file
from tests.clients.server_process import ServerProcess
from tests.factories.acts import make_order
from tests.live_server import RunningService
from tracking.orders.commands import hold_order, release_order
from unit_of_work.unit_of_work import Tracker

pytestmark = [pytest.mark.usefixtures("packages"), pytest.mark.slow]

WITH_RELAY = """
import { environment } from "./relay.js";
const text = `subscription Follow($ids: [ID!]!, $after: Position) {
  orderChanged(trackingIds: $ids, after: $after) { __typename position sequence } }`;
const request = { operationKind: "subscription", name: "Follow", text, id: null, metadata: {} };
environment.getNetwork().execute(request, { ids: ["WA-7K3M-9QXP-2V4T-8HRC-5"], after: 0 }, {})
  .subscribe({
    next: ({ data, errors }) => console.log(
      errors ? errors[0].message : `${data.orderChanged.sequence} ${data.orderChanged.__typename}`),
    error: ({ message }) => console.log(message),
  });
"""
"""A program that follows with the environment of Relay, as its hooks do with compiled documents."""
FETCH_SUBSCRIPTIONS = """
import { Client, fetchExchange } from "@urql/core";
const urql = new Client(
  { url: "http://ADDRESS/graphql", exchanges: [fetchExchange], fetchSubscriptions: true });
const query = `subscription ($ids: [ID!]!) {
  orderChanged(trackingIds: $ids, after: 0) { sequence } }`;
urql.subscription(query, { ids: ["TRACKING_ID"] }).subscribe(({ data, error, hasNext }) =>
  console.log(data.orderChanged.sequence, error ?? "no error", hasNext));
"""
WITHOUT_RESULTS = {"PageInfo", "Query", "Mutation", "Subscription"}
"""Types whose objects Graphcache does not ask a key for, like those of connections and edges."""
OUTPUT = """<ol></ol><script>
  console.log = (...words) => {
    const line = document.createElement("li");
    line.textContent = words.join(" ");
    document.querySelector("ol").append(line);
  };
</script>"""
"""A page that shows the lines that its program prints."""


@dataclass(frozen=True)
class Case:
    """The file of a program, and whether it uses event streams instead of websockets."""

    file: str
    is_by_event_stream: bool = False


CASES = {
    "graphql-ws": Case("follow.mjs"),
    "Apollo Client": Case("apollo.js"),
    "Apollo Client by event stream": Case("apollo.js", is_by_event_stream=True),
    "urql": Case("urql.js"),
    "urql by event stream": Case("urql.js", is_by_event_stream=True),
    "Relay": Case("with_relay.js"),
    "Relay by event stream": Case("with_relay.js", is_by_event_stream=True),
    "gql": Case("follow.py"),
}


def write_case(folder: Path, case: Case, address: str, tracking_id: str) -> Path:
    write_programs(folder, address, tracking_id)
    with_relay = WITH_RELAY.replace("WA-7K3M-9QXP-2V4T-8HRC-5", tracking_id)
    (folder / "with_relay.js").write_text(with_relay)
    if case.is_by_event_stream:
        (folder / "live_by_sse.js").replace(folder / "live.js")
    return folder / case.file


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
async def test_a_program_comes_back_and_misses_nothing(
    case: Case,
    server_process: ServerProcess,
    order: Order,
    write_changes: WriteChanges,
    tmp_path: Path,
) -> None:
    file = write_case(tmp_path, case, server_process.address, order.tracking_id)

    async with run_file(file) as follower:
        assert await follower.read_lines(2) == ["1 OrderCreated", "2 OrderStatusChanged"]
        await asyncio.to_thread(server_process.stop)
        await write_changes(3)
        await asyncio.to_thread(server_process.start)
        missed = await follower.read_lines(3)
        await write_changes(2)
        live = await follower.read_lines(2)

    assert missed + live == [f"{sequence} OrderStatusChanged" for sequence in range(3, 8)]


@pytest.mark.parametrize(
    "name", [name for name, case in CASES.items() if case.file.endswith(".js")]
)
async def test_a_program_is_told_of_an_order_that_does_not_exist(
    name: str, service: RunningService, tmp_path: Path
) -> None:
    file = write_case(tmp_path, CASES[name], service.address, new_tracking_id())

    async with run_file(file) as follower:
        (line,) = await follower.read_lines(1)

    assert "No order has one of these tracking ids." in line


async def test_an_event_source_in_a_browser_comes_back_and_misses_nothing(
    server_process: ServerProcess, order: Order, write_changes: WriteChanges, browser: Browser
) -> None:
    program = browser_program(FOLLOW, order.tracking_id)
    page = f"{OUTPUT}<script>{program}</script>"

    await asyncio.to_thread(browser.open_instead, f"http://{server_process.address}/livez", page)
    assert await asyncio.to_thread(browser.wait_for_elements, "li", 2) == [
        "1 OrderCreated",
        "2 OrderStatusChanged",
    ]
    await asyncio.to_thread(server_process.stop)
    await write_changes(3)
    await asyncio.to_thread(server_process.start)
    lines = await asyncio.to_thread(browser.wait_for_elements, "li", 5)

    assert lines[2:] == [f"{sequence} OrderStatusChanged" for sequence in range(3, 6)]


async def test_urql_alone_does_not_notice_that_the_server_restarts(
    server_process: ServerProcess, order: Order, tmp_path: Path
) -> None:
    write_programs(tmp_path, server_process.address, order.tracking_id)
    file = tmp_path / "fetch_subscriptions.js"
    program = FETCH_SUBSCRIPTIONS.replace("ADDRESS", server_process.address)
    file.write_text(program.replace("TRACKING_ID", order.tracking_id))

    async with run_file(file) as follower:
        assert await follower.read_lines(2) == ["1 no error true", "2 no error true"]
        await asyncio.to_thread(server_process.stop)
        last = await follower.read_lines(1)

    assert last == ["2 no error false"]


async def test_a_page_that_begins_at_the_orders_position_gets_only_what_comes_after_it(
    service: RunningService, tracker: Tracker
) -> None:
    order = await make_order(tracker)
    page, follow, _ = FOLLOW.blocks("graphql")
    shown = (await service.fetch(page, id=order.tracking_id))["order"]
    await hold_order(tracker, SYSTEM, order.tracking_id, "a question")
    await release_order(tracker, SYSTEM, order.tracking_id)

    async with service.socket() as socket:
        await socket.subscribe("1", follow, id=order.tracking_id, after=shown["position"])
        results = await socket.results(2)

    positions = [result["data"]["orderChanged"]["position"] for result in results]
    assert positions == [shown["position"] + 1, shown["position"] + 2]


async def test_the_types_without_keys_are_those_of_the_schema(tmp_path: Path) -> None:
    write_programs(tmp_path, "", "")
    program = 'import { keys } from "./keys.js"; console.log(JSON.stringify(Object.keys(keys)));'
    (tmp_path / "print.js").write_text(program)

    async with run_file(tmp_path / "print.js") as printing:
        (line,) = await printing.read_lines(1)

    types = build_schema().core.type_map
    assert set(json.loads(line)) == {
        name
        for name, type_ in types.items()
        if isinstance(type_, GraphQLObjectType)
        if not name.startswith("__") and not name.endswith(("Connection", "Edge"))
        if "id" not in type_.fields and name not in WITHOUT_RESULTS
    }


def test_node_finds_every_type_with_an_id() -> None:
    types = build_schema().core.type_map.values()

    with_ids = [
        type_ for type_ in types if isinstance(type_, GraphQLObjectType) and "id" in type_.fields
    ]
    assert [
        type_.name
        for type_ in with_ids
        if "Node" not in [interface.name for interface in type_.interfaces]
    ] == []


def test_the_scalars_of_generated_types_are_those_of_the_schema() -> None:
    (config,) = FOLLOW.blocks("yaml")

    ours = {
        name
        for name, type_ in build_schema().core.type_map.items()
        if isinstance(type_, GraphQLScalarType) and not is_specified_scalar_type(type_)
    }
    assert set(re.findall(r"(\w+): (?:string|number)", config)) == ours


def test_every_program_is_run_here() -> None:
    run = {case.file for case in CASES.values()} | {"resuming.js", "live.js", "live_by_sse.js"}

    assert set(programs(FOLLOW)) == (run - {"with_relay.js"}) | {"relay.js", "keys.js"}
