"""A server of uvicorn in the process of a test."""

import asyncio
import socket
from contextlib import contextmanager

import uvicorn


class EmbeddedServer(uvicorn.Server):
    """It leaves the signals to pytest, and ends without the pauses that uvicorn always makes."""

    _ticks: asyncio.Task[None] | None = None

    @contextmanager
    def capture_signals(self):
        yield

    async def main_loop(self) -> None:
        self._ticks = asyncio.create_task(super().main_loop())
        await asyncio.wait([self._ticks])

    def end(self) -> None:
        """Begin to end now, not at the next of uvicorn's ticks, of which a second has ten."""
        self.should_exit = True
        if self._ticks is not None:
            self._ticks.cancel()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Shut down as uvicorn does, but without its tenth of a second in which connections may end
        if none is open."""
        if self.server_state.connections or self.server_state.tasks:
            await super().shutdown(sockets)
        else:
            for server in self.servers:
                server.close()
            await self.lifespan.shutdown()
