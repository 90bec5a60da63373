"""`python -m benchmarks.attacks`: what attacks do to the server, and to those who write meanwhile.

Each attack is made on a server process with PostgreSQL, while four clients create orders. The
figures of a row: for how long the event loop was held at most, the slowest and the largest answer
of the attacker, the server's memory before and after, and the writes per second beside those
without an attack. The last line of the output is one JSON object.
"""

import asyncio
from dataclasses import dataclass

import click
import orjson

from benchmarks.attacks.scenarios import Outcome, Scenario, Target, all_scenarios
from benchmarks.attacks.watched_server import WatchedServer
from benchmarks.attacks.writers import Writers, running_writers
from benchmarks.ingest.servers import create_api_key, pin_load_generator
from devservices.postgres import PostgresServer
from devservices.redis import RedisServer

KIB_OF_A_MIB = 1024
QUICK_SECONDS, FULL_SECONDS = 1.0, 5.0
"""The duration of each attack, and of each measurement without one."""
WARM_UP_SECONDS = 2.0
CALM_EVERY = 5
"""After so many attacks, the writes without an attack are measured again: they change with time."""


@dataclass(frozen=True, slots=True)
class Figures:
    """The measurements of one attack."""

    held_ms: float
    outcome: Outcome
    before_mib: float
    after_mib: float
    writes: float
    """Writes per second during the attack."""


@click.command()
@click.option("--quick", is_flag=True, help="Finish within two minutes.")
@click.option("--only", default="", help="Make only attacks whose names contain this text.")
def main(quick: bool, only: str) -> None:
    """Measure what attacks do."""
    print(pin_load_generator())
    print("Held: longest hold of the event loop, in ms of processor time. MiB: before and after.")
    scenarios = {name: one for name, one in all_scenarios().items() if only in name}
    with PostgresServer() as postgres, RedisServer() as redis:
        environ = {
            "WHEREABOUTS_DATABASE_URL": postgres.create_database("orders"),
            "WHEREABOUTS_BROADCAST_URL": redis.url,
            "WHEREABOUTS_LOG_LEVEL": "error",
            "WHEREABOUTS_INTROSPECTION": "on",
        }
        key = create_api_key(environ)
        with WatchedServer(environ) as server:
            seconds = QUICK_SECONDS if quick else FULL_SECONDS
            figures = asyncio.run(measure_all(server, Target(server.url, key), scenarios, seconds))
    print(orjson.dumps(figures).decode())


async def measure_all(
    server: WatchedServer, target: Target, scenarios: dict[str, Scenario], seconds: float
) -> dict[str, float]:
    """Make every attack, print its row, and return the summary."""
    width = max(map(len, scenarios))
    print(f"{'':{width}}  held ms   s     KB  MiB         writes/s", flush=True)
    found: list[Figures] = []
    calm: list[float] = []
    async with running_writers(target.url, target.key) as writers:
        await asyncio.sleep(WARM_UP_SECONDS)
        for number, (name, scenario) in enumerate(scenarios.items()):
            if number % CALM_EVERY == 0:
                calm.append(await measure_calm(writers, seconds))
            figures = await measure(server, target, scenario, writers, seconds)
            found.append(figures)
            print(f"{name:{width}}  {row(figures)}  of {calm[-1]:.0f}", flush=True)
        calm.append(await measure_calm(writers, seconds))
    return {
        "worst_hold_ms": round(max(each.held_ms for each in found), 1),
        "writers_ratio": round(mean([each.writes for each in found]) / mean(calm), 3),
        "worst_mib": round(max(each.after_mib - each.before_mib for each in found), 1),
    }


async def measure_calm(writers: Writers, seconds: float) -> float:
    """Return the writes per second while nobody attacks."""
    writers.rate()
    await asyncio.sleep(seconds)
    return writers.rate()


async def measure(
    server: WatchedServer, target: Target, scenario: Scenario, writers: Writers, seconds: float
) -> Figures:
    await asyncio.to_thread(server.read_longest_hold)
    before = server.memory_kib() / KIB_OF_A_MIB
    writers.rate()
    outcome = await scenario(target, seconds)
    writes = writers.rate()
    held_ms = await asyncio.to_thread(server.read_longest_hold)
    return Figures(held_ms, outcome, before, server.memory_kib() / KIB_OF_A_MIB, writes)


def row(figures: Figures) -> str:
    outcome = figures.outcome
    return (
        f"{figures.held_ms:7.0f} {outcome.slowest_seconds:5.2f} {outcome.largest_bytes / 1024:6.0f}"
        f"  {figures.before_mib:.0f}, {figures.after_mib:.0f}  {figures.writes:6.0f}"
    )


def mean(values: list[float]) -> float:
    return sum(values) / len(values)


if __name__ == "__main__":
    main()
