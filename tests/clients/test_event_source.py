"""A browser's own EventSource, in Chromium, on a page of another site."""

import asyncio
import json
from urllib.parse import urlencode

from models.orders import Order
from tests.clients.browser import Browser
from tests.clients.conftest import Write
from tests.clients.origin import Origin
from tests.clients.whereabouts import Whereabouts

FOLLOW = """subscription ($ids: [ID!]!, $after: Position) {
  orderChanged(trackingIds: $ids, after: $after) { sequence } }"""


def stream_of(url: str, order: Order) -> str:
    """What a page gives its EventSource: all the changes of an order, without a key."""
    variables = {"ids": [order.tracking_id], "after": 0}
    return f"{url}?{urlencode({'query': FOLLOW, 'variables': json.dumps(variables)})}"


async def test_it_comes_back_by_itself_and_misses_nothing(
    whereabouts: Whereabouts, order: Order, write: Write, browser: Browser, origin: Origin
) -> None:
    await asyncio.to_thread(browser.open, origin.page(stream_of(whereabouts.url, order)))
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


async def test_a_page_of_a_site_that_is_not_allowed_sees_nothing(
    whereabouts: Whereabouts, order: Order, browser: Browser
) -> None:
    with Origin() as elsewhere:
        page = elsewhere.page(stream_of(whereabouts.url, order))
        await asyncio.to_thread(browser.open, page)
        ended = await asyncio.to_thread(browser.elements, "i", 1)
        shown = await asyncio.to_thread(browser.elements, "li", 0)

    assert ended == ["closed"]
    assert shown == []
