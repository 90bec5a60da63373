"""Orders on paper: whoever prints one has all of it, and nothing to press."""

from datetime import UTC, datetime

import pytest
from playwright.async_api import expect

from tests.factories.customer_orders import AT_THE_DOOR, CustomerOrders
from tests.live_changes import tracker_of
from tests.live_server import RunningService
from tests.pages.conftest import TakeScreenshot
from tests.pages.visitors import Visitors
from tests.portal.links import mailed_link

CONTROLS = "button, .button, form, input, nav, footer, .skip, .live, .tool"
A4 = {"width": 794, "height": 1123}
"""CSS pixels of the paper."""
LEAST_BYTES = 10_000
"""Bytes of a PDF with its fonts; an empty page has a tenth."""


@pytest.mark.parametrize("ending", ["", "/print"])
async def test_a_customer_prints_all_of_an_order_and_no_controls(
    ending: str, service: RunningService, visitors: Visitors, screenshot: TakeScreenshot
) -> None:
    order = await CustomerOrders(tracker_of(service), datetime.now(UTC)).make("delivered")
    url = f"http://{service.address}/t/{order.tracking_id}"
    page = await visitors.visit(f"{url}?k={await mailed_link(service, order)}", viewport=A4)
    await page.goto(url + ending)
    await page.emulate_media(media="print")

    await expect(page.locator(".event-label:visible")).to_have_count(len(AT_THE_DOOR) + 1)
    await expect(page.locator("address")).to_contain_text("100-0001")
    await expect(page.locator(f":is({CONTROLS}):visible")).to_have_count(0)
    await screenshot(page, f"paper{ending.replace('/', '-')}")
    pdf = await page.pdf(format="A4")
    assert pdf.startswith(b"%PDF-")
    assert len(pdf) > LEAST_BYTES


async def test_the_paper_says_where_its_order_is_found(
    service: RunningService, visitors: Visitors
) -> None:
    order = await CustomerOrders(tracker_of(service), datetime.now(UTC)).make("pending")
    address = f"http://{service.address}/t/{order.tracking_id}"
    page = await visitors.visit(f"{address}/print?lang=ar")
    await page.emulate_media(media="print")

    await expect(page.locator(".sheet-address")).to_be_visible()
    await expect(page.locator(".sheet-address")).to_have_text(address)
