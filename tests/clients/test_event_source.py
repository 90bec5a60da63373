"""The browser's own EventSource, in Chromium, which reconnects by itself."""

import asyncio
import json
from urllib.parse import urlencode

import pytest

from models.orders import Order
from models.tracking_ids import new_tracking_id
from tests.clients.browser import Browser
from tests.clients.conftest import WriteChanges
from tests.clients.page_server import PAGE, PageServer
from tests.clients.server_process import ServerProcess
from tests.factories.acts import make_order
from tests.live_server import RunningService
from unit_of_work.unit_of_work import Tracker

pytestmark = pytest.mark.slow
SUBSCRIPTION = """subscription ($ids: [ID!]!, $after: Position) {
  orderChanged(trackingIds: $ids, after: $after) { sequence } }"""


def stream_url(address: str, tracking_id: str) -> str:
    """Return the address of an event stream of all changes of an order, without a key."""
    variables = json.dumps({"ids": [tracking_id], "after": 0})
    return f"http://{address}/graphql?{urlencode({'query': SUBSCRIPTION, 'variables': variables})}"


def open_page(browser: Browser, address: str, tracking_id: str) -> None:
    """Open the page on the origin of the service itself.

    The service serves no such page, so this one replaces the answer of a health check.
    """
    query = urlencode({"url": stream_url(address, tracking_id)})
    browser.open_instead(f"http://{address}/livez?{query}", PAGE)


async def test_it_comes_back_by_itself_and_misses_nothing(
    server_process: ServerProcess, order: Order, write_changes: WriteChanges, browser: Browser
) -> None:
    await asyncio.to_thread(open_page, browser, server_process.address, order.tracking_id)
    assert await asyncio.to_thread(browser.wait_for_elements, "li", 2) == ["1", "2"]
    await write_changes(1)
    assert await asyncio.to_thread(browser.wait_for_elements, "li", 3) == ["1", "2", "3"]
    await asyncio.to_thread(server_process.stop)
    await write_changes(2)
    await asyncio.to_thread(server_process.start)
    await asyncio.to_thread(browser.wait_for_elements, "li", 5)
    await write_changes(2)
    texts = await asyncio.to_thread(browser.wait_for_elements, "li", 7)

    assert texts == ["1", "2", "3", "4", "5", "6", "7"]


async def test_a_refused_subscription_is_shown_and_not_requested_again(
    service: RunningService, browser: Browser
) -> None:
    await asyncio.to_thread(open_page, browser, service.address, new_tracking_id())

    assert await asyncio.to_thread(browser.wait_for_elements, "ol > *", 2) == [
        "NOT_FOUND",
        "complete",
    ]


async def test_a_page_of_another_site_sees_nothing(
    service: RunningService, tracker: Tracker, browser: Browser, page_server: PageServer
) -> None:
    order = await make_order(tracker)
    page = page_server.page_url(stream_url(service.address, order.tracking_id))
    await asyncio.to_thread(browser.open, page)

    assert await asyncio.to_thread(browser.wait_for_elements, "ol > *", 1) == ["closed"]
