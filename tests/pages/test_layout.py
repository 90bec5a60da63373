"""The layout that all pages share, as it looks: in light, dark and forced colours, and in print."""

from typing import Any

import pytest
from playwright.async_api import expect

from tests.pages.accessibility import axe_violations, overflowing_elements
from tests.pages.conftest import TakeScreenshot
from tests.pages.live_pages import expect_state
from tests.pages.small_site import SmallSite
from tests.pages.visitors import Visitors

LOOKS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "forced": {"forced_colors": "active", "color_scheme": "dark"},
}


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("code", ["en", "ar"])
@pytest.mark.parametrize("width", [320, 1280])
async def test_it_breaks_no_rule_of_accessibility_and_fits(
    site: SmallSite,
    visitors: Visitors,
    screenshot: TakeScreenshot,
    look: str,
    code: str,
    width: int,
) -> None:
    window = {"width": width, "height": 800}
    page = await visitors.visit(f"{site.url}?lang={code}", viewport=window, **LOOKS[look])
    await expect_state(page, "live")

    assert await axe_violations(page) == []
    assert await overflowing_elements(page) == []
    await screenshot(page, f"layout-{look}-{code}-{width}")


async def test_it_prints_all_details_and_no_controls(site: SmallSite, visitors: Visitors) -> None:
    page = await visitors.visit(site.url)
    await expect_state(page, "live")
    await page.emulate_media(media="print")

    await expect(page.locator("details p")).to_be_visible()
    for part in (".skip", ".live", "footer", "button"):
        await expect(page.locator(part).first).to_be_hidden()


async def test_motion_is_reduced_for_who_asks_for_it(site: SmallSite, visitors: Visitors) -> None:
    page = await visitors.visit(site.url, reduced_motion="reduce")
    moving = """() => [...document.querySelectorAll("*")].filter((one) => {
      const style = getComputedStyle(one);
      return style.transitionDuration !== "0s" || style.animationName !== "none";
    }).length"""

    assert await page.evaluate(moving) == 0
