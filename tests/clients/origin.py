"""A site of somebody else's, with one page that follows an order by EventSource."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlencode

from devservices.ports import HOST

PAGE = (Path(__file__).parent / "follow.html").read_text()


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        """Whatever is asked for is the page; what it shall follow stands in the query."""
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(PAGE.encode())

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


class Origin:
    """On a port of its own, in a thread."""

    def __init__(self) -> None:
        self._server = ThreadingHTTPServer((HOST, 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever)
        self.url = f"http://{HOST}:{self._server.server_port}"

    def page(self, followed: str) -> str:
        """The address of a page that follows that."""
        return f"{self.url}/?{urlencode({'url': followed})}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
