"""`python -m benchmarks.attacks.answers`: what attacks send, and what comes back.

Each attack is made once on a server process with a SQLite file and the limits that it has by
default. A row has the bytes that were sent, the answer, the milliseconds until it came, and the
server's memory before and after. `python -m benchmarks.attacks` and
`python -m benchmarks.attacks.floods` measure what attacks do to other clients.
"""

import asyncio
import time
from collections.abc import Callable, Coroutine
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

from access.secrets import new_secret_key
from benchmarks.attacks.attack import Attack
from benchmarks.attacks.raw_request import post, send
from benchmarks.attacks.raw_requests import WITH_KEY, all_raw_requests
from benchmarks.attacks.requests import all_attacks
from benchmarks.attacks.scenarios import Target
from benchmarks.attacks.sessions import SESSIONS, address_of
from benchmarks.attacks.watched_server import WatchedServer
from benchmarks.ingest.servers import create_api_key
from settings.limits import UNLIMITED, LimitSettings

KIB_OF_A_MIB = 1024
WIDTH = 45
DEFAULT_LIMITS = {
    name: str(field.default)
    for name, field in zip(UNLIMITED, LimitSettings.model_fields.values(), strict=True)
}


@click.command()
@click.option("--only", default="", help="Make only attacks whose names contain this text.")
def main(only: str) -> None:
    """Print what attacks send, and what comes back."""
    with TemporaryDirectory() as folder:
        environ = DEFAULT_LIMITS | {
            "WHEREABOUTS_DATABASE_URL": f"sqlite://{Path(folder) / 'orders.sqlite3'}",
            "WHEREABOUTS_LOG_LEVEL": "error",
            "WHEREABOUTS_SECRET_KEYS": new_secret_key().get_secret_value(),
        }
        key = create_api_key(environ)
        with WatchedServer(environ) as server:
            asyncio.run(_make_all(server, Target(server.url, key), only))


async def _make_all(server: WatchedServer, target: Target, only: str) -> None:
    print(f"{'':{WIDTH}}    sent       ms    MiB   answer")
    for name, attack in _requests().items():
        if only in name:
            await _make(server, name, len(attack), partial(_send, target, attack))
    for name, session in SESSIONS.items():
        if only in name:
            await _make(server, name, None, partial(session, target))


def _requests() -> dict[str, bytes]:
    """Return the bytes of every attack that is one request."""
    raw = {name: attack.sent for name, attack in all_raw_requests().items()}
    return raw | {name: _bytes_of(attack) for name, attack in all_attacks().items()}


def _bytes_of(attack: Attack) -> bytes:
    return post(attack.body, WITH_KEY if attack.has_key else {})


async def _send(target: Target, sent: bytes) -> str:
    return str(await send(address_of(target), sent, target.key))


async def _make(
    server: WatchedServer,
    name: str,
    length: int | None,
    attack: Callable[[], Coroutine[Any, Any, str]],
) -> None:
    """Make an attack, and print its row."""
    before = server.memory_kib() / KIB_OF_A_MIB
    began = time.perf_counter()
    answer = await attack()
    milliseconds = 1000 * (time.perf_counter() - began)
    after = server.memory_kib() / KIB_OF_A_MIB
    sent = "" if length is None else f"{length:,}"
    print(
        f"{name:{WIDTH}} {sent:>9} {milliseconds:7.0f} {before:5.0f},{after:.0f} {answer}",
        flush=True,
    )


if __name__ == "__main__":
    main()
