"""The button that pauses live updates: nothing moves until the reader goes on."""

from playwright.async_api import Page, expect

from tests.pages.live_pages import expect_heard, expect_state, open_live_page
from tests.pages.small_site import SmallSite
from tests.pages.visitors import Visitors


async def press(page: Page) -> None:
    await page.get_by_role("button", name="Pause live updates").click()


async def test_a_paused_page_neither_changes_nor_speaks_and_catches_up(
    site: SmallSite, visitors: Visitors
) -> None:
    page = await open_live_page(site, visitors)
    button = page.get_by_role("button", name="Pause live updates")
    await expect(button).to_have_attribute("aria-pressed", "false")
    await button.click()
    await expect(button).to_have_attribute("aria-pressed", "true")
    await expect_state(page, "paused")
    await site.wait_for_streams(0)
    site.change("Out for delivery")
    await page.clock.run_for(600_000)
    await expect(page.locator("h1")).to_have_text("On its way")
    await expect_heard(page)
    assert site.fetches == 1
    await button.click()

    await expect(button).to_have_attribute("aria-pressed", "false")
    await expect(page.locator("h1")).to_have_text("Out for delivery")
    await expect_state(page, "live")
    await expect_heard(page, "Out for delivery")


async def test_what_was_on_its_way_when_the_reader_paused_is_not_shown(
    site: SmallSite, visitors: Visitors
) -> None:
    page = await open_live_page(site, visitors)
    with site.pages_held():
        site.change("Out for delivery")
        await site.wait_for_fetches(2)
        await press(page)
    await page.clock.run_for(5_000)

    await expect(page.locator("h1")).to_have_text("On its way")
    await expect_heard(page)


async def test_a_tab_remembers_that_it_was_paused(site: SmallSite, visitors: Visitors) -> None:
    page = await visitors.visit(site.url)
    await press(page)
    await page.reload()
    await expect_state(page, "paused")
    other = await page.context.new_page()
    await other.goto(site.url)

    await expect_state(other, "live")
