"""Visitors: Chromium's windows, watched, so that whatever a page does wrong fails its test."""

from collections.abc import Iterable
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Request, WebError

from tests.timeouts import TIMEOUT

FLAGS = (
    *("--disable-gpu", "--disable-quic", "--disable-dev-shm-usage"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
PHONE = {"width": 390, "height": 844}
"""The size of the window, unless a test asks for another one: that of most phones."""
REPORT_VIOLATIONS = """document.addEventListener("securitypolicyviolation", (event) =>
  console.error("securitypolicyviolation", event.effectiveDirective, event.blockedURI));"""
BAD_MESSAGES = ("error", "warning", "assert")
WITHIN_THE_PAGE = ("about", "blob", "data")
"""Schemes of addresses that no server is asked for."""


class Visitors:
    """The visitors of a test, each with cookies and a memory of its own.

    When the block ends, it fails if a page has written an error or a warning to the console, thrown
    an error, broken its security policy, or asked another origin for anything.
    """

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._contexts: list[BrowserContext] = []
        self._origins: set[str] = set()
        self._permitted: set[str] = set()
        self.problems: list[str] = []

    def permit(self, *texts: str) -> None:
        """Take no problem for one whose description has one of the texts, also an earlier one."""
        self._permitted.update(texts)

    async def visit(
        self,
        url: str,
        *origins: str,
        scripts: Iterable[str] = (),
        has_clock: bool = False,
        **options: Any,
    ) -> Page:
        """Open a page as a new visitor. `options` are those of Playwright's `new_context`.

        The page may ask its own origin, and the others that are named. The `scripts` run before
        its own. With a clock of its own, a test can turn the page's time forward.
        """
        self._origins |= {_origin(url), *origins}
        context = await self._browser.new_context(**{"viewport": PHONE, **options})
        self._contexts.append(context)
        context.set_default_timeout(TIMEOUT * 1000)
        context.on("console", self._on_console)
        context.on("weberror", self._on_error)
        context.on("request", self._on_request)
        for script in (REPORT_VIOLATIONS, *scripts):
            await context.add_init_script(script)
        if has_clock:
            await context.clock.install()
        page = await context.new_page()
        await page.goto(url)
        return page

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for context in self._contexts:
            await context.close()
        unpermitted = self._unpermitted()
        assert error or not unpermitted, unpermitted

    def _unpermitted(self) -> list[str]:
        return [one for one in self.problems if not any(text in one for text in self._permitted)]

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in BAD_MESSAGES:
            self.problems.append(f"{message.type}: {message.text} ({message.location['url']})")

    def _on_error(self, error: WebError) -> None:
        self.problems.append(f"thrown: {error.error}")

    def _on_request(self, request: Request) -> None:
        is_sent = urlsplit(request.url).scheme not in WITHIN_THE_PAGE
        if is_sent and _origin(request.url) not in self._origins:
            self.problems.append(f"a foreign request: {request.url}")


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
