"""The service as processes of its own, as `python server.py` starts them."""

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
from tests.serving import PATIENCE, Service, until

ROOT = Path(__file__).parents[1]
CONNECTED = "01"
"""How /proc/net/tcp says so."""


@dataclass
class Processes:
    first: asyncio.subprocess.Process
    address: str
    service: Service
    _log: Path

    def signal(self, number: signal.Signals) -> None:
        self.first.send_signal(number)

    async def ended(self) -> int:
        """With which code."""
        async with asyncio.timeout(PATIENCE):
            return await self.first.wait()

    def log(self) -> str:
        return self._log.read_text()

    def workers(self) -> list[int]:
        """Those that serve, if there are several."""
        return [pid for pid in _children(self.first.pid) if "spawn_main" in _command(pid)]

    def serving(self, local: TransportSocket) -> int:
        """The worker at the other end of a connection."""
        theirs, ours = local.getpeername()[1], local.getsockname()[1]
        inode = _inodes()[theirs, ours]
        return next(pid for pid in self.workers() if inode in _open_sockets(pid))


@asynccontextmanager
async def processes(
    folder: Path, database_url: str, broadcast_url: str, **options: str
) -> AsyncGenerator[Processes, None]:
    """Alive; whatever is left of them in the end is killed."""
    port, log = free_port(), folder / "log"
    environ = {
        "WHEREABOUTS_DATABASE_URL": database_url,
        "WHEREABOUTS_BROADCAST_URL": broadcast_url,
        "WHEREABOUTS_PORT": str(port),
    }
    address = f"{HOST}:{port}"
    with log.open("wb") as stderr:
        first = await asyncio.create_subprocess_exec(
            *(sys.executable, "server.py"),
            cwd=ROOT,
            env=os.environ | environ | options,
            stderr=stderr,
            start_new_session=True,
        )
    try:
        async with httpx2.AsyncClient(base_url=f"http://{address}", timeout=PATIENCE) as http:
            await _until_alive(http)
            yield Processes(first, address, Service(address, http), log)
    finally:
        if first.returncode is None:
            os.killpg(first.pid, signal.SIGKILL)
            await first.wait()


async def until_dead(pid: int) -> None:
    await until(lambda: not is_alive(pid))


async def _until_alive(http: httpx2.AsyncClient) -> None:
    async with asyncio.timeout(PATIENCE):
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
    """Of this machine's connections, by their local and their remote port."""
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return {
        (int(one[1].split(":")[1], 16), int(one[2].split(":")[1], 16)): one[9]
        for one in lines
        if one[3] == CONNECTED
    }


def _open_sockets(pid: int) -> set[str]:
    found = set()
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        try:
            found.add(os.readlink(descriptor).removeprefix("socket:[").removesuffix("]"))
        except FileNotFoundError:
            continue
    return found
