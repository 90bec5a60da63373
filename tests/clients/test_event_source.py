"""A browser's own EventSource, in Chromium: it knows nothing of us, and comes back by itself."""

import asyncio
import json
from urllib.parse import urlencode

from models.orders import Order
from models.tracking_ids import new_tracking_id
from tests.clients.browser import Browser
from tests.clients.conftest import Write
from tests.clients.origin import PAGE, Origin
from tests.clients.whereabouts import Whereabouts
from tests.factories.acts import make_order
from tests.live_server import RunningService
from tracking.acts import Tracker

FOLLOW = """subscription ($ids: [ID!]!, $after: Position) {
  orderChanged(trackingIds: $ids, after: $after) { sequence } }"""


def stream_of(address: str, tracking_id: str) -> str:
    """What a page gives its EventSource: all the changes of an order, without a key."""
    variables = json.dumps({"ids": [tracking_id], "after": 0})
    return f"http://{address}/graphql?{urlencode({'query': FOLLOW, 'variables': variables})}"


def open_page(browser: Browser, address: str, tracking_id: str) -> None:
    """As one of the service's own site, which has no pages but those that answer in words."""
    followed = urlencode({"url": stream_of(address, tracking_id)})
    browser.open(f"http://{address}/livez?{followed}")
    browser.write(PAGE)


async def test_it_comes_back_by_itself_and_misses_nothing(
    whereabouts: Whereabouts, order: Order, write: Write, browser: Browser
) -> None:
    await asyncio.to_thread(open_page, browser, whereabouts.address, order.tracking_id)
    assert await asyncio.to_thread(browser.elements, "li", 2) == ["1", "2"]
    await write(1)
    assert await asyncio.to_thread(browser.elements, "li", 3) == ["1", "2", "3"]
    await asyncio.to_thread(whereabouts.stop)
    await write(2)
    await asyncio.to_thread(whereabouts.start)
    await asyncio.to_thread(browser.elements, "li", 5)
    await write(2)
    shown = await asyncio.to_thread(browser.elements, "li", 7)

    assert shown == ["1", "2", "3", "4", "5", "6", "7"]


async def test_what_is_refused_is_shown_and_not_asked_again(
    service: RunningService, browser: Browser
) -> None:
    await asyncio.to_thread(open_page, browser, service.address, new_tracking_id())

    assert await asyncio.to_thread(browser.elements, "ol > *", 2) == ["INVALID", "complete"]


async def test_a_page_of_another_site_sees_nothing(
    service: RunningService, tracker: Tracker, browser: Browser, origin: Origin
) -> None:
    order = await make_order(tracker)
    page = origin.page(stream_of(service.address, order.tracking_id))
    await asyncio.to_thread(browser.open, page)

    assert await asyncio.to_thread(browser.elements, "ol > *", 1) == ["closed"]
