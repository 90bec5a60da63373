"""A web server on another origin, which serves one page that opens an EventSource."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlencode

from devservices.ports import HOST

PAGE = (Path(__file__).parent / "event_source.html").read_text()


class PageHandler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        """Serve the page at every path; the page itself reads the query of its address."""
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(PAGE.encode())

    def log_message(self, *_: object) -> None:
        """Log nothing: no test reads it."""


class PageServer:
    """Listens on a port of its own and serves in a thread."""

    def __init__(self) -> None:
        self._server = ThreadingHTTPServer((HOST, 0), PageHandler)
        self._thread = threading.Thread(target=self._server.serve_forever)
        self.url = f"http://{HOST}:{self._server.server_port}"

    def page_url(self, stream_url: str) -> str:
        """Return the address of a page that opens the event stream."""
        return f"{self.url}/?{urlencode({'url': stream_url})}"

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
