"""The README's examples give the answers that it shows, and its commands exist."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from auth import Scope
from commands import main as whereabouts
from commands.importing.csv_table import KNOWN, METADATA
from commands.importing.formats import format_of
from commands.importing.storing import Tally
from commands.imports import import_orders
from config import VARIABLES
from models.orders import OrderItem
from tests.live_server import RunningService, build_settings, running_service
from tracking.acts import Tracker

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
LONGEST = 250
STAFF = (Scope.ORDERS_READ, Scope.ORDERS_WRITE)
PRINTED_ID = "WA-7K3M-9QXP-2V4T-8HRC-5"
CONFIRM = "mutation ($id: ID!) { orderConfirm(trackingId: $id) { userErrors { code } } }"


def _blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def _answers() -> list[dict[str, Any]]:
    return [json.loads(block) for block in _blocks("json")]


async def test_examples_give_the_answers_that_the_readme_shows(
    database_url: str, broadcast_url: str
) -> None:
    mutation, query, subscription, _ = _blocks("graphql")
    placed, found, created, confirmed, _ = _answers()

    async with running_service(build_settings(database_url, broadcast_url)) as service:
        answer = (await service.post(mutation, *STAFF)).json()
        tracking_id = answer["data"]["orderCreate"]["order"]["trackingId"]
        assert _as_printed(answer, tracking_id) == placed

        asked = query.replace(PRINTED_ID, tracking_id)
        assert (await service.post(asked)).json() == found

        followed = subscription.replace(PRINTED_ID, tracking_id)
        assert await _follow(service, followed, tracking_id) == [created, confirmed]


async def test_aggregates_have_the_form_that_the_readme_shows(
    database_url: str, broadcast_url: str
) -> None:
    *_, question = _blocks("graphql")
    *_, shown = _answers()
    place, *_ = _blocks("graphql")

    async with running_service(build_settings(database_url, broadcast_url)) as service:
        await service.post(place, *STAFF)
        answer = (await service.post(question, Scope.ANALYTICS_READ)).json()

    (week,) = answer["data"]["weeks"]["groups"]
    assert (week["count"], week["total"]) == (1, {"sum": "19.98"})
    (shown_week,) = shown["data"]["weeks"]["groups"]
    assert _fields(week) == _fields(shown_week)
    assert answer["data"].keys() == shown["data"].keys()


def _fields(value: Any) -> Any:
    return (
        {name: _fields(item) for name, item in value.items()} if isinstance(value, dict) else None
    )


def _as_printed(answer: dict[str, Any], tracking_id: str) -> Any:
    return json.loads(json.dumps(answer).replace(tracking_id, PRINTED_ID))


async def _follow(
    service: RunningService, subscription: str, tracking_id: str
) -> list[dict[str, Any]]:
    async with service.socket() as socket:
        await socket.subscribe("1", subscription)
        first = await socket.results(1)
        await service.fetch(CONFIRM, *STAFF, id=tracking_id)
        return first + await socket.results(1)


def test_the_readme_names_the_existing_settings() -> None:
    rows = [line for line in README.splitlines() if line.startswith("| `WHEREABOUTS")]
    named = {name for row in rows for name in _names(row.split("|")[1])}

    assert named == set(VARIABLES)


def _names(cell: str) -> Iterator[str]:
    """The variables in a text, where `WHEREABOUTS_A_B`, `_C` is short for two of them."""
    first = ""
    for name in re.findall(r"`(\w+)`", cell):
        first = first or name
        yield name if name.startswith("WHEREABOUTS") else f"{first.rsplit('_', 1)[0]}{name}"


def test_commands_of_the_readme_exist() -> None:
    named = set(
        re.findall(
            r"`?whereabouts (serve|migrate|import|demo|keys|stats|rebuild-stats|schema)\b", README
        )
    )

    assert named <= set(whereabouts.list_commands(click.Context(whereabouts)))
    assert named >= {"serve", "migrate", "import", "keys"}


@pytest.mark.parametrize("target", sorted(set(re.findall(r"`?make (\w+)`?", README)) - {"and"}))
def test_make_targets_of_the_readme_exist(target: str) -> None:
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE)


def test_the_readme_is_short_enough_to_be_read() -> None:
    assert len(README.splitlines()) <= LONGEST


async def test_the_csv_example_of_the_readme_can_be_imported(
    db: str, tracker: Tracker, tmp_path: Path
) -> None:
    (example,) = _blocks("csv")
    file = tmp_path / "orders.csv"
    file.write_text(example)

    assert await import_orders(tracker, file, format_of(file, None)) == Tally(new=1)
    lines = await OrderItem.all().order_by("line").values_list("sku", "quantity")
    assert lines == [("MUG", 2), ("TEA", 1)]


def test_the_readme_names_the_existing_columns() -> None:
    (example,) = _blocks("csv")
    named = set(example.splitlines()[0].split(","))
    others = README.split("The other columns:")[1].split(".\n")[0]

    assert named | set(re.findall(r"\w+", others)) == {*KNOWN, METADATA}


def test_the_readme_names_the_existing_scopes() -> None:
    assert re.findall(r"^\| `([A-Z_]+)` \|", README, re.MULTILINE)[:7] == [
        "ORDERS_READ",
        "PERSONAL_READ",
        "ORDERS_WRITE",
        "TRACKING_WRITE",
        "EXCEPTIONS_WRITE",
        "ANALYTICS_READ",
        "ADMIN",
    ]
    assert len(Scope) == 7
