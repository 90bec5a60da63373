"""What the portal's own script adds: numbers are copied, and a page that failed asks again."""

import pytest
from playwright.async_api import expect

from tests.factories.customer_orders import CustomerOrders
from tests.live_server import RunningService
from tests.pages.visitors import Visitors
from unit_of_work.unit_of_work import Tracker
from web.graphql.page_asker import PageAsker
from web.pages.asker import AskFailed, AskFault

REFUSED = "the server responded with a status of 503"


async def test_a_tracking_number_is_copied_by_a_press(
    service: RunningService, tracker: Tracker, visitors: Visitors
) -> None:
    order = await CustomerOrders(tracker).shipped()
    page = await visitors.visit(f"http://{service.address}/t/{order.tracking_id}")
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await page.get_by_role("button", name="Copy").click()

    await expect(page.get_by_role("button", name="Copied")).to_be_visible()
    await expect(page.locator("#status")).to_have_text("Copied")
    assert await page.evaluate("navigator.clipboard.readText()") == "1Z999AA00000000002"


async def test_a_page_that_could_not_be_shown_comes_by_itself(
    service: RunningService, tracker: Tracker, visitors: Visitors, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise AskFailed(AskFault.UNAVAILABLE, 10)

    order = await CustomerOrders(tracker).shipped()
    visitors.permit(REFUSED)
    with monkeypatch.context() as broken:
        broken.setattr(PageAsker, "ask", fail)
        page = await visitors.visit(
            f"http://{service.address}/t/{order.tracking_id}", has_clock=True
        )
        await expect(page.locator("h1")).to_have_text("We can't show it just now")
    await page.clock.fast_forward(13_000)

    await expect(page.locator("h1")).to_have_text("Your order is on its way")
