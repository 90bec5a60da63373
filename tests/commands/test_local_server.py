"""What the demo's server answers is told in words."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from commands.local_server import LocalServer, NoAnswer
from devservices.ports import HOST


class Refusal(BaseHTTPRequestHandler):
    """Another program's server on the port: it does not know the demo's key."""

    def do_POST(self) -> None:
        self.send_response(401)
        self.end_headers()
        self.wfile.write(b'{"errors": [{"message": "The API key is unknown."}]}')

    def log_message(self, format: str, *args: object) -> None:
        """Keep the test's output silent."""


def test_a_refusal_is_told_by_its_message() -> None:
    with HTTPServer((HOST, 0), Refusal) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        with pytest.raises(NoAnswer, match=r"^The API key is unknown\.$"):
            LocalServer(HOST, server.server_port).execute("{ position }", "wa_live_0")
        thread.join()
