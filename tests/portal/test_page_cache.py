"""A page that has not changed is neither rendered nor sent again."""

import asyncio
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from portal import order_pages, page_cache
from portal.documents import ORDER_PAGE, ORDER_SEQUENCE
from runtime.turns import let_others_run
from tests.portal.stub_site import TRACKING_ID, StubAsker, order_answer, visiting
from web.pages.asker import Answer, Visitor
from web.pages.templates import RenderedPage, Templates

ORDER = f"/t/{TRACKING_ID}"
SPREAD = re.compile(r'data-spread="(\d+)"')
NOON = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _noon(monkeypatch: pytest.MonkeyPatch) -> None:
    show_at(monkeypatch, NOON)


class SlowAsker(StubAsker):
    """Answers when all have asked."""

    async def ask(self, operation: str, variables: Mapping[str, Any], visitor: Visitor) -> Answer:
        answer = await super().ask(operation, variables, visitor)
        await let_others_run()
        return answer


def show_at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    monkeypatch.setattr(order_pages, "current_minute", lambda: moment)


async def test_a_browser_that_has_the_page_gets_no_second_one() -> None:
    async with visiting(StubAsker()) as client:
        first = await client.get(ORDER)
        again = await client.get(ORDER, headers={"If-None-Match": first.headers["etag"]})

    assert first.headers["cache-control"] == "private, no-cache"
    assert (again.status_code, again.text) == (304, "")
    assert again.headers["etag"] == first.headers["etag"]


async def test_many_viewers_of_one_order_cost_one_page() -> None:
    asker = StubAsker()
    async with visiting(asker) as client:
        pages = {(await client.get(ORDER)).text for _ in range(3)}

    assert len(pages) == 1
    assert asker.asked == [ORDER_PAGE, ORDER_SEQUENCE, ORDER_SEQUENCE]


async def test_the_pages_of_an_order_spread_while_more_than_fifty_follow_it() -> None:
    asker, counts, pages = StubAsker(), [0], []
    async with visiting(asker, followers=lambda: counts[-1]) as client:
        for count in (0, 50, 51, 51):
            counts.append(count)
            pages.append(await client.get(ORDER))

    assert [SPREAD.findall(page.text) for page in pages] == [[], [], ["700"], ["700"]]
    assert pages[1].headers["etag"] == pages[0].headers["etag"]
    assert pages[2].headers["etag"] != pages[1].headers["etag"]
    assert asker.asked == [ORDER_PAGE, ORDER_SEQUENCE, ORDER_SEQUENCE, ORDER_PAGE, ORDER_SEQUENCE]


async def test_viewers_who_hear_of_a_change_at_once_cost_one_page(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rendered: list[str] = []
    render = Templates.render

    def counted(templates: Templates, name: str, *args: Any) -> RenderedPage:
        rendered.append(name)
        return render(templates, name, *args)

    monkeypatch.setattr(Templates, "render", counted)
    async with visiting(SlowAsker()) as client:
        replies = await asyncio.gather(*(client.get(ORDER) for _ in range(3)))

    assert len({reply.text for reply in replies}) == 1
    assert rendered == ["order.html"]


async def test_a_change_of_the_order_is_shown_at_once() -> None:
    asker = StubAsker()
    async with visiting(asker) as client:
        first = await client.get(ORDER)
        asker.order = order_answer(sequence=2, status="ON_HOLD")
        known = {"If-None-Match": first.headers["etag"]}
        changed = await client.get(ORDER, headers=known)

    assert changed.status_code == 200
    assert "Your order is on hold" in changed.text


async def test_an_order_that_is_gone_is_not_shown_from_the_cache() -> None:
    asker = StubAsker()
    async with visiting(asker) as client:
        await client.get(ORDER)
        asker.order = None
        gone = await client.get(ORDER)

    assert gone.status_code == 404


async def test_the_time_of_a_page_moves_on(monkeypatch: pytest.MonkeyPatch) -> None:
    asker = StubAsker()
    async with visiting(asker) as client:
        first = await client.get(ORDER)
        show_at(monkeypatch, NOON + timedelta(minutes=1))
        later = await client.get(ORDER)

    assert "21:00</time>" in first.text
    assert "21:01</time>" in later.text
    assert asker.asked == [ORDER_PAGE, ORDER_PAGE]


async def test_each_language_has_a_page_of_its_own() -> None:
    asker = StubAsker()
    async with visiting(asker) as client:
        replies = [await client.get(ORDER + query) for query in ("", "?lang=en", "?lang=de")]
        german = await client.get(ORDER, headers={"Accept-Language": "de"})

    assert [reply.headers["content-language"] for reply in (*replies, german)] == [
        *("en", "en", "de", "de")
    ]
    assert len({reply.headers["etag"] for reply in (*replies, german)}) == 4


def test_pages_of_few_orders_are_kept() -> None:
    cache = page_cache.PageCache()
    for number in range(page_cache.CACHED_ORDERS + 1):
        cache.keep(str(number), NOON, 1, "en", object())  # type: ignore[arg-type]

    assert [cache.knows(number, NOON) for number in ("0", "1", "300")] == [False, True, True]


def test_of_the_pages_of_an_order_the_one_that_nobody_sees_gives_way() -> None:
    """Whoever asks for odd ones does not take their place from those that people look at."""
    cache = page_cache.PageCache()
    page = object()
    for number in range(page_cache.PAGES_OF_ORDER):
        cache.keep("1", NOON, 1, number, page)  # type: ignore[arg-type]
    cache.find("1", NOON, 1, 0)
    cache.keep("1", NOON, 1, "odd", page)  # type: ignore[arg-type]

    found = [cache.find("1", NOON, 1, variant) for variant in (0, 1, 2, "odd")]
    assert found == [page, None, page, page]


def test_no_page_outlives_its_minute() -> None:
    """Nobody can be shown it any more, and it may have an address that was erased meanwhile."""
    seconds = 0.0
    cache = page_cache.PageCache(lambda: seconds)
    cache.keep("1", NOON, 1, "en", object())  # type: ignore[arg-type]
    seconds = 59.0
    assert cache.knows("1", NOON)
    seconds = 60.0

    assert not cache.knows("1", NOON)
    cache.keep("2", NOON, 1, "en", object())  # type: ignore[arg-type]
    assert list(cache._orders) == ["2"]


async def test_a_print_is_never_kept() -> None:
    asker = StubAsker()
    async with visiting(asker) as client:
        await client.get(ORDER)
        replies = [await client.get(f"{ORDER}/print") for _ in range(2)]

    for reply in replies:
        assert reply.headers["cache-control"] == "no-store"
        assert "etag" not in reply.headers
    assert asker.asked == [ORDER_PAGE] * 3
