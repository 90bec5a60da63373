"""A live page: what changes is there at once, and what the reader has done stays."""

from playwright.async_api import expect

from tests.pages.accessibility import axe_violations, overflowing_elements
from tests.pages.conftest import TakeScreenshot
from tests.pages.small_site import SmallSite
from tests.pages.visitors import Visitors


async def test_a_change_is_shown_in_the_same_document(
    site: SmallSite, visitors: Visitors, screenshot: TakeScreenshot
) -> None:
    page = await visitors.visit(site.url)
    await expect(page.locator("[data-word=live]")).to_be_visible()
    await page.evaluate("document.marker = 1")
    site.change("Out for delivery")

    await expect(page.locator("h1")).to_have_text("Out for delivery")
    await expect(page).to_have_title("Out for delivery")
    assert await page.evaluate("document.marker") == 1
    assert await axe_violations(page) == []
    assert await overflowing_elements(page) == []
    await screenshot(page, "small")
