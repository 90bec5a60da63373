"""`python -m benchmarks.ingest`: tracking events per second, and how soon a subscriber has them.

A real server process is asked over HTTP, on SQLite and on PostgreSQL with Redis; beside them, in
the same run, the hand-written program of `benchmarks.ingest.floor` on a copy of the same
PostgreSQL database. The last line is one JSON object.
"""

import asyncio
import tempfile
from dataclasses import dataclass, field

import click
import orjson

from benchmarks.ingest.load import CALLS_PER_SECOND, Target, delays, rate
from benchmarks.ingest.services import (
    HandWritten,
    MeasuredServer,
    Whereabouts,
    keep_to_other_core,
    make_key,
)
from benchmarks.ingest.shop import events, fill
from devservices.postgres import PostgresServer
from devservices.redis import RedisServer

SIZES = (1, 50, 500)
WRITERS = (1, 4, 16)
WARM_UP_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Scale:
    """How much is measured."""

    shipments: int
    seconds: float
    seconds_followed: float


FULL = Scale(shipments=3_000, seconds=5.0, seconds_followed=20.0)
QUICK = Scale(shipments=500, seconds=0.5, seconds_followed=3.0)


@dataclass
class Figures:
    """What was measured of one server."""

    rates: dict[tuple[int, int], float] = field(default_factory=dict)
    median_ms: float = 0.0
    p99_ms: float = 0.0

    def best(self, size: int) -> float:
        """With whatever number of writers."""
        return max(found for (of, _), found in self.rates.items() if of == size)


@click.command()
@click.option("--quick", is_flag=True, help="Within a minute.")
def main(quick: bool) -> None:
    """Measure the ingest."""
    scale = QUICK if quick else FULL
    print(keep_to_other_core())
    print(f"{scale.shipments} shipments. ms: from call to subscriber, at {CALLS_PER_SECOND} single")
    print("calls/s; then events/s, by events in a call x writers. PostgreSQL: fsync off, for all.")
    print(f"{'':22}{'p50 ms':>9}{'p99 ms':>9}", end="")
    print("".join(f"{f'{size} x {n}':>9}" for size in SIZES for n in WRITERS), flush=True)
    measure_sqlite(scale)
    ours, floor = measure_postgres(scale)
    print(orjson.dumps(compared(ours, floor)).decode())


def measure_sqlite(scale: Scale) -> None:
    with tempfile.TemporaryDirectory(prefix="whereabouts-") as folder:
        environ = {"WHEREABOUTS_DATABASE_URL": f"sqlite://{folder}/shop.sqlite3"}
        key = make_key(environ)
        with Whereabouts(environ) as server:
            asyncio.run(fill(server.url, key, scale.shipments))
            measured("SQLite + memory", server, key, scale)


def measure_postgres(scale: Scale) -> tuple[Figures, Figures]:
    with PostgresServer() as postgres, RedisServer() as redis:
        environ = {
            "WHEREABOUTS_DATABASE_URL": postgres.create_database("shop"),
            "WHEREABOUTS_BROADCAST_URL": redis.url,
        }
        key = make_key(environ)
        with Whereabouts(environ) as server:
            asyncio.run(fill(server.url, key, scale.shipments))
        copy = {"WHEREABOUTS_DATABASE_URL": postgres.create_database("copy", template="shop")}
        with Whereabouts(environ) as server:
            ours = measured("PostgreSQL + Redis", server, key, scale)
        with HandWritten(copy) as server:
            floor = measured("Hand-written, PG", server, key, scale)
    return ours, floor


def measured(name: str, server: MeasuredServer, key: str, scale: Scale) -> Figures:
    target = Target(name, server.url, key, events(scale.shipments))
    return asyncio.run(measure(target, scale))


async def measure(target: Target, scale: Scale) -> Figures:
    figures = Figures()
    print(f"{target.name:22}", end="", flush=True)
    await rate(target, 1, 1, WARM_UP_SECONDS)
    figures.median_ms, figures.p99_ms = await delays(target, scale.seconds_followed)
    print(f"{figures.median_ms:9.1f}{figures.p99_ms:9.1f}", end="", flush=True)
    for size in SIZES:
        for writers in WRITERS:
            found = await rate(target, size, writers, scale.seconds)
            figures.rates[size, writers] = found
            print(f"{found:9,.0f}", end="", flush=True)
    print(flush=True)
    return figures


def compared(ours: Figures, floor: Figures) -> dict[str, float]:
    return {
        "events_per_s": round(ours.best(500)),
        "single_per_s": round(ours.best(1)),
        "p99_ms": round(ours.p99_ms, 1),
        "events_ratio": round(ours.best(500) / floor.best(500), 3),
        "single_ratio": round(ours.best(1) / floor.best(1), 3),
        "p99_ratio": round(ours.p99_ms / floor.p99_ms, 2),
    }


if __name__ == "__main__":
    main()
