"""Fixtures of the tests of pages in a browser.

These tests share one event loop, because Playwright's objects belong to the loop that made them.
"""

import os
from collections.abc import AsyncGenerator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright, expect

from database.connections import open_database
from devservices.chromium import LEFT_OUT, find_chromium
from tests.live_server import RunningService, running_service
from tests.needed_programs import need
from tests.pages.small_site import SmallSite
from tests.pages.visitors import FLAGS, Visitors
from tests.portal.links import build_link_settings
from tests.timeouts import TIMEOUT

SCREENSHOTS = "SCREENSHOTS"
"""The variable of the environment that names the folder for pictures, which else nobody takes."""
TakeScreenshot = Callable[[Page, str], Awaitable[None]]


def pytest_itemcollected(item: pytest.Item) -> None:
    if item.get_closest_marker("asyncio"):
        # Before the marker that the mode "auto" has given to it.
        item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncGenerator[Browser, None]:
    """One browser for all tests of a worker; without one its tests are left out, but never in
    continuous integration."""
    need(find_chromium, LEFT_OUT)
    expect.set_options(timeout=TIMEOUT * 1000)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=find_chromium(), args=FLAGS, handle_sigint=False
        )
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def visitors(browser: Browser) -> AsyncGenerator[Visitors, None]:
    async with Visitors(browser) as visitors:
        yield visitors


@pytest_asyncio.fixture(loop_scope="session")
async def db(database_url: str) -> AsyncGenerator[str, None]:
    """An empty, migrated database that is open in the loop of these tests."""
    async with open_database(database_url, connections=20, is_global=True):
        yield database_url


@pytest_asyncio.fixture(loop_scope="session")
async def service(database_url: str, broadcast_url: str) -> AsyncGenerator[RunningService, None]:
    """The service in the process of the test, which therefore can use its models."""
    async with running_service(build_link_settings(database_url, broadcast_url)) as service:
        yield service


@pytest_asyncio.fixture(loop_scope="session")
async def site() -> AsyncGenerator[SmallSite, None]:
    async with SmallSite() as site:
        yield site


@pytest.fixture
def screenshot() -> TakeScreenshot:
    """Takes a picture of a whole page, for a person to look at, if there is a folder for it."""
    folder = os.environ.get(SCREENSHOTS)

    async def take(page: Page, name: str) -> None:
        if folder:
            await page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)

    return take
