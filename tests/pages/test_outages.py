"""Outages: a page asks again often enough to be back with its server, and not more than it may."""

from playwright.async_api import expect

from tests.pages.live_pages import (
    GONE,
    expect_events,
    expect_state,
    open_live_page,
    stop_clock,
)
from tests.pages.small_site import SmallSite
from tests.pages.visitors import Visitors

LONGEST_PAUSE_MS = 5_000
"""Within this time, a page that has lost its server asks again."""
TRIES = 25
"""With a pause that grew from try to try for good, the last ones would be 20 seconds apart."""


async def test_after_a_long_time_the_page_is_back_as_soon_as_its_server(
    site: SmallSite, visitors: Visitors
) -> None:
    visitors.permit(GONE)
    page = await open_live_page(site, visitors)
    await stop_clock(page)
    await site.stop()
    await expect_events(page, "error", 1)
    for _ in range(TRIES):
        count = await page.get_attribute("html", "data-error")
        await page.clock.run_for(LONGEST_PAUSE_MS)
        await expect(page.locator(f"html[data-error='{count}']")).to_have_count(0)
    site.change("Out for delivery")
    await site.start()
    await page.clock.run_for(LONGEST_PAUSE_MS)
    await site.wait_for_streams(1)
    await page.clock.resume()

    await expect(page.locator("h1")).to_have_text("Out for delivery")


async def test_a_page_asks_again_at_once_when_the_network_is_back(
    site: SmallSite, visitors: Visitors
) -> None:
    visitors.permit(GONE)
    page = await open_live_page(site, visitors)
    await stop_clock(page)
    await site.stop()
    await expect_events(page, "error", 1)
    await site.start()
    await page.evaluate("dispatchEvent(new Event('online'))")

    await site.wait_for_streams(1)


async def test_a_page_that_asks_too_much_waits_as_long_as_it_is_told(
    site: SmallSite, visitors: Visitors
) -> None:
    visitors.permit("status of 429")
    page = await open_live_page(site, visitors)
    await stop_clock(page)
    site.retry_after = 60
    site.change("Out for delivery")
    await expect_events(page, "next", 1)
    await page.clock.run_for(250)
    await site.wait_for_streams(0)
    await page.clock.run_for(2_000)
    await expect_state(page, "reconnecting")
    await page.clock.run_for(57_900)
    assert (site.fetches, site.stream_count) == (2, 0)
    site.retry_after = None
    await page.clock.run_for(2_000)
    await site.wait_for_streams(1)
    await page.clock.resume()

    await expect(page.locator("h1")).to_have_text("Out for delivery")


async def test_an_old_browser_does_not_wait_for_ever_for_an_answer(
    site: SmallSite, visitors: Visitors
) -> None:
    page = await open_live_page(site, visitors)
    await page.evaluate("AbortSignal.timeout = undefined")
    await stop_clock(page)
    with site.pages_held():
        site.change("Out for delivery")
        await expect_events(page, "next", 1)
        await page.clock.run_for(250)
        await site.wait_for_fetches(2)
        await page.clock.run_for(10_000)
        await site.wait_for_streams(0)
        await page.clock.resume()
        await site.wait_for_fetches(3)

    await expect(page.locator("h1")).to_have_text("Out for delivery")
    await expect_state(page, "live")
