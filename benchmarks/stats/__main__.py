"""`python -m benchmarks.stats`: how fast aggregates are read, beside hand-written SQL.

Six questions of a dashboard are asked of a small shop and of a large one, in turns with the SQL
that one would write for them, on a connection with the same settings. The last line is one JSON
object: `rows_ratio` is the worst ratio among the questions whose SQL takes 50 ms or more; where
none does, as in a small shop, that of all six together. `kept_ms` is the slowest of the questions
that kept-up hours answer, in the large shop, and `kept_growth` the most that any of them takes
there beside the small one.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import click
import orjson

from benchmarks.reads.shops import Sizes, open_shops
from benchmarks.stats.measuring import Times, measure
from benchmarks.stats.questions import Question, questions
from devservices.postgres import PostgresServer
from schema.build import build_schema

SLOW_MS = 50.0
"""Below it what matters is that it is quick, not what it is beside SQL."""
AIM = 1.1
KEPT_AIM_MS = 10.0


@dataclass(frozen=True, slots=True)
class Scale:
    sizes: Sizes
    rounds: int


FULL = Scale(Sizes(world=2_000, few=10_000, many=1_000_000), rounds=7)
QUICK = Scale(Sizes(world=100, few=1_000, many=10_000), rounds=15)


@click.command()
@click.option("--quick", is_flag=True, help=f"{QUICK.sizes.many:,} orders, and within a minute.")
def main(quick: bool) -> None:
    """Measure aggregates."""
    scale = QUICK if quick else FULL
    with PostgresServer() as postgres:
        shops = open_shops(postgres, scale.sizes)
        now = datetime.now(UTC)
        asked = questions(now)
        schema = build_schema()
        few, many = (
            asyncio.run(measure(schema, url, asked, now, scale.rounds))
            for url in (shops.few, shops.many)
        )
        # An orderly end would write all of it out first, for nobody.
        postgres.kill()
    tell(asked, few, many, scale.sizes)
    print(orjson.dumps(figures(few, many)).decode())


def tell(
    asked: list[Question], few: Mapping[str, Times], many: Mapping[str, Times], sizes: Sizes
) -> None:
    print(
        f"{'ms, best of all':40}{sizes.few:>10,}{sizes.many:>12,}{'SQL':>10}{'ratio':>8}"
        f"{'kept up':>12}"
    )
    for question in asked:
        small, large = few[question.name], many[question.name]
        print(
            f"{question.said:40}{small.ours:10.1f}{large.ours:12.1f}{large.sql:10.1f}"
            f"{large.ratio:8.3f}"
            + (f"{small.kept:6.1f}{large.kept:6.1f}" if small.kept and large.kept else ""),
            flush=True,
        )
    print(
        f"aim: at most {AIM} where the SQL takes {SLOW_MS:.0f} ms or more,"
        f" and {KEPT_AIM_MS:.0f} ms of what is kept up"
    )


def figures(few: Mapping[str, Times], many: Mapping[str, Times]) -> dict[str, float]:
    slow = [one.ratio for one in many.values() if one.sql >= SLOW_MS]
    together = sum(one.ours for one in many.values()) / sum(one.sql for one in many.values())
    kept = {name: one.kept for name, one in many.items() if one.kept}
    return {
        "rows_ratio": round(max(slow, default=together), 3),
        "kept_ms": round(max(kept.values()), 1),
        "kept_growth": round(max(kept[name] / (few[name].kept or 1) for name in kept), 2),
        **{f"{name}_ms": round(one.ours, 1) for name, one in many.items()},
        **{f"{name}_growth": round(one.ours / few[name].ours, 1) for name, one in many.items()},
    }


if __name__ == "__main__":
    main()
