"""The measurements of the benchmark, in their order, and their report."""

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.fanout.baseline import SEND_STRATEGIES
from benchmarks.fanout.event_writer import FLAT_QUERY, NESTED_QUERY, subscribe_frames
from benchmarks.fanout.idle_memory import measure_idle_kib
from benchmarks.fanout.workloads import (
    BASELINE_GROUP,
    SMALLEST_BURST,
    BurstResult,
    FanoutWorkload,
    next_burst_size,
)

QUERIES = {"flat": FLAT_QUERY, "nested": NESTED_QUERY}
CHANGES_PER_ORDER = 4
"""Changes of each order in a burst where every subscriber has an order of its own."""


@dataclass(frozen=True, slots=True)
class Scale:
    """The size of the benchmark."""

    subscribers: tuple[int, ...]
    rounds: int
    steady_subscribers: int
    steady_seconds: float
    orders: int
    idle: int


FULL = Scale((1_000, 10_000), 4, 1_000, 5.0, 500, 10_000)
QUICK = Scale((1_000,), 2, 1_000, 2.0, 100, 1_000)


async def measure(workload: FanoutWorkload, scale: Scale) -> dict[str, float]:
    """Return all figures; each measurement is printed as soon as it is complete."""
    idle = await measure_idle(workload, scale)
    comparisons = {}
    for subscribers in scale.subscribers:
        await workload.subscribe_baseline(subscribers)
        for query in QUERIES:
            comparisons[query, subscribers] = await compare(workload, scale, query, subscribers)
        workload.baseline_subscribers.leave(BASELINE_GROUP)
    p99 = {query: await measure_steady_rate(workload, scale, query) for query in QUERIES}
    many_orders_rate = await measure_many_orders(workload, scale)
    flat = [comparisons["flat", subscribers] for subscribers in scale.subscribers]
    nested = [comparisons["nested", subscribers] for subscribers in scale.subscribers]
    return {
        "flat_ratio": round(min(comparison.ratio for comparison in flat), 3),
        "nested_ratio": round(min(comparison.ratio for comparison in nested), 3),
        "idle_kib": round(idle, 1),
        "p99_ms": round(p99["flat"], 1),
        "deliveries_per_s": round(flat[0].rate),
        "flat_core_ratio": round(min(comparison.core_ratio for comparison in flat), 3),
        "nested_core_ratio": round(min(comparison.core_ratio for comparison in nested), 3),
        "nested_p99_ms": round(p99["nested"], 1),
        "nested_deliveries_per_s": round(nested[0].rate),
        "many_orders_deliveries_per_s": round(many_orders_rate),
    }


async def measure_idle(workload: FanoutWorkload, scale: Scale) -> float:
    """Return the KiB per idle subscriber, of one order or of many, whichever is more."""
    tracking_ids = await workload.writer.create_orders(scale.idle)
    kib = {}
    for name, ids in (("one order", tracking_ids[:1] * scale.idle), ("many orders", tracking_ids)):
        frames = await subscribe_frames(NESTED_QUERY, ids)
        kib[name] = await measure_idle_kib(workload.server, workload.subscribers, frames)
        workload.server.restart()
    kib["baseline"] = await measure_idle_kib(
        workload.baseline, workload.baseline_subscribers, [b""] * scale.idle
    )
    figures = ", ".join(f"{name} {value:.1f}" for name, value in kib.items())
    report(f"{scale.idle:,} idle subscribers, KiB each: {figures}")
    return max(kib["one order"], kib["many orders"])


@dataclass(frozen=True, slots=True)
class Comparison:
    """The fastest burst of the service and of each strategy of the baseline.

    The fastest burst counts because other load on the machine can only slow a burst down.
    """

    service: BurstResult
    baseline: dict[str, BurstResult]

    @property
    def rate(self) -> float:
        return self.service.rate

    @property
    def ratio(self) -> float:
        """The service's rate in relation to that of the fastest strategy."""
        return self.service.rate / max(burst.rate for burst in self.baseline.values())

    @property
    def core_ratio(self) -> float:
        """The ratio by the server's processor time, which depends less on other load."""
        return min(burst.core_us for burst in self.baseline.values()) / self.service.core_us

    def report(self) -> None:
        report(f"  {'Whereabouts':23}{self.service}")
        for strategy, burst in self.baseline.items():
            report(f"  baseline, {strategy:13}{burst}")
        report(
            f"  ratio to the fastest baseline: {self.ratio:.3f}; by CPU time: {self.core_ratio:.3f}"
        )


