"""Debian's headless Chromium, driven through its chromedriver and the WebDriver protocol."""

import subprocess
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

import httpx2

from devservices.chromium import find_chromedriver
from devservices.ports import HOST
from devservices.server import Server, make_temporary_folder
from tests.clients.server_process import is_healthy
from tests.timeouts import TIMEOUT

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
WAIT_FOR_ELEMENTS = """
const [selector, count, done] = arguments;
const observer = new MutationObserver(check);
observer.observe(document, {childList: true, subtree: true});
check();
function check() {
  const elements = [...document.querySelectorAll(selector)];
  if (elements.length < count) return;
  observer.disconnect();
  done(elements.map((element) => element.textContent));
}
"""


class Chromedriver(Server):
    """The driver's process. Its orderly stop also ends the browser, so orphans get that signal."""

    name = "chromedriver"
    orphan_signal = Server.stop_signal

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def _make_folder(self) -> Path:
        find_chromedriver()
        return make_temporary_folder()

    def _spawn(self, folder: Path, log: IO[bytes]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [find_chromedriver(), f"--port={self.port}"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def _is_ready(self) -> bool:
        return is_healthy(f"{self.url}/status")


class Browser:
    """A browser with one tab. All methods block: async code calls them with `asyncio.to_thread`."""

    def __init__(self, driver: Chromedriver) -> None:
        self._driver = driver
        self._http = httpx2.Client(base_url=driver.url, timeout=2 * TIMEOUT, trust_env=False)

    def __enter__(self) -> Self:
        options = {"args": [*FLAGS, f"--user-data-dir={self._driver.folder}/profile"]}
        capabilities = {
            "browserName": "chrome",
            "goog:chromeOptions": options,
            # A proxy of a test has a certificate that no authority of the system vouches for.
            "acceptInsecureCerts": True,
        }
        session = self._request("POST", "/session", capabilities={"alwaysMatch": capabilities})
        self._session = f"/session/{session['sessionId']}"
        self._request("POST", f"{self._session}/timeouts", script=int(TIMEOUT * 1000))
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._request("DELETE", self._session)
        self._http.close()

    def open(self, url: str) -> None:
        """Open a page; the page that was open before is left, and its event streams end."""
        self._request("POST", f"{self._session}/url", url=url)

    def open_instead(self, url: str, page: str) -> None:
        """Open HTML with the address and the origin of another page, but not with its policy: that
        of an answer lets it load and run nothing."""
        policy = {"cmd": "Page.setBypassCSP", "params": {"enabled": True}}
        self._request("POST", f"{self._session}/goog/cdp/execute", **policy)
        self.open(url)
        script = "document.write(arguments[0]); document.close()"
        self._request("POST", f"{self._session}/execute/sync", script=script, args=[page])

    def click(self, selector: str) -> None:
        """Click the first element that matches the selector."""
        script = "document.querySelector(arguments[0]).click()"
        self._request("POST", f"{self._session}/execute/sync", script=script, args=[selector])

    def address(self) -> str:
        """Return what the address bar shows."""
        url: str = self._request("GET", f"{self._session}/url")
        return url

    def wait_for_elements(self, selector: str, count: int) -> list[str]:
        """Wait until at least `count` elements match the selector; return their texts."""
        texts: list[str] = self._request(
            "POST",
            f"{self._session}/execute/async",
            script=WAIT_FOR_ELEMENTS,
            args=[selector, count],
        )
        return texts

    def _request(self, method: str, path: str, **body: Any) -> Any:
        response = self._http.request(method, path, json=body or None)
        value = response.json()["value"]
        assert response.is_success, value
        return value
