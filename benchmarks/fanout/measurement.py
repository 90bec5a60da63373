"""What is measured, in which order, and how it is told."""

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.fanout.baseline import MANNERS
from benchmarks.fanout.workloads import SMALLEST_BURST, Bench, Burst, burst_size
from benchmarks.fanout.idle_memory import idle_kib
from benchmarks.fanout.event_writer import FLAT, NESTED, subscriptions

QUERIES = {"flat": FLAT, "nested": NESTED}
CHANGES_OF_EACH = 4
"""Changes of a burst where every follower has an order of its own."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How much of everything."""

    followers: tuple[int, ...]
    rounds: int
    paced_followers: int
    paced_seconds: float
    orders: int
    idle: int


FULL = Plan((1_000, 10_000), 4, 1_000, 5.0, 500, 10_000)
QUICK = Plan((1_000,), 2, 1_000, 2.0, 100, 1_000)


async def measure(bench: Bench, plan: Plan) -> dict[str, float]:
    """The numbers; each is told as soon as it is known."""
    idle = await measure_idle(bench, plan)
    results = {}
    for followers in plan.followers:
        await bench.gather_bare(followers)
        for kind in QUERIES:
            results[kind, followers] = await compare(bench, plan, kind, followers)
        bench.bare_crowd.leave("bare")
    waits = {kind: await measure_pace(bench, plan, kind) for kind in QUERIES}
    many = await measure_many_orders(bench, plan)
    return {
        "flat_ratio": round(min(results["flat", one].ratio for one in plan.followers), 3),
        "nested_ratio": round(min(results["nested", one].ratio for one in plan.followers), 3),
        "idle_kib": round(idle, 1),
        "p99_ms": round(waits["flat"], 1),
        "deliveries_per_s": round(results["flat", plan.followers[0]].rate),
        "flat_core_ratio": round(min(results["flat", one].core_ratio for one in plan.followers), 3),
        "nested_core_ratio": round(
            min(results["nested", one].core_ratio for one in plan.followers), 3
        ),
        "nested_p99_ms": round(waits["nested"], 1),
        "nested_deliveries_per_s": round(results["nested", plan.followers[0]].rate),
        "many_orders_deliveries_per_s": round(many),
    }


async def measure_idle(bench: Bench, plan: Plan) -> float:
    """Of followers of one order, and of as many orders; the greater of the two."""
    tracking_ids = await bench.newsroom.place(plan.idle)
    found = {}
    for kind, ids in (("one order", tracking_ids[:1] * plan.idle), ("many orders", tracking_ids)):
        said = await subscriptions(NESTED, ids)
        found[kind] = await idle_kib(bench.server, bench.crowd, said)
        bench.server.restart()
    found["bare"] = await idle_kib(bench.bare, bench.bare_crowd, [b""] * plan.idle)
    each = ", ".join(f"{kind} {kib:.1f}" for kind, kib in found.items())
    tell(f"{plan.idle:,} idle followers, KiB each: {each}")
    return max(found["one order"], found["many orders"])


@dataclass(frozen=True, slots=True)
class Comparison:
    """The best burst of ours and of each manner of the bare application.

    The best, because whatever else the machine does can only slow one down.
    """

    ours: Burst
    bare: dict[str, Burst]

    @property
    def rate(self) -> float:
        return self.ours.rate

    @property
    def ratio(self) -> float:
        """To the fastest of all manners."""
        return self.ours.rate / max(burst.rate for burst in self.bare.values())

    @property
    def core_ratio(self) -> float:
        """The same by what the core computed: steadier where others use the machine too."""
        return min(burst.core_us for burst in self.bare.values()) / self.ours.core_us

    def tell(self) -> None:
        tell(f"  {'Whereabouts':18}{self.ours}")
        for manner, burst in self.bare.items():
            tell(f"  bare, {manner:12}{burst}")
        tell(f"  ratio to the fastest: {self.ratio:.3f}; by the core's time: {self.core_ratio:.3f}")


async def compare(bench: Bench, plan: Plan, kind: str, followers: int) -> Comparison:
    """Bursts to followers of one order and to as many bare sockets, in turns."""
    parcels = await bench.newsroom.ship(1)
    joined = await bench.gather(kind, QUERIES[kind], parcels * followers)
    ours = [await bench.burst(kind, parcels, SMALLEST_BURST)]
    bare: dict[str, list[Burst]] = {manner: [] for manner in MANNERS}
    for _ in range(plan.rounds):
        ours.append(await bench.burst(kind, parcels, burst_size(best(ours), followers)))
        for manner, bursts in bare.items():
            bursts.append(await bench.bare_burst(ours[-1].sample, manner))
    bench.crowd.leave(kind)
    size = sum(map(len, ours[-1].sample)) // len(ours[-1].sample)
    tell(
        f"{followers:,} followers of one order, {kind}, {size} bytes; {joined:,.0f} joined a second"
    )
    found = Comparison(best(ours), {manner: best(bursts) for manner, bursts in bare.items()})
    found.tell()
    return found


def best(bursts: Sequence[Burst]) -> Burst:
    return max(bursts, key=lambda burst: burst.rate)


async def measure_pace(bench: Bench, plan: Plan, kind: str) -> float:
    """The 99th percentile at a steady pace of changes to one order, in the best of the rounds."""
    parcels = await bench.newsroom.ship(1)
    await bench.gather(kind, QUERIES[kind], parcels * plan.paced_followers)
    rounds = [await bench.pace(kind, parcels, plan.paced_seconds) for _ in range(plan.rounds)]
    bench.crowd.leave(kind)
    waits = min(rounds, key=lambda waits: percentile(waits, 99))
    tell(f"{plan.paced_followers:,} followers of one order, {kind}")
    tell(f"  20 changes a second:{said(waits)}")
    return percentile(waits, 99)


async def measure_many_orders(bench: Bench, plan: Plan) -> float:
    """Deliveries a second where each follower has an order of its own."""
    parcels = await bench.newsroom.ship(plan.orders)
    rates = []
    for kind, query in QUERIES.items():
        await bench.gather(kind, query, parcels)
        bursts = [
            await bench.many_orders(kind, parcels, CHANGES_OF_EACH) for _ in range(plan.rounds)
        ]
        waits = await bench.pace(kind, parcels, plan.paced_seconds / 2)
        bench.crowd.leave(kind)
        tell(f"{plan.orders:,} followers of as many orders, {kind}")
        tell(f"  Whereabouts {best(bursts)}")
        tell(f"  20 changes a second:{said(waits)}")
        rates.append(best(bursts).rate)
    return rates[0]


def percentile(waits: list[float], percent: int) -> float:
    """Of sorted values."""
    return waits[min(len(waits) - 1, len(waits) * percent // 100)]


def said(waits: list[float]) -> str:
    return (
        f" p50 {percentile(waits, 50):.1f} ms, p99 {percentile(waits, 99):.1f} ms,"
        f" last {waits[-1]:.1f} ms from commit to receipt"
    )


def tell(line: str) -> None:
    print(line, flush=True)
