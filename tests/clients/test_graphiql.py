"""The GraphiQL page works offline in a browser, with the key and the order of its link."""

import asyncio
import logging

import pytest

from access.scopes import Scope
from tests.clients.browser import Browser
from tests.factories.acts import make_order
from tests.live_server import RunningService
from tests.timeouts import TIMEOUT, poll_until
from unit_of_work.unit_of_work import Tracker
from web.graphql.graphiql import Graphiql

pytestmark = [pytest.mark.usefixtures("graphiql_packages"), pytest.mark.slow]

LINES = ".result-window .CodeMirror-line"


def test_npm_installs_every_library_of_the_page(graphiql_packages: None) -> None:
    assert len(Graphiql("/graphql").files) == 6


@pytest.mark.parametrize("slash", ["", "/"])
async def test_a_link_opens_the_page_with_a_key_and_an_order(
    slash: str,
    graphiql_packages: None,
    service: RunningService,
    tracker: Tracker,
    browser: Browser,
    caplog,
) -> None:
    order = await make_order(tracker)
    key = await service.key(Scope.ORDERS_READ)
    url = f"http://{service.address}/graphql"

    with caplog.at_level(logging.INFO, "whereabouts.access"):
        link = f"{url}{slash}#key={key}&trackingId={order.tracking_id}"
        await asyncio.to_thread(browser.open, link)
        await asyncio.to_thread(browser.wait_for_elements, ".graphiql-execute-button", 1)
        await asyncio.to_thread(browser.click, ".graphiql-execute-button")
        lines = await asyncio.to_thread(browser.wait_for_elements, LINES, 5)
        tabs = await asyncio.to_thread(browser.wait_for_elements, ".graphiql-tab-button", 3)
        await asyncio.to_thread(browser.click, "li:nth-child(2) > .graphiql-tab-button")
        changes = await _first_changes(browser)
        address = await asyncio.to_thread(browser.address)
        await poll_until(lambda: "operation=Where" in caplog.text)

    assert "".join("".join(lines).split()).startswith('{"data":{"order":{"status":"CONFIRMED"')
    assert changes.startswith('{"data":{"orderChanged":{"__typename":"Order')
    assert tabs == ["Where", "Follow", "Latest"]
    assert address == url
    assert 'key="key 0" client=127.0.0.1 type=query operation=Where status=200' in caplog.text


async def _first_changes(browser: Browser) -> str:
    """The result of the second tab. A moment after the tab was opened, GraphiQL still sends the
    name of the first one's operation, which is refused."""
    async with asyncio.timeout(TIMEOUT):
        while True:
            await asyncio.to_thread(browser.click, ".graphiql-execute-button")
            lines = await asyncio.to_thread(browser.wait_for_elements, LINES, 6)
            result = "".join("".join(lines).split())
            if '"errors"' not in result:
                return result
