"""The service in processes of its own, started by `python server.py`."""

import asyncio
import os
import signal
import sys
from asyncio.trsock import TransportSocket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2

from devservices.ports import HOST, free_port
from devservices.processes import is_alive
from settings.limits import UNLIMITED
from tests.live_server import RunningService
from tests.timeouts import TIMEOUT, poll_until

ROOT = Path(__file__).parents[1]
CONNECTED = "01"
"""The state of an established connection in /proc/net/tcp."""


@dataclass
class ServerProcesses:
    """The process that was started, the workers that it started, and a client for them."""

    main: asyncio.subprocess.Process
    address: str
    service: RunningService
    _log: Path

    def send_signal(self, number: signal.Signals) -> None:
        self.main.send_signal(number)

    async def exit_code(self) -> int:
        """The exit code, once the main process has ended."""
        async with asyncio.timeout(TIMEOUT):
            return await self.main.wait()

    def log(self) -> str:
        return self._log.read_text()

    def workers(self) -> list[int]:
        """The process ids of the workers; empty if a single process serves."""
        return [pid for pid in _children(self.main.pid) if "spawn_main" in _command(pid)]

    def worker_of(self, local: TransportSocket) -> int:
        """The process id of the worker at the other end of a connection."""
        remote_port, local_port = local.getpeername()[1], local.getsockname()[1]
        inode = _inodes()[remote_port, local_port]
        return next(pid for pid in self.workers() if inode in _open_sockets(pid))


@asynccontextmanager
async def server_processes(
    folder: Path, database_url: str, broadcast_url: str, **options: str
) -> AsyncGenerator[ServerProcesses, None]:
    """Starts the processes, waits until they answer, and kills in the end what still runs."""
    port, log = free_port(), folder / "log"
    environ = {
        "WHEREABOUTS_DATABASE_URL": database_url,
        "WHEREABOUTS_BROADCAST_URL": broadcast_url,
        "WHEREABOUTS_PORT": str(port),
        "WHEREABOUTS_INTROSPECTION": "on",
    }
    address = f"{HOST}:{port}"
    with log.open("wb") as stderr:
        main = await asyncio.create_subprocess_exec(
            *(sys.executable, "server.py"),
            cwd=ROOT,
            env=os.environ | UNLIMITED | environ | options,
            stderr=stderr,
            start_new_session=True,
        )
    try:
        async with httpx2.AsyncClient(base_url=f"http://{address}", timeout=TIMEOUT) as http:
            await _until_alive(http)
            yield ServerProcesses(main, address, RunningService(address, http), log)
    finally:
        if main.returncode is None:
            os.killpg(main.pid, signal.SIGKILL)
            await main.wait()


async def until_dead(pid: int) -> None:
    await poll_until(lambda: not is_alive(pid))


async def _until_alive(http: httpx2.AsyncClient) -> None:
    async with asyncio.timeout(TIMEOUT):
        while True:
            try:
                (await http.get("/livez")).raise_for_status()
                return
            except httpx2.TransportError:
                await asyncio.sleep(0.05)


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _command(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text()


def _inodes() -> dict[tuple[int, int], str]:
    """The sockets of this machine's connections, by local and remote port."""
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return {
        (_port(columns[1]), _port(columns[2])): columns[9]
        for columns in lines
        if columns[3] == CONNECTED
    }


def _port(address: str) -> int:
    """The port of an address in the form of /proc/net/tcp: hexadecimal, after a colon."""
    return int(address.split(":")[1], 16)


def _open_sockets(pid: int) -> set[str]:
    inodes = set()
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        try:
            inodes.add(os.readlink(descriptor).removeprefix("socket:[").removesuffix("]"))
        except FileNotFoundError:
            continue
    return inodes
