"""Debian's Chromium without a window, driven by its chromedriver as the WebDriver standard says."""

import shutil
import subprocess
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

import httpx2

from tests.clients.whereabouts import answers
from tests.services import HOST, Server, ServiceMissing, make_temporary_folder
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
const [name, count, done] = arguments;
const observer = new MutationObserver(look);
observer.observe(document, {childList: true, subtree: true});
look();
function look() {
  const found = [...document.querySelectorAll(name)];
  if (found.length < count) return;
  observer.disconnect();
  done(found.map((one) => one.textContent));
}
"""


class Chromedriver(Server):
    """Told to end, it ends its browser too: so this is what it is told when the tests are gone."""

    name = "chromedriver"
    orphan_signal = Server.stop_signal

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def _make_folder(self) -> Path:
        for program in ("chromium", self.name):
            if shutil.which(program) is None:
                raise ServiceMissing(
                    f"{program} was not found (Debian: apt-get install chromium chromium-driver)"
                )
        return make_temporary_folder()

    def _spawn(self, folder: Path, log: IO[bytes]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [self.name, f"--port={self.port}"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def _is_ready(self) -> bool:
        return answers(f"{self.url}/status")


class Browser:
    """One tab. All methods block; call them from async code with `asyncio.to_thread`."""

    def __init__(self, driver: Chromedriver) -> None:
        self._driver = driver
        self._http = httpx2.Client(base_url=driver.url, timeout=2 * TIMEOUT, trust_env=False)

    def __enter__(self) -> Self:
        options = {"args": [*FLAGS, f"--user-data-dir={self._driver.folder}/profile"]}
        wanted = {"browserName": "chrome", "goog:chromeOptions": options}
        started = self._ask("POST", "/session", capabilities={"alwaysMatch": wanted})
        self._session = f"/session/{started['sessionId']}"
        self._ask("POST", f"{self._session}/timeouts", script=int(TIMEOUT * 1000))
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._ask("DELETE", self._session)
        self._http.close()

    def open(self, url: str) -> None:
        """Leaves the page that was there, and what it followed."""
        self._ask("POST", f"{self._session}/url", url=url)

    def write(self, page: str) -> None:
        """Over the page that is open, at its address."""
        script = "document.write(arguments[0]); document.close()"
        self._ask("POST", f"{self._session}/execute/sync", script=script, args=[page])

    def elements(self, name: str, count: int) -> list[str]:
        """The texts of the page's elements of that name, once there are so many."""
        found: list[str] = self._ask(
            "POST",
            f"{self._session}/execute/async",
            script=WAIT_FOR_ELEMENTS,
            args=[name, count],
        )
        return found

    def _ask(self, method: str, path: str, **given: Any) -> Any:
        response = self._http.request(method, path, json=given or None)
        value = response.json()["value"]
        assert response.is_success, value
        return value
