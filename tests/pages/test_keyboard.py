"""The shared layout of pages by keyboard: the order of its parts, and where the focus is seen."""

import pytest
from playwright.async_api import Page, expect

from tests.pages.live_pages import expect_state
from tests.pages.small_site import SmallSite
from tests.pages.visitors import Visitors

FOCUSED = "document.activeElement.id || document.activeElement.textContent.trim()"
IS_COVERED = """() => {
  const focused = document.activeElement;
  const box = focused.getBoundingClientRect();
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  return !focused.contains(document.elementFromPoint(x, y));
}"""
ORDER = (
    "Skip to the content",
    "Shop",
    "",
    "More",
    "name",
    "Send",
    "note",
    "box",
    "Help",
    "English",
)


async def outline(page: Page) -> bytes:
    """Return a picture of the window, in which the focus shows."""
    return await page.screenshot(animations="disabled", caret="hide")


async def test_the_tab_key_goes_in_the_order_of_the_page_and_the_focus_shows(
    site: SmallSite, visitors: Visitors
) -> None:
    page = await visitors.visit(site.url)
    await expect_state(page, "live")
    pictures = [await outline(page)]
    names = []
    for _ in ORDER:
        await page.keyboard.press("Tab")
        names.append(await page.evaluate(FOCUSED))
        pictures.append(await outline(page))
        assert await page.evaluate(IS_COVERED) is False

    assert tuple(names) == ORDER
    assert len({*pictures}) == len(pictures)


async def test_the_first_link_skips_to_the_content(site: SmallSite, visitors: Visitors) -> None:
    page = await visitors.visit(site.url)
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Skip to the content")).to_be_in_viewport()
    await page.keyboard.press("Enter")
    await expect(page.locator("main")).to_be_focused()
    await page.keyboard.press("Tab")

    assert await page.evaluate(FOCUSED) == "More"


async def test_live_updates_are_paused_by_the_keyboard(site: SmallSite, visitors: Visitors) -> None:
    page = await visitors.visit(site.url)
    await expect_state(page, "live")
    await page.get_by_role("button", name="Pause live updates").focus()
    await page.keyboard.press("Space")
    await expect_state(page, "paused")
    await page.keyboard.press("Enter")

    await expect_state(page, "live")


@pytest.mark.parametrize("width", [320, 390, 1280])
async def test_what_is_pressed_is_large_enough_for_a_thumb(
    site: SmallSite, visitors: Visitors, width: int
) -> None:
    page = await visitors.visit(site.url, viewport={"width": width, "height": 800})
    await expect_state(page, "live")
    small = """() => [...document.querySelectorAll("button, input, summary, footer a")]
      .map((one) => [one.textContent, one.getBoundingClientRect()])
      .filter(([, box]) => box.height < 44 || box.width < 44)"""

    assert await page.evaluate(small) == []
