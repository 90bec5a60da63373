"""Scenarios: what an attacker does for some seconds, by name."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from benchmarks.attacks.attack import Attack
from benchmarks.attacks.requests import all_attacks
from benchmarks.ingest.http_client import Connection

INTERVAL_SECONDS = 0.5
"""Seconds from one request of an attacker to the next. Whoever sends without a pause takes the
processor's time like any other client; this is about what a single request does."""


@dataclass(frozen=True, slots=True)
class Target:
    """The attacked server, and a key with all scopes."""

    url: str
    key: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answers that the attacker got."""

    slowest_seconds: float
    largest_bytes: int


Scenario = Callable[[Target, float], Awaitable[Outcome]]
"""Attacks the target for that many seconds."""


def repeated(attack: Attack) -> Scenario:
    """Send the request again and again, and wait for each answer."""
    body = attack.body

    async def run(target: Target, seconds: float) -> Outcome:
        connection = await Connection.open(target.url, target.key if attack.has_key else None)
        slowest, largest = 0.0, 0
        until = time.perf_counter() + seconds
        while (began := time.perf_counter()) < until:
            answer = await connection.post(body)
            slowest = max(slowest, time.perf_counter() - began)
            largest = max(largest, len(answer))
            await asyncio.sleep(max(0.0, began + INTERVAL_SECONDS - time.perf_counter()))
        await connection.close()
        return Outcome(slowest, largest)

    return run


def all_scenarios() -> Mapping[str, Scenario]:
    """Return every scenario by its name."""
    return {name: repeated(attack) for name, attack in all_attacks().items()}
