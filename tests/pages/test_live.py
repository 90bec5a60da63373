"""A live page: what changes is there at once, and what the reader has done stays."""

from playwright.async_api import expect

from tests.pages.accessibility import axe_violations, overflowing_elements
from tests.pages.conftest import TakeScreenshot
from tests.pages.live_pages import (
    expect_events,
    expect_same_document,
    expect_state,
    open_live_page,
    stop_clock,
)
from tests.pages.small_site import SmallSite
from tests.pages.visitors import Visitors

READER = """() => {
  const name = document.getElementById("name");
  return {
    marker: document.marker,
    focused: document.activeElement.id,
    selected: [name.selectionStart, name.selectionEnd],
    typed: [name.value, document.getElementById("note").value],
    opened: document.getElementById("more").open,
    seen: ["event-1", "box"].map((id) => document.getElementById(id).getBoundingClientRect().top),
  };
}"""
"""What the reader has done on the page, and what is seen of a box that was scrolled."""
PLACES_IN = """(state) => {
  document.getElementById("live").dataset.state = state;
  const parts = document.querySelectorAll(".brand, main, .live, .live-pause");
  return [...parts].map((part) => Object.values(part.getBoundingClientRect().toJSON()));
}"""


async def test_a_change_is_shown_in_the_same_document(
    site: SmallSite, visitors: Visitors, screenshot: TakeScreenshot
) -> None:
    page = await open_live_page(site, visitors)
    site.change("Out for delivery")

    await expect(page.locator("h1")).to_have_text("Out for delivery")
    await expect(page).to_have_title("Out for delivery")
    await expect_same_document(page)
    assert await axe_violations(page) == []
    assert await overflowing_elements(page) == []
    await screenshot(page, "small")


async def test_what_the_reader_has_done_stays(site: SmallSite, visitors: Visitors) -> None:
    page = await open_live_page(site, visitors)
    await page.locator("summary").click()
    await page.locator("#note").fill("half a thought")
    await page.locator("#box").evaluate("(box) => box.scrollTo(0, 20)")
    await page.locator("#name").fill("Recife")
    await page.locator("#name").evaluate("(input) => input.setSelectionRange(1, 4)")
    before = await page.evaluate(READER)
    before_seen = before.pop("seen")
    site.change("Out for delivery")
    await expect(page.locator("h1")).to_have_text("Out for delivery")

    after = await page.evaluate(READER)
    assert after.pop("seen") == before_seen
    assert after == before
    assert before == {
        "marker": 1,
        "focused": "name",
        "selected": [1, 4],
        "typed": ["Recife", "half a thought"],
        "opened": True,
    }


async def test_selected_text_stays_selected(site: SmallSite, visitors: Visitors) -> None:
    page = await open_live_page(site, visitors)
    await page.locator("#text").evaluate("(text) => getSelection().selectAllChildren(text)")
    site.change("Out for delivery")
    await expect(page.locator("h1")).to_have_text("Out for delivery")

    assert await page.evaluate("getSelection().toString()") == "Some text to select"


async def test_changes_of_a_moment_are_fetched_once(site: SmallSite, visitors: Visitors) -> None:
    page = await open_live_page(site, visitors)
    await stop_clock(page)
    for number in range(1, 21):
        site.change()
        await expect_events(page, "next", number)
    assert site.fetches == 1
    await page.clock.run_for(250)
    await expect(page.locator("li[id]")).to_have_count(23)

    assert site.fetches == 2


async def test_nothing_beside_the_page_moves_when_its_state_changes(
    site: SmallSite, visitors: Visitors
) -> None:
    """In each language, and in the narrowest window."""
    page = await visitors.visit(site.url, viewport={"width": 320, "height": 640})
    for code in ("en", "de", "ar"):
        await page.goto(f"{site.url}?lang={code}")
        await expect_state(page, "live")
        places = [
            await page.evaluate(PLACES_IN, state)
            for state in ("live", "polling", "reconnecting", "offline", "paused", "ended", "")
        ]

        assert places == [places[0]] * len(places)
        assert await overflowing_elements(page) == []


async def test_a_page_without_scripts_is_whole_and_offers_to_look_again(
    site: SmallSite, visitors: Visitors
) -> None:
    page = await visitors.visit(site.url, java_script_enabled=False)
    site.change("Out for delivery")
    await page.get_by_role("link", name="Check again").click()

    await expect(page.locator("h1")).to_have_text("Out for delivery")
    await expect(page.locator("[data-word]:visible, .live-pause:visible")).to_have_count(0)
