"""`python -m benchmarks.reads`: how fast the API reads, beside hand-written SQL.

A server process and, in turns with it, the baseline application of `benchmarks.reads.baseline`
answer the same queries over HTTP, on the same database of many orders. The benchmark also measures
the service on SQLite, the rate of mutations, the growth of memory and latency with the number of
orders, and how much of the database each filter and each order reads. The last line of the output
is one JSON object, in which `page_ratio` is the lowest ratio of all pages, filtered or not.
"""

import asyncio
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import click
import orjson

from benchmarks.ingest.servers import pin_load_generator
from benchmarks.reads.buffer_usage import measure_buffers
from benchmarks.reads.datasets import Datasets, DatasetSizes, create_datasets
from benchmarks.reads.load_generator import Load, Round
from benchmarks.reads.measurement import (
    Comparison,
    MeasuredTarget,
    compare,
    fastest,
    require_equal_answers,
)
from benchmarks.reads.queries import QUERIES
from benchmarks.reads.servers import BaselineServer, ReadServer, WhereaboutsServer
from benchmarks.reads.sqlite_dataset import copy_to_sqlite
from benchmarks.reads.workload import CONNECTIONS, Samples, mutation_load, query_loads, read_samples
from devservices.postgres import PostgresServer

Figures = dict[str, float]
Latencies = dict[str, float]
"""Milliseconds, by the name of the query."""


@dataclass(frozen=True, slots=True)
class Scale:
    """The number of orders, and the number and duration of the rounds."""

    sizes: DatasetSizes
    rounds: int
    seconds: float


FULL = Scale(DatasetSizes(seed=2_000, small=10_000, large=1_000_000), rounds=7, seconds=2.0)
QUICK = Scale(DatasetSizes(seed=100, small=1_000, large=10_000), rounds=3, seconds=0.25)


@click.command()
@click.option(
    "--quick", is_flag=True, help=f"{QUICK.sizes.large:,} orders; finishes within a minute."
)
@click.option("--orders", type=click.IntRange(1), help=f"[default: {FULL.sizes.large:,}]")
def main(quick: bool, orders: int | None) -> None:
    """Measure reading."""
    scale = QUICK if quick else FULL
    if orders is not None:
        scale = replace(scale, sizes=replace(scale.sizes, large=orders))
    print(pin_load_generator(), flush=True)
    with PostgresServer() as postgres:
        datasets = create_datasets(postgres, scale.sizes)
        figures = measure_large_dataset(datasets, scale)
        measure_sqlite(datasets, scale)
        figures |= measure_buffers(postgres, datasets)
        # An orderly stop would first write all data to disk, which nobody needs.
        postgres.kill()
    print(orjson.dumps(figures).decode())


def measure_large_dataset(datasets: Datasets, scale: Scale) -> Figures:
    """Measure on the large dataset; the memory comes first, while the server is new."""
    samples = asyncio.run(read_samples(datasets.large))
    with (
        WhereaboutsServer(datasets.large) as server,
        BaselineServer(datasets.large) as baseline_server,
    ):
        service = new_target(server, datasets, samples)
        baseline = new_target(baseline_server, datasets, samples)
        memory = service.memory_mib()
        figures = measure_beside_baseline(service, baseline, scale)
        latencies = single_connection_latencies(service, scale)
        figures |= measure_mutations(
            server.url, mutation_load(datasets.keys.writer, samples), scale
        )
    figures["memory_mib"] = round(memory, 1)
    return figures | measure_growth(datasets, scale, memory, latencies)


def measure_growth(
    datasets: Datasets, scale: Scale, memory: float, latencies: Latencies
) -> Figures:
    """Return the relative growth of memory and latency from the small dataset to the large."""
    with WhereaboutsServer(datasets.small) as server:
        target = new_target(server, datasets, asyncio.run(read_samples(datasets.small)))
        memory_growth = memory / target.memory_mib() - 1
        small_latencies = single_connection_latencies(target, scale)
    growths = {name: latencies[name] / small - 1 for name, small in small_latencies.items()}
    figures = ", ".join(f"{name} {growth:+.1%}" for name, growth in growths.items())
    report(
        f"{scale.sizes.large:,} orders beside {scale.sizes.small:,}: server memory"
        f" {memory:.1f} MiB, {memory_growth:+.1%}; latency with one connection: {figures}"
    )
    return {
        "memory_growth": round(memory_growth, 3),
        "latency_growth": round(max(growths.values()), 3),
    }


