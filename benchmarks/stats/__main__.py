"""`python -m benchmarks.stats`: how fast aggregates are read, beside hand-written SQL.

Six queries of a dashboard run on a small dataset and on a large one, in turns with equivalent
hand-written SQL on a connection with the same settings. The last line of the output is one JSON
object. `rows_ratio` is the worst ratio among the queries whose SQL takes 50 ms or more, or the
ratio of all six together if none takes so long. `kept_ms` is the latency of the slowest query that
the hourly rollup answers, on the large dataset. `kept_growth` is the largest growth of such a query
from the small dataset to the large one.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import click
import orjson

from benchmarks.reads.datasets import DatasetSizes, create_datasets
from benchmarks.stats.measurement import Latencies, measure
from benchmarks.stats.queries import StatsQuery, stats_queries
from devservices.postgres import PostgresServer
from schema.build import build_schema

SLOW_MS = 50.0
"""Below this latency of the SQL, a ratio to it does not matter."""
RATIO_GOAL = 1.1
ROLLUP_GOAL_MS = 10.0


@dataclass(frozen=True, slots=True)
class Scale:
    """The sizes of the datasets and the number of rounds."""

    sizes: DatasetSizes
    rounds: int


FULL = Scale(DatasetSizes(seed=2_000, small=10_000, large=1_000_000), rounds=7)
QUICK = Scale(DatasetSizes(seed=100, small=1_000, large=10_000), rounds=15)


@click.command()
@click.option(
    "--quick", is_flag=True, help=f"{QUICK.sizes.large:,} orders; finishes within a minute."
)
def main(quick: bool) -> None:
    """Measure aggregates."""
    scale = QUICK if quick else FULL
    with PostgresServer() as postgres:
        datasets = create_datasets(postgres, scale.sizes)
        now = datetime.now(UTC)
        queries = stats_queries(now)
        schema = build_schema()
        small, large = (
            asyncio.run(measure(schema, url, queries, now, scale.rounds))
            for url in (datasets.small, datasets.large)
        )
        # An orderly stop would first write all data to disk, which nobody needs.
        postgres.kill()
    print_table(queries, small, large, scale.sizes)
    print(orjson.dumps(figures(small, large)).decode())


def print_table(
    queries: list[StatsQuery],
    small: Mapping[str, Latencies],
    large: Mapping[str, Latencies],
    sizes: DatasetSizes,
) -> None:
    print(
        f"{'ms, by number of orders':42}{sizes.small:>10,}{sizes.large:>12,}{'SQL':>10}{'ratio':>8}"
        f"{'rollup':>12}"
    )
    for query in queries:
        before, after = small[query.name], large[query.name]
        print(
            f"{query.label:42}{before.rows:10.1f}{after.rows:12.1f}{after.sql:10.1f}"
            f"{after.ratio:8.3f}"
            + (
                f"{before.rollup:6.1f}{after.rollup:6.1f}" if before.rollup and after.rollup else ""
            ),
            flush=True,
        )
    print(
        f"Goals: a ratio of at most {RATIO_GOAL} where the SQL takes {SLOW_MS:.0f} ms or more,"
        f" and {ROLLUP_GOAL_MS:.0f} ms from the rollup."
    )


def figures(small: Mapping[str, Latencies], large: Mapping[str, Latencies]) -> dict[str, float]:
    slow = [latencies.ratio for latencies in large.values() if latencies.sql >= SLOW_MS]
    total_rows = sum(latencies.rows for latencies in large.values())
    total_ratio = total_rows / sum(latencies.sql for latencies in large.values())
    rollup = {name: latencies.rollup for name, latencies in large.items() if latencies.rollup}
    growths = [latency / (small[name].rollup or 1) for name, latency in rollup.items()]
    return {
        "rows_ratio": round(max(slow, default=total_ratio), 3),
        "kept_ms": round(max(rollup.values()), 1),
        "kept_growth": round(max(growths), 2),
        **{f"{name}_ms": round(latencies.rows, 1) for name, latencies in large.items()},
        **{
            f"{name}_growth": round(latencies.rows / small[name].rows, 1)
            for name, latencies in large.items()
        },
    }


if __name__ == "__main__":
    main()
