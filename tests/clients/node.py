"""Programs in Node: npm's packages installed once, and what a program says read line by line."""

import asyncio
import fcntl
import json
import shutil
import subprocess
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

from tests.services import ServiceFailed, ServiceMissing
from tests.timeouts import TIMEOUT

FOLDER = Path(__file__).parent
LOCK = FOLDER / "package-lock.json"
STAMP = FOLDER / "node_modules" / "installed"
"""Holds the hash of the lock that it was installed from."""
INSTALL_SECONDS = 50.0
"""For a few small packages from a slow registry; less than a test may take."""


def install_packages() -> None:
    """As the lock says; what is there already is left alone, and nobody installs beside another."""
    wanted = sha256(LOCK.read_bytes()).hexdigest()
    with LOCK.open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if STAMP.exists() and STAMP.read_text() == wanted:
            return
        command = [_program("npm"), "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
        done = subprocess.run(
            command, check=False, cwd=FOLDER, capture_output=True, timeout=INSTALL_SECONDS
        )
        if done.returncode != 0:
            raise ServiceFailed(f"npm ci failed\n{done.stderr.decode(errors='replace')}")
        STAMP.write_text(wanted)


class Program:
    """A program that runs, and says something line by line."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def lines(self, count: int) -> list[str]:
        """The next so many lines of what it says."""
        assert self._process.stdout is not None
        async with asyncio.timeout(TIMEOUT):
            lines = [await self._process.stdout.readline() for _ in range(count)]
        return [line.decode().removesuffix("\n") for line in lines]


@asynccontextmanager
async def running(source: str) -> AsyncGenerator[Program, None]:
    """A module, as its text; it is stopped when the block is left."""
    arguments = ["--import", "./websocket.mjs", "--input-type=module"]
    process = await _start(*arguments)
    try:
        assert process.stdin is not None
        process.stdin.write(source.encode())
        process.stdin.close()
        yield Program(process)
    finally:
        if process.returncode is None:
            process.terminate()
        await process.communicate()


async def conversation(url: str, **given: Any) -> list[dict[str, Any]]:
    """All that graphql-ws's client was sent, to its end."""
    return await _said("--import", "./websocket.mjs", "conversation.mjs", url=url, **given)


async def audits(url: str) -> list[dict[str, Any]]:
    """What graphql-http finds."""
    return await _said("audits.mjs", url=url)


async def _said(*arguments: str, **given: Any) -> list[dict[str, Any]]:
    """Line by line, by a program that is given these things."""
    process = await _start(*arguments, json.dumps(given))
    try:
        async with asyncio.timeout(TIMEOUT):
            said, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
    assert process.returncode == 0
    return [json.loads(line) for line in said.splitlines()]


async def _start(*arguments: str) -> asyncio.subprocess.Process:
    """What it complains of is pytest's to show."""
    pipe = asyncio.subprocess.PIPE
    return await asyncio.create_subprocess_exec(
        _program("node"), *arguments, cwd=FOLDER, stdin=pipe, stdout=pipe
    )


def _program(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        raise ServiceMissing(f"{name} was not found (Debian: apt-get install nodejs npm)")
    return path