def single_connection_latencies(target: MeasuredTarget, scale: Scale) -> Latencies:
    """Return the median latency with one connection, in the best round of each query."""
    return {
        query.name: min(
            target.run_round(query.name, scale.seconds, connections=1).percentile_ms(50)
            for _ in range(scale.rounds)
        )
        for query in QUERIES
    }


def new_target(server: ReadServer, datasets: Datasets, samples: Samples) -> MeasuredTarget:
    return MeasuredTarget(server, query_loads(server.url, datasets.keys.reader, samples))


def measure_beside_baseline(
    service: MeasuredTarget, baseline: MeasuredTarget, scale: Scale
) -> Figures:
    is_identical = require_equal_answers(service, baseline)
    report(f"Both servers give equal answers{'' if is_identical else ' that differ in bytes'}.")
    report(
        f"{f'answers/s, {CONNECTIONS} connections':34}{'service':>9}{'baseline':>9}{'ratio':>8}"
        f"{'goal':>7}{'CPU us':>10}{'base':>6}{'ratio':>8}   one connection: p50, p99 ms"
    )
    baseline.warm_up()
    figures: Figures = {}
    for query in QUERIES:
        comparison = compare(
            service, baseline, query.name, rounds=scale.rounds, seconds=scale.seconds
        )
        single = [
            target.run_round(query.name, scale.seconds, connections=1)
            for target in (service, baseline)
        ]
        report(
            f"{query.label:34}{format_comparison(comparison, query.goal)}"
            f"{format_latencies(*single)}"
        )
        figures[f"{query.name}_ratio"] = round(comparison.ratio, 3)
        figures[f"{query.name}_core_ratio"] = round(comparison.core_ratio, 3)
        figures[f"{query.name}_per_s"] = round(comparison.service.rate)
    pages = [figures[f"{query.name}_ratio"] for query in QUERIES if query.is_page]
    return figures | {"page_ratio": min(pages)}


def format_comparison(comparison: Comparison, goal: float) -> str:
    service, baseline = comparison.service, comparison.baseline
    return (
        f"{service.rate:9,.0f}{baseline.rate:9,.0f}{comparison.ratio:8.3f}{goal:7.2f}"
        f"{service.core_us:10,.0f}{baseline.core_us:6,.0f}{comparison.core_ratio:8.3f}"
    )


def format_latencies(service: Round, baseline: Round) -> str:
    return "   " + "; baseline ".join(
        f"{round_.percentile_ms(50):.2f}, {round_.percentile_ms(99):.2f}"
        for round_ in (service, baseline)
    )


def measure_mutations(url: str, load: Load, scale: Scale) -> Figures:
    best = fastest([load.run(url, seconds=scale.seconds) for _ in range(scale.rounds)])
    report(f"orderHold, orderRelease: {best.rate:,.0f}/s, p50 {best.percentile_ms(50):.1f} ms")
    return {"mutation_per_s": round(best.rate)}


def measure_sqlite(datasets: Datasets, scale: Scale) -> None:
    samples = asyncio.run(read_samples(datasets.seed))
    with tempfile.TemporaryDirectory(prefix="whereabouts-") as folder:
        url = asyncio.run(copy_to_sqlite(datasets.seed, Path(folder) / "orders.sqlite3"))
        with WhereaboutsServer(url) as server:
            target = new_target(server, datasets, samples)
            target.warm_up()
            rates = {
                query.name: fastest(
                    [target.run_round(query.name, scale.seconds) for _ in range(scale.rounds)]
                ).rate
                for query in QUERIES
            }
    figures = ", ".join(f"{name} {rate:,.0f}" for name, rate in rates.items())
    report(f"SQLite, {scale.sizes.seed:,} orders, answers/s: {figures}")


def report(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    main()
