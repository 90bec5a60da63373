"""Generated requests: schemathesis, run against a server as every kind of viewer."""

import asyncio
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson

from access.api_keys import create_key
from access.scopes import Scope
from access.secrets import new_secret_key
from database.connections import open_database
from tests.factories.full_orders import NUMBER, make_full_order
from tests.server_processes import ServerProcesses
from unit_of_work.unit_of_work import Tracker

ROOT = Path(__file__).parents[2]
SETTINGS = """[dictionaries.known]
values = {}
[generation.dictionaries]
string = {{dictionary = "known", probability = 0.4}}
"""
"""Some texts are taken from those that the database knows: others find nothing."""
OPTIONS = (
    *("--phases", "fuzzing", "--checks", "no_internal_error", "--continue-on-failure"),
    *("--suppress-health-check", "all", "--warnings", "off", "--no-color"),
    *("--generation-database", "none"),
)
VIEWERS = ("admin", "anonymous", "customer")
"""With a key of all scopes, without one, and with the tracking link of an order."""
SECRETS = {"WHEREABOUTS_SECRET_KEYS": new_secret_key().get_secret_value()}
"""The setting by which the server signs tracking links."""
TRACEBACK = "Traceback"
CREATE_LINK = """mutation ($id: ID!) {
  trackingLinkCreate(trackingId: $id) { token userErrors { message } } }"""
WORDS = ("ups", NUMBER, "EUR", "DE", "en", "a@b.example", "Europe/Berlin")


@dataclass(frozen=True, slots=True)
class FuzzedOrder:
    """The order that the requests name."""

    tracking_id: str
    known: Sequence[str]
    """Its ids, and words that arguments of several kinds take."""
    key: str
    """An API key of all scopes."""


@dataclass(frozen=True, slots=True)
class Extent:
    """How many requests are generated for each root field, again and again for so many seconds."""

    examples: int
    seed: int
    seconds: int | None = None
    """None to generate them once."""


async def make_fuzzed_order(database_url: str) -> FuzzedOrder:
    """Store an order that has everything, and a key of all scopes."""
    async with open_database(database_url, connections=1, is_global=True):
        order = await make_full_order(Tracker(announce=lambda _head: None))
        _, key = await create_key("fuzzing", [Scope.ADMIN])
    known = [order.tracking_id, *order.node_ids, *WORDS]
    return FuzzedOrder(order.tracking_id, known, key)


async def authorizations(server: ServerProcesses, order: FuzzedOrder) -> dict[str, str | None]:
    """Return the header Authorization of each viewer; the server makes the tracking link."""
    admin = f"Bearer {order.key}"
    response = await server.service.http.post(
        "/graphql",
        json={"query": CREATE_LINK, "variables": {"id": order.tracking_id}},
        headers={"Authorization": admin},
    )
    token = response.json()["data"]["trackingLinkCreate"]["token"]
    return {"admin": admin, "anonymous": None, "customer": f"Bearer {token}"}


async def fuzz(
    server: ServerProcesses, order: FuzzedOrder, viewer: str, extent: Extent, folder: Path
) -> str:
    """Send generated requests, and return what schemathesis found, or else what the server logged
    of its faults; empty if there is neither."""
    before = len(server.log())
    authorization = (await authorizations(server, order))[viewer]
    settings = folder / f"{viewer}.toml"
    settings.write_text(SETTINGS.format(orjson.dumps([*order.known]).decode()))
    report = await _run_schemathesis(server.address, authorization, settings, extent)
    log = server.log()[before:]
    return report or (log if TRACEBACK in log else "")


async def _run_schemathesis(
    address: str, authorization: str | None, settings: Path, extent: Extent
) -> str:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(settings)),
        *("run", str(ROOT / "schema.graphql"), "--url", f"http://{address}/graphql"),
        *("--max-examples", str(extent.examples), "--seed", str(extent.seed), *OPTIONS),
        *(() if extent.seconds is None else ("--max-time", str(extent.seconds))),
        *(() if authorization is None else ("--header", f"Authorization: {authorization}")),
        # It leaves files where it runs.
        cwd=settings.parent,
        env=os.environ
        | {"SCHEMATHESIS_HOOKS": "tests.fuzzing.extensions", "PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    return output.decode() if process.returncode else ""
