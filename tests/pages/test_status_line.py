"""The status line, which screen readers read: once for each headline, and once for a loss."""

from playwright.async_api import expect

from tests.pages.live_pages import (
    GONE,
    expect_events,
    expect_heard,
    expect_state,
    open_live_page,
    stop_clock,
)
from tests.pages.small_site import SmallSite
from tests.pages.visitors import Visitors


async def test_it_is_empty_at_first_and_outside_of_what_changes(
    site: SmallSite, visitors: Visitors
) -> None:
    page = await open_live_page(site, visitors)

    await expect(page.get_by_role("status")).to_have_text("")
    await expect(page.locator("main [role=status], main [aria-live]")).to_have_count(0)
    await expect_heard(page)


async def test_a_new_headline_is_read_once(site: SmallSite, visitors: Visitors) -> None:
    page = await open_live_page(site, visitors)
    site.change("Out for delivery")
    await expect(page.locator("h1")).to_have_text("Out for delivery")

    await expect_heard(page, "Out for delivery")


async def test_scans_that_change_no_headline_are_not_read(
    site: SmallSite, visitors: Visitors
) -> None:
    page = await open_live_page(site, visitors)
    for _ in range(20):
        site.change()
    await expect(page.locator("li[id]")).to_have_count(23)

    await expect_heard(page)


async def test_of_headlines_within_a_second_the_last_is_read(
    site: SmallSite, visitors: Visitors
) -> None:
    page = await open_live_page(site, visitors)
    await stop_clock(page)
    headlines = ("Out for delivery", "Nobody was there", "It has arrived")
    for number, headline in enumerate(headlines, start=1):
        site.change(headline)
        await expect_events(page, "next", number)
        await page.clock.run_for(250)
        await expect(page.locator("h1")).to_have_text(headline)

    await expect_heard(page, "It has arrived")


async def test_a_loss_is_read_once_and_forgotten_when_it_is_over(
    site: SmallSite, visitors: Visitors
) -> None:
    visitors.permit(GONE)
    page = await open_live_page(site, visitors)
    await site.stop()
    await expect(page.get_by_role("status")).to_have_text("Reconnecting …")
    await site.start()
    await expect_state(page, "live")

    await expect(page.get_by_role("status")).to_have_text("")
    await expect_heard(page, "Reconnecting …")
