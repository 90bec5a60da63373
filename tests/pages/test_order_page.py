"""The page of an order in a browser: live, gone and back, and whole without scripts."""

import asyncio
from collections.abc import AsyncGenerator

import httpx2
import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from access.viewer import SYSTEM
from models.orders import Order
from tests.clients.server_process import ServerProcess
from tests.factories.acts import make_order
from tests.factories.full_orders import make_full_order
from tests.live_changes import make_changes, make_pending_order, tracker_of
from tests.live_server import RunningService
from tests.pages.accessibility import axe_violations, overflowing_elements
from tests.pages.live_pages import (
    GONE,
    WATCH,
    expect_heard,
    expect_same_document,
    expect_state,
)
from tests.pages.test_security_headers import PAGE
from tests.pages.visitors import Visitors
from tracking.orders.commands import confirm_order, hold_order
from unit_of_work.unit_of_work import Tracker
from web.pages.brand import DEFAULT_DARK, DEFAULT_LIGHT

RECEIVED = "We've received your order"
PREPARING = "We're preparing your order"
ON_HOLD = "Your order is on hold"
FETCHED = """() => performance.getEntriesByType("resource")
  .map(({ name }) => new URL(name).pathname)
  .filter((path) => path.startsWith("/assets/") && !path.endsWith(".svg"))
  .map((path) => path.split("/").at(-1)).sort()"""
"""The names of the files that a page has fetched, without its icon, which is not waited for."""
ACCENT = "() => getComputedStyle(document.documentElement).getPropertyValue('--accent')"


def address(service: RunningService, tracking_id: str) -> str:
    return f"http://{service.address}/t/{tracking_id}"


async def open_order(visitors: Visitors, url: str) -> Page:
    """Open the page of an order and wait until it is live."""
    page = await visitors.visit(url, has_clock=True)
    await expect_state(page, "live")
    await page.evaluate(WATCH)
    return page


@pytest_asyncio.fixture(loop_scope="session")
async def server_process(db: str, broadcast_url: str) -> AsyncGenerator[ServerProcess, None]:
    """The service in a process of its own, on the database of the test."""
    environ = {"WHEREABOUTS_DATABASE_URL": db, "WHEREABOUTS_BROADCAST_URL": broadcast_url}
    process = ServerProcess(environ)
    await asyncio.to_thread(process.start)
    yield process
    await asyncio.to_thread(process.stop)


@pytest.mark.parametrize(("path", "script"), [("", "portal.js"), ("/embed", "embed.js")])
async def test_the_first_view_fetches_one_style_sheet_and_three_scripts(
    service: RunningService, visitors: Visitors, path: str, script: str
) -> None:
    order = await make_order(tracker_of(service))
    page = await visitors.visit(address(service, order.tracking_id) + path)
    await expect_state(page, "live")

    assert await page.evaluate(FETCHED) == sorted(["live.js", "morph.js", "pages.css", script])


async def test_the_colors_of_the_brand_win_in_light_and_in_dark(
    service: RunningService, visitors: Visitors
) -> None:
    order = await make_order(tracker_of(service))
    page = await visitors.visit(address(service, order.tracking_id), color_scheme="light")
    light = await page.evaluate(ACCENT)
    await page.emulate_media(color_scheme="dark")
    dark = await page.evaluate(ACCENT)

    assert (light, dark) == (DEFAULT_LIGHT.accent, DEFAULT_DARK.accent)


async def test_a_change_of_the_order_is_shown_and_read_out_once(
    service: RunningService, visitors: Visitors
) -> None:
    order = await make_pending_order(service)
    page = await open_order(visitors, address(service, order.tracking_id))
    await expect(page.locator("h1")).to_have_text(RECEIVED)
    await confirm_order(tracker_of(service), SYSTEM, order.tracking_id)

    await expect(page.locator("h1")).to_have_text(PREPARING)
    assert PREPARING in await page.title()
    await expect_same_document(page)
    await expect_heard(page, await page.locator("main").get_attribute("data-announce") or "")


async def test_what_the_customer_has_begun_stays(
    service: RunningService, visitors: Visitors
) -> None:
    order = await make_pending_order(service)
    page = await open_order(visitors, address(service, order.tracking_id))
    field = page.locator("#unlock input").first
    await field.fill("101")
    await field.evaluate("(input) => input.setSelectionRange(1, 2)")
    await hold_order(tracker_of(service), SYSTEM, order.tracking_id, reason="a check")
    await expect(page.locator("h1")).to_have_text(ON_HOLD)

    await expect(field).to_be_focused()
    await expect(field).to_have_value("101")
    assert await field.evaluate("(input) => [input.selectionStart, input.selectionEnd]") == [1, 2]


async def test_many_changes_in_a_moment_end_with_the_last(
    service: RunningService, visitors: Visitors
) -> None:
    order = await make_pending_order(service)
    page = await open_order(visitors, address(service, order.tracking_id))
    await make_changes(service, order, pairs=10)
    await hold_order(tracker_of(service), SYSTEM, order.tracking_id, reason="a check")

    await expect(page.locator("h1")).to_have_text(ON_HOLD)
    await expect_heard(page, await page.locator("main").get_attribute("data-announce") or "")


async def test_the_page_catches_up_when_its_server_is_back(
    server_process: ServerProcess, tracker: Tracker, visitors: Visitors
) -> None:
    visitors.permit(GONE)
    order: Order = await make_order(tracker, confirmed=False)
    page = await open_order(visitors, f"{server_process.url}/t/{order.tracking_id}")
    await asyncio.to_thread(server_process.stop)
    await expect_state(page, "reconnecting")
    await confirm_order(tracker, SYSTEM, order.tracking_id)
    await hold_order(tracker, SYSTEM, order.tracking_id, reason="a check")
    await asyncio.to_thread(server_process.start)

    await expect(page.locator("h1")).to_have_text(ON_HOLD)
    await expect_state(page, "live")
    await expect_same_document(page)


async def test_it_is_whole_without_scripts(service: RunningService, visitors: Visitors) -> None:
    order = await make_full_order(tracker_of(service))
    url = address(service, order.tracking_id)
    with_scripts = await visitors.visit(url)
    without = await visitors.visit(url, java_script_enabled=False)

    texts = [await page.locator("main").inner_html() for page in (with_scripts, without)]
    assert texts[0] == texts[1]
    await expect(without.locator("h1")).to_be_visible()
    await expect(without.locator(".needs-script:visible")).to_have_count(0)
    assert await axe_violations(with_scripts) == []
    assert await overflowing_elements(with_scripts) == []


@pytest.mark.parametrize("path", ["/t/{}", "/t/WA-0000-0000-0000-0000-0", "/t/{}/print"])
async def test_every_page_of_orders_has_the_headers_of_security(
    service: RunningService, path: str
) -> None:
    order = await make_pending_order(service)
    answer: httpx2.Response = await service.http.get(path.format(order.tracking_id))

    names = {*PAGE, "x-content-type-options"}
    assert {name: answer.headers.get(name) for name in names} == PAGE | {
        "x-content-type-options": "nosniff"
    }


async def test_search_engines_show_the_page_where_an_order_is_looked_for(
    service: RunningService,
) -> None:
    answer = await service.http.get("/track")
    listed = {name: value for name, value in PAGE.items() if name != "x-robots-tag"}

    assert {name: answer.headers.get(name) for name in PAGE} == listed | {"x-robots-tag": None}
