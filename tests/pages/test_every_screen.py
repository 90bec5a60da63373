"""Every screen of the portal, in every look: everybody can use it, and nothing sticks out of it."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from itertools import product
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Page

import pages
from language.catalog import open_catalogs
from tests.factories.customer_orders import CustomerOrders
from tests.live_server import RunningService, running_service
from tests.pages.accessibility import axe_violations, overflowing_elements
from tests.pages.conftest import TakeScreenshot
from tests.pages.visitors import Visitors
from tests.portal.links import UNKNOWN_ID, build_link_settings, mailed_link
from unit_of_work.unit_of_work import Tracker
from web.graphql.page_asker import PageAsker
from web.pages.asker import AskFailed, AskFault

LANGUAGES = ("en", "ar", "en_XA")
"""English, a language that is written from right to left, and one that needs much more room."""
MIRRORED = "ar_XB"
"""English written from right to left: a text that is not translated is seen at its letters."""
RIGHT_TO_LEFT = ("ar", MIRRORED)
MIRRORED_SCREENS = ("track", "partly_delivered", "delivered, opened", "print")
LOOKS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light", "forced_colors": "none"},
    "dark": {"color_scheme": "dark", "forced_colors": "none"},
    "forced": {"color_scheme": "light", "forced_colors": "active"},
}
NARROW, PHONE, WIDE = 320, 390, 1280
"""Widths in CSS pixels: the least that must do, a phone, and a desk."""
SIGHTS = (("light", NARROW), ("light", WIDE), ("dark", PHONE), ("forced", NARROW))
"""The looks and widths in which each screen is tried."""
HEIGHT = 800
TEXT_SPACING = """* {
  line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important;
}
p { margin-block-end: 2em !important; }"""
"""What readers may set by WCAG 2.2, 1.4.12, without losing anything."""
REFUSED = "the server responded with a status of"
"""What Chromium writes to the console about a page that tells of a failure."""

Opens = Callable[[RunningService, Tracker], Awaitable[str]]


async def order(service: RunningService, tracker: Tracker, *, state: str) -> str:
    made = await CustomerOrders(tracker, datetime.now(UTC)).make(state)
    return f"/t/{made.tracking_id}"


async def opened_order(service: RunningService, tracker: Tracker) -> str:
    made = await CustomerOrders(tracker, datetime.now(UTC)).make("delivered")
    return f"/t/{made.tracking_id}?k={await mailed_link(service, made)}"


async def part_of_order(service: RunningService, tracker: Tracker, *, name: str) -> str:
    return f"{await order(service, tracker, state='partly_delivered')}/{name}"


async def address(service: RunningService, tracker: Tracker, *, path: str) -> str:
    return path


STATES = (
    "pending",
    "out_for_delivery",
    "attempted",
    "delayed",
    "ready_to_collect",
    "lost",
    "cancelled",
    "partly_delivered",
)
TROUBLES: dict[str, Opens] = {
    state: partial(order, state=state)
    for state in ("stale", "going_back", "payment_due", "on_hold")
}
"""Orders that look like others, but for their texts."""
SCREENS: dict[str, Opens] = {
    "track": partial(address, path="/track"),
    "unknown": partial(address, path=f"/t/{UNKNOWN_ID}"),
    **{state: partial(order, state=state) for state in STATES},
    "delivered, opened": opened_order,
    "print": partial(part_of_order, name="print"),
    "embed": partial(part_of_order, name="embed"),
}
ALL = {**SCREENS, **TROUBLES}


@pytest.fixture(autouse=True)
def _pseudo_locales(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setattr(pages, "open_catalogs", partial(open_catalogs, with_pseudo_locales=True))
        yield


@pytest_asyncio.fixture(loop_scope="session")
async def service(
    database_url: str, broadcast_url: str, _pseudo_locales: None
) -> AsyncGenerator[RunningService, None]:
    async with running_service(build_link_settings(database_url, broadcast_url)) as service:
        yield service


def in_language(path: str, language: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}lang={language}"


async def assert_screen_is_fit(page: Page, screenshot: TakeScreenshot, name: str) -> None:
    """Assert that everybody can use the screen, and see all of it.

    A look changes the colors and no place, and a width the places and no color: each look is tried
    in one width, and each width in one look.
    """
    problems: dict[str, list[str]] = {}
    for look, width in SIGHTS:
        await page.emulate_media(**LOOKS[look])
        await page.set_viewport_size({"width": width, "height": HEIGHT})
        found = [*await axe_violations(page), *await overflowing_elements(page)]
        problems[f"{look} {width}"] = found
        await screenshot(page, f"{name}-{look}-{width}")
    assert {look: found for look, found in problems.items() if found} == {}


@pytest.mark.parametrize(
    ("screen", "language"),
    [
        *product(SCREENS, LANGUAGES),
        *product(TROUBLES, ["en_XA", MIRRORED]),
        *product(MIRRORED_SCREENS, [MIRRORED]),
    ],
)
async def test_a_screen_is_fit_in_every_look(
    screen: str,
    language: str,
    service: RunningService,
    tracker: Tracker,
    visitors: Visitors,
    screenshot: TakeScreenshot,
) -> None:
    visitors.permit(REFUSED)
    path = await ALL[screen](service, tracker)

    page = await visitors.visit(f"http://{service.address}{in_language(path, language)}")

    assert await page.get_attribute("html", "dir") == (
        "rtl" if language in RIGHT_TO_LEFT else "ltr"
    )
    await assert_screen_is_fit(page, screenshot, f"{screen.replace(', ', '-')}-{language}")


@pytest.mark.parametrize("fault", AskFault)
async def test_a_failure_is_told_on_a_fit_screen(
    fault: AskFault,
    service: RunningService,
    visitors: Visitors,
    screenshot: TakeScreenshot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def fail(*_: object) -> None:
        raise AskFailed(fault, 90)

    monkeypatch.setattr(PageAsker, "ask", fail)
    visitors.permit(REFUSED)

    page = await visitors.visit(f"http://{service.address}/t/{UNKNOWN_ID}?lang=en_XA")

    await assert_screen_is_fit(page, screenshot, f"failure-{fault.value}")


@pytest.mark.parametrize("screen", SCREENS)
async def test_a_reader_may_space_the_text_of_a_screen(
    screen: str, service: RunningService, tracker: Tracker, visitors: Visitors
) -> None:
    visitors.permit(REFUSED)
    path = await SCREENS[screen](service, tracker)
    # Only a test may add a style sheet against the policy of the page.
    page = await visitors.visit(
        f"http://{service.address}{in_language(path, 'en_XA')}",
        bypass_csp=True,
        viewport={"width": NARROW, "height": HEIGHT},
    )

    await page.add_style_tag(content=TEXT_SPACING)

    assert await overflowing_elements(page) == []
