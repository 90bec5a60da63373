"""Programs in Node: installs npm's packages once, and reads what a program prints line by line."""

import asyncio
import fcntl
import json
import subprocess
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

from devservices.node import find_node, find_npm
from devservices.server import ServiceFailed
from tests.timeouts import TIMEOUT

FOLDER = Path(__file__).parent
LOCK_FILE = "package-lock.json"
STAMP_FILE = "node_modules/installed"
"""Holds the hash of the lock file from which the packages were installed."""
INSTALL_SECONDS = 50.0
"""The time for a few small packages from a slow registry; less than the timeout of a test."""


def install_packages(folder: Path = FOLDER) -> None:
    """Install the packages of the folder's lock file, unless they are installed already.

    Concurrent calls, also from other processes, wait for each other.
    """
    lock_file, stamp_file = folder / LOCK_FILE, folder / STAMP_FILE
    lock_hash = sha256(lock_file.read_bytes()).hexdigest()
    with lock_file.open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if stamp_file.exists() and stamp_file.read_text() == lock_hash:
            return
        command = [*find_npm(), "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
        completed = subprocess.run(
            command, check=False, cwd=folder, capture_output=True, timeout=INSTALL_SECONDS
        )
        if completed.returncode != 0:
            raise ServiceFailed(f"npm ci failed\n{completed.stderr.decode(errors='replace')}")
        stamp_file.write_text(lock_hash)


class RunningProgram:
    """A running program that prints lines."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def read_lines(self, count: int) -> list[str]:
        """Wait for the next `count` lines of its output and return them."""
        assert self._process.stdout is not None
        async with asyncio.timeout(TIMEOUT):
            lines = [await self._process.stdout.readline() for _ in range(count)]
        return [line.decode().removesuffix("\n") for line in lines]


@asynccontextmanager
async def run_file(path: Path) -> AsyncGenerator[RunningProgram, None]:
    """Run a file in Node, or in Python; the program is stopped when the block is left."""
    if path.suffix == ".py":
        process = await _start(sys.executable, str(path))
    else:
        process = await _start_node("--import", "./websocket_polyfill.mjs", str(path))
    async with _stopping(process):
        yield RunningProgram(process)


@asynccontextmanager
async def _stopping(process: asyncio.subprocess.Process) -> AsyncGenerator[None, None]:
    try:
        yield
    finally:
        if process.returncode is None:
            process.terminate()
        await process.communicate()


async def run_graphql_ws_session(url: str, **options: Any) -> list[dict[str, Any]]:
    """Run operations with graphql-ws's client; return its messages and, last, the close.

    `graphql_ws_session.mjs` defines the options.
    """
    arguments = ("--import", "./websocket_polyfill.mjs", "graphql_ws_session.mjs")
    return await _read_json_lines(*arguments, url=url, **options)


async def run_audits(url: str) -> list[dict[str, Any]]:
    """Run graphql-http's audits against a server; return the outcome of each."""
    return await _read_json_lines("audits.mjs", url=url)


@asynccontextmanager
async def run_apollo_subscription(url: str, **options: Any) -> AsyncGenerator[RunningProgram, None]:
    """Follow a subscription with Apollo Client; `apollo_subscription.mjs` defines the options."""
    process = await _start_node("apollo_subscription.mjs", json.dumps({"url": url, **options}))
    async with _stopping(process):
        yield RunningProgram(process)


async def _read_json_lines(*arguments: str, **options: Any) -> list[dict[str, Any]]:
    """Run a program with its options as JSON and decode the lines that it prints."""
    process = await _start_node(*arguments, json.dumps(options))
    try:
        async with asyncio.timeout(TIMEOUT):
            output, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
    assert process.returncode == 0
    return [json.loads(line) for line in output.splitlines()]


async def _start_node(*arguments: str) -> asyncio.subprocess.Process:
    return await _start(find_node(), *arguments)


async def _start(*command: str) -> asyncio.subprocess.Process:
    """Start a program; its error output goes to that of pytest."""
    pipe = asyncio.subprocess.PIPE
    return await asyncio.create_subprocess_exec(*command, cwd=FOLDER, stdin=pipe, stdout=pipe)
