"""The README is short, and its examples give the answers that it shows."""

import json
from typing import Any

from access.scopes import Scope
from tests.documentation import read_page
from tests.live_server import RunningService, build_settings, running_service

README = read_page("README.md")
MOST_LINES = 150
LONGEST_LINE = 120
STAFF = (Scope.ORDERS_READ, Scope.ORDERS_WRITE)
PRINTED_ID = "WA-7K3M-9QXP-2V4T-8HRC-5"
CONFIRM = "mutation ($id: ID!) { orderConfirm(trackingId: $id) { userErrors { code } } }"


async def test_examples_give_the_answers_that_the_readme_shows(
    database_url: str, broadcast_url: str
) -> None:
    mutation, query, subscription = README.blocks("graphql")
    placed, asked, created, confirmed = map(json.loads, README.blocks("json"))

    async with running_service(build_settings(database_url, broadcast_url)) as service:
        answer = (await service.post(mutation, *STAFF)).json()
        tracking_id = answer["data"]["orderCreate"]["order"]["trackingId"]
        assert _as_printed(answer, tracking_id) == placed

        query = query.replace(PRINTED_ID, tracking_id)
        assert (await service.post(query)).json() == asked

        subscription = subscription.replace(PRINTED_ID, tracking_id)
        assert await _follow(service, subscription, tracking_id) == [created, confirmed]


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


def test_the_readme_begins_with_demo_and_test() -> None:
    assert README.shell_lines[:2] == ["make demo", "make test"]


def test_the_readme_is_short_enough_to_be_read() -> None:
    lines = README.text.splitlines()

    assert len(lines) <= MOST_LINES
    assert [line for line in lines if len(line) > LONGEST_LINE] == []
