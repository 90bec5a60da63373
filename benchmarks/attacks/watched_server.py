"""The attacked server: the service, with a watch on its event loop that can be read over HTTP."""

import os
import urllib.request

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from benchmarks.attacks.loop_watch import LoopWatch
from benchmarks.fanout.servers import InstrumentedServer
from config import Settings
from devservices.ports import HOST
from server import create_served_app, serving_config

HOLD_PATH = "/longest-hold"
READ_SECONDS = 60.0
"""How long the server may be held before it says how long it was."""


class WatchedServer(InstrumentedServer):
    """A server process that tells how long its event loop was held."""

    name = "attacked"
    arguments = ("-m", "benchmarks.attacks.watched_server")

    def read_longest_hold(self) -> float:
        """Return the longest hold since the last call, in milliseconds of processor time."""
        address = f"http://{HOST}:{self.port}{HOLD_PATH}"
        with urllib.request.urlopen(address, timeout=READ_SECONDS) as response:
            return float(response.read())


def watch_loop(app: ASGIApp) -> ASGIApp:
    """Watch the loop for the application's whole life, and answer at HOLD_PATH."""
    watch = LoopWatch()

    async def call(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            async with watch:
                await app(scope, receive, send)
        elif scope["type"] == "http" and scope["path"] == HOLD_PATH:
            body, watch.longest_ms = f"{watch.longest_ms}".encode(), 0.0
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": body})
        else:
            await app(scope, receive, send)

    return call


if __name__ == "__main__":
    settings = Settings.from_env(os.environ)
    uvicorn.Server(serving_config(settings, watch_loop(create_served_app()))).run()
