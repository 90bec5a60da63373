"""Pages that lose their server, their network or their reader: they say so, and end up complete."""

from playwright.async_api import expect

from tests.pages.live_pages import (
    GONE,
    expect_events,
    expect_same_document,
    expect_state,
    open_live_page,
    stop_clock,
)
from tests.pages.small_site import SmallSite
from tests.pages.visitors import Visitors

HIDE = """(isHidden) => {
  Object.defineProperty(document, "hidden", { value: isHidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
}"""
"""No tab of a headless browser is ever hidden, so the page is told that it is."""


async def test_a_page_says_that_its_server_is_away_and_catches_up_when_it_is_back(
    site: SmallSite, visitors: Visitors
) -> None:
    visitors.permit(GONE)
    page = await open_live_page(site, visitors)
    await site.stop()
    await expect_state(page, "reconnecting")
    site.change("Out for delivery")
    site.change("Your order has arrived")
    await site.start()

    await expect(page.locator("h1")).to_have_text("Your order has arrived")
    await expect_state(page, "live")
    await expect(page.locator("li[id]")).to_have_count(5)
    await expect_same_document(page)


async def test_a_short_gap_is_nobodys_concern(site: SmallSite, visitors: Visitors) -> None:
    visitors.permit(GONE)
    page = await open_live_page(site, visitors)
    await stop_clock(page)
    await site.stop()
    await expect_events(page, "error", 1)
    await page.clock.run_for(1_990)
    await expect_state(page, "live")
    await page.clock.run_for(2_000)

    await expect_state(page, "reconnecting")


async def test_a_page_without_network_says_so_and_catches_up(
    site: SmallSite, visitors: Visitors
) -> None:
    visitors.permit(GONE)
    page = await open_live_page(site, visitors)
    await page.context.set_offline(True)
    await expect_state(page, "offline")
    site.change("Out for delivery")
    await page.context.set_offline(False)

    await expect(page.locator("h1")).to_have_text("Out for delivery")
    await expect_state(page, "live")
    await expect_same_document(page)


async def test_a_hidden_tab_lets_go_of_its_stream_and_catches_up(
    site: SmallSite, visitors: Visitors
) -> None:
    page = await open_live_page(site, visitors)
    await page.evaluate(HIDE, True)
    await site.wait_for_streams(0)
    site.change("Out for delivery", is_told=False)
    await page.evaluate(HIDE, False)

    await expect(page.locator("h1")).to_have_text("Out for delivery")
    await expect_state(page, "live")
    await site.wait_for_streams(1)
    await expect_same_document(page)


async def test_a_page_from_the_back_forward_cache_catches_up(
    site: SmallSite, visitors: Visitors
) -> None:
    """It does so by an event: no page comes out of that cache while a program drives Chromium."""
    page = await open_live_page(site, visitors)
    await page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))")
    await site.wait_for_streams(0)
    site.change("Out for delivery")
    await page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")

    await expect(page.locator("h1")).to_have_text("Out for delivery")
    await expect_state(page, "live")
    await expect_same_document(page)


async def test_of_eight_tabs_three_are_live_and_the_others_look_every_20_seconds(
    site: SmallSite, visitors: Visitors
) -> None:
    first = await visitors.visit(site.url, has_clock=True)
    tabs = [first, *[await first.context.new_page() for _ in range(7)]]
    for tab in tabs[1:]:
        await tab.goto(site.url)
    for tab in tabs[:3]:
        await expect_state(tab, "live")
    for tab in tabs[3:]:
        await expect_state(tab, "polling")
    site.change("Out for delivery")
    for tab in tabs[3:]:
        await tab.clock.run_for(20_000)

    for tab in tabs:
        await expect(tab.locator("h1")).to_have_text("Out for delivery")
    assert site.stream_count == 3


async def test_a_tab_that_looks_takes_the_place_of_one_that_was_closed(
    site: SmallSite, visitors: Visitors
) -> None:
    first = await visitors.visit(site.url, has_clock=True)
    tabs = [first, *[await first.context.new_page() for _ in range(3)]]
    for tab in tabs[1:]:
        await tab.goto(site.url)
        await expect(tab.locator("[data-word]:visible")).to_have_count(1)
    await expect_state(tabs[3], "polling")
    await first.close()
    await site.wait_for_streams(2)
    await tabs[3].clock.run_for(20_000)

    await expect_state(tabs[3], "live")


async def test_a_page_whose_stream_is_refused_looks_every_20_seconds(
    site: SmallSite, visitors: Visitors
) -> None:
    visitors.permit("status of 429")
    site.refuses_streams = True
    page = await visitors.visit(site.url, has_clock=True)
    await expect_state(page, "polling")
    site.change("Out for delivery")
    await page.clock.run_for(20_000)

    await expect(page.locator("h1")).to_have_text("Out for delivery")
    site.refuses_streams = False
    await page.clock.run_for(20_000)
    await expect_state(page, "live")


async def test_a_page_whose_stream_ends_as_soon_as_it_is_open_looks_every_20_seconds(
    site: SmallSite, visitors: Visitors
) -> None:
    """So the service refuses the stream of a browser, which would else give up for good."""
    site.ends_streams = True
    page = await visitors.visit(site.url, has_clock=True)
    await expect_state(page, "polling")
    assert (site.ended_count, site.fetches) == (1, 2)
    await page.clock.run_for(20_000)
    await site.wait_for_fetches(3)
    assert site.ended_count == 2
    site.ends_streams = False
    await page.clock.run_for(20_000)

    await expect_state(page, "live")


async def test_a_stream_that_a_proxy_holds_back_is_given_up(
    site: SmallSite, visitors: Visitors
) -> None:
    site.holds_streams_back = True
    page = await visitors.visit(site.url, has_clock=True)
    await site.wait_for_held_streams(1)
    await page.clock.run_for(10_000)

    await expect_state(page, "polling")


async def test_a_page_whose_order_has_ended_stops_and_says_nothing_of_itself(
    site: SmallSite, visitors: Visitors
) -> None:
    page = await open_live_page(site, visitors)
    site.is_ended = True
    site.change("Your order has arrived")

    await expect(page.locator("h1")).to_have_text("Your order has arrived")
    await expect(page.locator("[data-word]:visible, .live-pause:visible")).to_have_count(0)
    await site.wait_for_streams(0)


async def test_a_page_whose_order_has_ended_asks_for_nothing_when_it_is_looked_at_again(
    site: SmallSite, visitors: Visitors
) -> None:
    page = await open_live_page(site, visitors)
    site.is_ended = True
    site.change("Your order has arrived")
    await expect(page.locator("h1")).to_have_text("Your order has arrived")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await page.evaluate(HIDE, True)
    await page.evaluate(HIDE, False)
    await page.clock.run_for(5_000)

    assert asked == []
    await expect(page.locator("[data-word]:visible")).to_have_count(0)


async def test_a_page_that_fails_is_fetched_again(site: SmallSite, visitors: Visitors) -> None:
    visitors.permit("status of 503")
    page = await open_live_page(site, visitors)
    site.is_failing = True
    site.change("Out for delivery")
    await expect_state(page, "reconnecting")
    site.is_failing = False

    await expect(page.locator("h1")).to_have_text("Out for delivery")
    await expect_state(page, "live")
    await expect_same_document(page)
