"""`python -m benchmarks.reads`: how fast the API reads, beside hand-written SQL.

A real server process and, in turns with it, the bare application of `benchmarks.reads.bare` are
asked the same over HTTP, on the same database of many orders. Besides: the service alone on
SQLite, what a mutation costs, what memory grows with, and how much of the database every filter
and every order reads. The last line is one JSON object.
"""

import asyncio
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import click
import orjson

from benchmarks.ingest.services import keep_to_other_core
from benchmarks.reads.asked import CALLERS, Subjects, find_subjects, holding, questions
from benchmarks.reads.buffers import measure_buffers
from benchmarks.reads.embedded import embed
from benchmarks.reads.load import Load, Round
from benchmarks.reads.measuring import (
    Comparison,
    Measured,
    best,
    compare,
    demand_same_answers,
)
from benchmarks.reads.questions import QUESTIONS
from benchmarks.reads.services import Bare, Reading, Whereabouts
from benchmarks.reads.shops import Shops, Sizes, open_shops
from devservices.postgres import PostgresServer

Figures = dict[str, float]
Waits = dict[str, float]
"""Milliseconds, by question."""


@dataclass(frozen=True, slots=True)
class Scale:
    """How many orders, and how long it is measured."""

    sizes: Sizes
    rounds: int
    seconds: float


FULL = Scale(Sizes(world=2_000, few=10_000, many=1_000_000), rounds=7, seconds=2.0)
QUICK = Scale(Sizes(world=100, few=1_000, many=10_000), rounds=3, seconds=0.4)


@click.command()
@click.option("--quick", is_flag=True, help=f"{QUICK.sizes.many:,} orders, and within a minute.")
@click.option("--orders", type=click.IntRange(1), help=f"[default: {FULL.sizes.many:,}]")
def main(quick: bool, orders: int | None) -> None:
    """Measure reading."""
    scale = QUICK if quick else FULL
    if orders is not None:
        scale = replace(scale, sizes=replace(scale.sizes, many=orders))
    print(keep_to_other_core(), flush=True)
    with PostgresServer() as postgres:
        shops = open_shops(postgres, scale.sizes)
        figures = measure_many(shops, scale)
        measure_embedded(shops, scale)
        figures |= measure_buffers(postgres, shops)
        # An orderly end would write all of it out first, for nobody.
        postgres.kill()
    print(orjson.dumps(figures).decode())


def measure_many(shops: Shops, scale: Scale) -> Figures:
    """On the large shop; the memory first, while the server is new."""
    subjects = asyncio.run(find_subjects(shops.many))
    with Whereabouts(shops.many) as server, Bare(shops.many) as bare_server:
        ours, bare = [asked(one, shops, subjects) for one in (server, bare_server)]
        memory = ours.memory_mib()
        figures = measure_beside_bare(ours, bare, scale)
        waits = waits_alone(ours, scale)
        figures |= measure_mutations(server.url, holding(shops.secrets.writer, subjects), scale)
    figures["memory_mib"] = round(memory, 1)
    return figures | measure_growth(shops, scale, memory, waits)


def measure_growth(shops: Shops, scale: Scale, memory: float, waits: Waits) -> Figures:
    """From the small shop to the large one: of the memory, and of the wait that grew the most."""
    with Whereabouts(shops.few) as server:
        few = asked(server, shops, asyncio.run(find_subjects(shops.few)))
        memory_growth = memory / few.memory_mib() - 1
        growths = {name: waits[name] / wait - 1 for name, wait in waits_alone(few, scale).items()}
    each = ", ".join(f"{name} {growth:+.1%}" for name, growth in growths.items())
    tell(
        f"On {scale.sizes.many:,} orders beside {scale.sizes.few:,}: memory of the server"
        f" {memory:.1f} MiB, {memory_growth:+.1%}; one caller's wait, {each}"
    )
    return {
        "memory_growth": round(memory_growth, 3),
        "latency_growth": round(max(growths.values()), 3),
    }


def waits_alone(measured: Measured, scale: Scale) -> Waits:
    """The median of one caller alone, in the best round."""
    return {
        question.name: min(
            measured.round(question.name, scale.seconds, callers=1).percentile_ms(50)
            for _ in range(scale.rounds)
        )
        for question in QUESTIONS
    }


def asked(server: Reading, shops: Shops, subjects: Subjects) -> Measured:
    return Measured(server, questions(server.url, shops.secrets.reader, subjects))


def measure_beside_bare(ours: Measured, bare: Measured, scale: Scale) -> Figures:
    is_same = demand_same_answers(ours, bare)
    tell(f"Both answer the same{'' if is_same else ', though in other bytes'}.")
    tell(
        f"{f'answers/s, {CALLERS} connections':34}{'ours':>9}{'bare':>9}{'ratio':>8}{'aim':>7}"
        f"{'us, ours':>10}{'bare':>6}{'ratio':>8}   alone: p50, p99 ms"
    )
    bare.warm_up()
    figures: Figures = {}
    for question in QUESTIONS:
        found = compare(ours, bare, question.name, rounds=scale.rounds, seconds=scale.seconds)
        rounds = [one.round(question.name, scale.seconds, callers=1) for one in (ours, bare)]
        tell(f"{question.said:34}{said(found, question.aim)}{waits(*rounds)}")
        figures[f"{question.name}_ratio"] = round(found.ratio, 3)
        figures[f"{question.name}_core_ratio"] = round(found.core_ratio, 3)
        figures[f"{question.name}_per_s"] = round(found.ours.rate)
    return figures


def said(found: Comparison, aim: float) -> str:
    return (
        f"{found.ours.rate:9,.0f}{found.bare.rate:9,.0f}{found.ratio:8.3f}{aim:7.2f}"
        f"{found.ours.core_us:10,.0f}{found.bare.core_us:6,.0f}{found.core_ratio:8.3f}"
    )


def waits(ours: Round, bare: Round) -> str:
    return "   " + "; bare ".join(
        f"{one.percentile_ms(50):.2f}, {one.percentile_ms(99):.2f}" for one in (ours, bare)
    )


def measure_mutations(url: str, load: Load, scale: Scale) -> Figures:
    found = best([load.run(url, seconds=scale.seconds) for _ in range(scale.rounds)])
    tell(
        f"orderHold, orderRelease: {found.rate:,.0f} a second, p50 {found.percentile_ms(50):.1f} ms"
    )
    return {"mutation_per_s": round(found.rate)}


def measure_embedded(shops: Shops, scale: Scale) -> None:
    subjects = asyncio.run(find_subjects(shops.world))
    with tempfile.TemporaryDirectory(prefix="whereabouts-") as folder:
        url = asyncio.run(embed(shops.world, Path(folder) / "shop.sqlite3"))
        with Whereabouts(url) as server:
            measured = asked(server, shops, subjects)
            measured.warm_up()
            rates = {
                question.name: best(
                    [measured.round(question.name, scale.seconds) for _ in range(scale.rounds)]
                ).rate
                for question in QUESTIONS
            }
    each = ", ".join(f"{name} {rate:,.0f}" for name, rate in rates.items())
    tell(f"SQLite, {scale.sizes.world:,} orders, answers/s: {each}")


def tell(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    main()
