"""Live pages as tests see them: what they say of themselves, hear from the server, and read out."""

from playwright.async_api import Page, expect

from tests.pages.small_site import SmallSite
from tests.pages.visitors import Visitors

GONE = "net::ERR_"
"""How Chromium's console describes requests to a server that is not there."""
WATCH = """document.marker = 1;
document.heard = [];
const status = document.getElementById("status");
new MutationObserver(() => status.textContent && document.heard.push(status.textContent))
  .observe(status, { childList: true, characterData: true, subtree: true });"""
"""Marks the document, and keeps what its status line says."""
COUNT_EVENTS = """window.EventSource = class extends EventSource {
  constructor(address) {
    super(address);
    for (const name of ["next", "error"]) this.addEventListener(name, () => {
      const counts = document.documentElement.dataset;
      counts[name] = Number(counts[name] ?? 0) + 1;
    });
  }
}"""
"""Shows in the page how much its streams have told it."""
JUMP_SECONDS = 5
"""Longer than a busy machine takes to stop a clock, and shorter than what pages wait for."""
READING_MS = 5_000
"""Within this time a page has read out what there is."""


async def open_live_page(site: SmallSite, visitors: Visitors) -> Page:
    """Open the page and wait until it is live. Its clock runs by itself until a test stops it."""
    page = await visitors.visit(site.url, scripts=[COUNT_EVENTS], has_clock=True)
    await expect_state(page, "live")
    await page.evaluate(WATCH)
    return page


async def stop_clock(page: Page) -> None:
    """From now on, time goes on in the page only when a test says so.

    It jumps first, because a clock cannot stop at a moment that is over.
    """
    await page.clock.pause_at(await page.evaluate("Date.now() / 1000") + JUMP_SECONDS)


async def expect_state(page: Page, state: str) -> None:
    """Wait until the page says of itself that it is in the state, and nothing else."""
    await expect(page.locator(f"[data-word={state}]")).to_be_visible()
    await expect(page.locator("[data-word]:visible")).to_have_count(1)


async def expect_events(page: Page, name: str, count: int) -> None:
    """Wait until the page has heard so often that something has changed, or of an error."""
    await expect(page.locator(f"html[data-{name}='{count}']")).to_have_count(1)


async def expect_same_document(page: Page) -> None:
    assert await page.evaluate("document.marker") == 1


async def expect_heard(page: Page, *texts: str) -> None:
    """Let the page read out what there is, and compare all that it has read out."""
    await page.clock.run_for(READING_MS)
    heard = await page.evaluate("document.heard")
    assert heard == [*texts], heard
