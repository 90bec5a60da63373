"""`python -m benchmarks.ingest`: tracking events per second, and their latency to a subscriber.

A server process is called over HTTP, on SQLite and on PostgreSQL with Redis. The hand-written
program of `benchmarks.ingest.baseline` runs beside it on a copy of the same PostgreSQL database.
The last line of the output is one JSON object.
"""

import asyncio
import tempfile
from dataclasses import dataclass, field

import click
import orjson

from benchmarks.ingest.dataset import create_shipments, generate_events
from benchmarks.ingest.load_generator import (
    CALLS_PER_SECOND,
    Target,
    measure_latency,
    measure_throughput,
)
from benchmarks.ingest.servers import (
    BaselineServer,
    MeasuredServer,
    WhereaboutsServer,
    create_api_key,
    pin_load_generator,
)
from devservices.postgres import PostgresServer
from devservices.redis import RedisServer

BATCH_SIZES = (1, 50, 500)
WRITERS = (1, 4, 16)
WARM_UP_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Scale:
    """The size of the benchmark."""

    shipments: int
    throughput_seconds: float
    """The duration of each measurement of throughput."""
    latency_seconds: float


FULL = Scale(shipments=3_000, throughput_seconds=5.0, latency_seconds=20.0)
QUICK = Scale(shipments=500, throughput_seconds=0.5, latency_seconds=3.0)


@dataclass
class Figures:
    """The measurements of one server."""

    rates: dict[tuple[int, int], float] = field(default_factory=dict)
    """Events per second, by batch size and number of writers."""
    median_ms: float = 0.0
    p99_ms: float = 0.0

    def best_rate(self, batch_size: int) -> float:
        """Return the highest rate with that batch size and any number of writers."""
        return max(rate for (size, _), rate in self.rates.items() if size == batch_size)


@click.command()
@click.option("--quick", is_flag=True, help="Finish within a minute.")
def main(quick: bool) -> None:
    """Measure the recording of tracking events."""
    scale = QUICK if quick else FULL
    print(pin_load_generator())
    print(f"Dataset: {scale.shipments} shipments. PostgreSQL runs with fsync off for all servers.")
    print(f"p50, p99: latency from call to subscriber, at {CALLS_PER_SECOND} single-event calls/s.")
    print("Other columns: events/s, by events per call x concurrent writers.")
    print(f"{'':22}{'p50 ms':>9}{'p99 ms':>9}", end="")
    columns = [f"{size} x {writers}" for size in BATCH_SIZES for writers in WRITERS]
    print("".join(f"{column:>9}" for column in columns), flush=True)
    measure_sqlite(scale)
    service, baseline = measure_postgres(scale)
    print(orjson.dumps(compare(service, baseline)).decode())


def measure_sqlite(scale: Scale) -> None:
    with tempfile.TemporaryDirectory(prefix="whereabouts-") as folder:
        environ = {"WHEREABOUTS_DATABASE_URL": f"sqlite://{folder}/orders.sqlite3"}
        key = create_api_key(environ)
        with WhereaboutsServer(environ) as server:
            asyncio.run(create_shipments(server.url, key, scale.shipments))
            measure_server("SQLite + memory", server, key, scale)


def measure_postgres(scale: Scale) -> tuple[Figures, Figures]:
    """Return the figures of the service and of the baseline."""
    with PostgresServer() as postgres, RedisServer() as redis:
        environ = {
            "WHEREABOUTS_DATABASE_URL": postgres.create_database("orders"),
            "WHEREABOUTS_BROADCAST_URL": redis.url,
        }
        key = create_api_key(environ)
        with WhereaboutsServer(environ) as server:
            asyncio.run(create_shipments(server.url, key, scale.shipments))
        copy = {"WHEREABOUTS_DATABASE_URL": postgres.create_database("copy", template="orders")}
        with WhereaboutsServer(environ) as server:
            service = measure_server("PostgreSQL + Redis", server, key, scale)
        with BaselineServer(copy) as server:
            baseline = measure_server("Baseline, PostgreSQL", server, key, scale)
    return service, baseline


def measure_server(name: str, server: MeasuredServer, key: str, scale: Scale) -> Figures:
    target = Target(name, server.url, key, generate_events(scale.shipments))
    return asyncio.run(measure(target, scale))


async def measure(target: Target, scale: Scale) -> Figures:
    figures = Figures()
    print(f"{target.name:22}", end="", flush=True)
    await measure_throughput(target, 1, 1, WARM_UP_SECONDS)
    figures.median_ms, figures.p99_ms = await measure_latency(target, scale.latency_seconds)
    print(f"{figures.median_ms:9.1f}{figures.p99_ms:9.1f}", end="", flush=True)
    for size in BATCH_SIZES:
        for writers in WRITERS:
            rate = await measure_throughput(target, size, writers, scale.throughput_seconds)
            figures.rates[size, writers] = rate
            print(f"{rate:9,.0f}", end="", flush=True)
    print(flush=True)
    return figures


def compare(service: Figures, baseline: Figures) -> dict[str, float]:
    return {
        "events_per_s": round(service.best_rate(500)),
        "single_per_s": round(service.best_rate(1)),
        "p99_ms": round(service.p99_ms, 1),
        "events_ratio": round(service.best_rate(500) / baseline.best_rate(500), 3),
        "single_ratio": round(service.best_rate(1) / baseline.best_rate(1), 3),
        "p99_ratio": round(service.p99_ms / baseline.p99_ms, 2),
    }


if __name__ == "__main__":
    main()
