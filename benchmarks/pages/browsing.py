"""Views by a browser: the first one on a slow connection, and how soon a change is visible."""

import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from statistics import median

from playwright.async_api import Browser, Page, async_playwright

from benchmarks.pages.shop import Parcel, Shop
from devservices.chromium import find_chromium

PHONE = {"width": 390, "height": 844}
SLOW_3G = {
    "offline": False,
    "latency": 400,
    "downloadThroughput": 50_000,
    "uploadThroughput": 50_000,
}
"""A round trip of 400 ms, and 50,000 bytes a second: what Lighthouse takes for slow 3G."""
CPU_SLOWDOWN = 4
"""A cheap phone beside this machine."""
LIVE = "[data-word=live]"
OBSERVE = """window.measured = { lcp: 0, cls: 0 };
const observe = (type, see) => new PerformanceObserver((list) => list.getEntries().forEach(see))
  .observe({ type, buffered: true });
observe("largest-contentful-paint", ({ startTime }) => (measured.lcp = startTime));
observe("layout-shift", (shift) => shift.hadRecentInput || (measured.cls += shift.value));"""
READ = """(() => {
  const [page] = performance.getEntriesByType("navigation");
  const answers = [page, ...performance.getEntriesByType("resource")];
  const bytes = answers.reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0);
  return { ...measured, bytes, requests: answers.length };
})()"""
"""The script returns what was observed and what was fetched, without a stream that is open."""


@dataclass(frozen=True, slots=True)
class FirstView:
    """A page that was opened with an empty cache."""

    lcp_ms: float
    cls: float
    body_bytes: int
    """Bytes of the bodies as they were sent, most of them compressed."""
    requests: int


@asynccontextmanager
async def open_browser() -> AsyncGenerator[Browser, None]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=find_chromium(), args=["--disable-gpu", "--disable-dev-shm-usage"]
        )
        try:
            yield browser
        finally:
            await browser.close()


async def measure_first_view(browser: Browser, shop: Shop) -> FirstView:
    """Open a page on slow 3G and with a slow processor, until it is live."""
    async with _new_page(browser) as page:
        session = await page.context.new_cdp_session(page)
        await session.send("Network.enable")
        await session.send("Network.emulateNetworkConditions", SLOW_3G)
        await session.send("Emulation.setCPUThrottlingRate", {"rate": CPU_SLOWDOWN})
        await page.goto(shop.page(shop.parcels[0]))
        await page.locator(LIVE).wait_for()
        seen = await page.evaluate(READ)
    return FirstView(seen["lcp"], seen["cls"], seen["bytes"], seen["requests"])


async def measure_visibility(browser: Browser, shop: Shop, changes: int) -> float:
    """Return the median milliseconds from the sending of a change to its text on a live page."""
    parcel, times = shop.parcels[0], list[float]()
    async with _new_page(browser) as page:
        await page.goto(shop.page(parcel))
        await page.locator(LIVE).wait_for()
        for number in range(changes):
            times.append(await _visible_ms(page, shop, parcel, f"Town {number}"))
    return median(times)


async def _visible_ms(page: Page, shop: Shop, parcel: Parcel, city: str) -> float:
    began = time.perf_counter()
    await shop.scan(parcel, city)
    await page.get_by_text(city).first.wait_for()
    return 1000 * (time.perf_counter() - began)


@asynccontextmanager
async def _new_page(browser: Browser) -> AsyncGenerator[Page, None]:
    """A page of a visitor with an empty cache, who reads English."""
    context = await browser.new_context(viewport=PHONE, locale="en")  # type: ignore[arg-type]
    try:
        await context.add_init_script(OBSERVE)
        yield await context.new_page()
    finally:
        await context.close()