async def compare(
    workload: FanoutWorkload, scale: Scale, query: str, subscribers: int
) -> Comparison:
    """Send bursts to subscribers of one order and of the baseline, in alternating rounds."""
    shipments = await workload.writer.create_shipments(1)
    join_rate = await workload.subscribe(query, QUERIES[query], shipments * subscribers)
    service = [await workload.burst(query, shipments, SMALLEST_BURST)]
    baseline: dict[str, list[BurstResult]] = {strategy: [] for strategy in SEND_STRATEGIES}
    for _ in range(scale.rounds):
        size = next_burst_size(fastest(service), subscribers)
        service.append(await workload.burst(query, shipments, size))
        for strategy, bursts in baseline.items():
            bursts.append(await workload.baseline_burst(service[-1].sample, strategy))
    workload.subscribers.leave(query)
    sample = service[-1].sample
    message_bytes = sum(map(len, sample)) // len(sample)
    report(
        f"{subscribers:,} subscribers of one order, {query} query, {message_bytes} bytes per"
        f" message; {join_rate:,.0f} subscriptions/s"
    )
    comparison = Comparison(
        fastest(service), {strategy: fastest(bursts) for strategy, bursts in baseline.items()}
    )
    comparison.report()
    return comparison


def fastest(bursts: Sequence[BurstResult]) -> BurstResult:
    return max(bursts, key=lambda burst: burst.rate)


async def measure_steady_rate(workload: FanoutWorkload, scale: Scale, query: str) -> float:
    """Return the 99th percentile in ms at a steady rate of changes, in the best round."""
    shipments = await workload.writer.create_shipments(1)
    await workload.subscribe(query, QUERIES[query], shipments * scale.steady_subscribers)
    rounds = [
        await workload.steady_rate(query, shipments, scale.steady_seconds)
        for _ in range(scale.rounds)
    ]
    workload.subscribers.leave(query)
    latencies = min(rounds, key=lambda latencies: percentile(latencies, 99))
    report(f"{scale.steady_subscribers:,} subscribers of one order, {query} query")
    report(f"  20 changes/s: {format_latencies(latencies)}")
    return percentile(latencies, 99)


async def measure_many_orders(workload: FanoutWorkload, scale: Scale) -> float:
    """Return the deliveries per second of flat queries, with one order for each subscriber."""
    shipments = await workload.writer.create_shipments(scale.orders)
    rates = {}
    for name, query in QUERIES.items():
        await workload.subscribe(name, query, shipments)
        bursts = [
            await workload.many_orders_burst(name, shipments, CHANGES_PER_ORDER)
            for _ in range(scale.rounds)
        ]
        latencies = await workload.steady_rate(name, shipments, scale.steady_seconds / 2)
        workload.subscribers.leave(name)
        report(f"{scale.orders:,} subscribers, each of its own order, {name} query")
        report(f"  Whereabouts {fastest(bursts)}")
        report(f"  20 changes/s: {format_latencies(latencies)}")
        rates[name] = fastest(bursts).rate
    return rates["flat"]


def percentile(sorted_values: list[float], percent: int) -> float:
    return sorted_values[min(len(sorted_values) - 1, len(sorted_values) * percent // 100)]


def format_latencies(latencies: list[float]) -> str:
    return (
        f"p50 {percentile(latencies, 50):.1f} ms, p99 {percentile(latencies, 99):.1f} ms,"
        f" maximum {latencies[-1]:.1f} ms from commit to receipt"
    )


def report(line: str) -> None:
    print(line, flush=True)
