"""The report of a run: the workload, the injected faults, and all violations."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

from tests.faults.checker import CheckResult
from tests.faults.counters import Counters
from tests.faults.injector import InjectedFault
from tests.faults.workload import Workload


@dataclass(frozen=True)
class Report:
    faults: Sequence[InjectedFault]
    changes: int
    delays: Sequence[float]
    """The seconds from acknowledgement to delivery, shortest first."""
    counters: Counters
    result: CheckResult
    stuck_clients: Sequence[str]

    @property
    def failures(self) -> list[str]:
        """Return the errors, stuck clients and violations, which no load on the machine excuses."""
        errors = [f"{count} x {error}" for error, count in self.counters.unexpected_errors.items()]
        stuck = [f"stuck: {client}" for client in self.stuck_clients]
        violations = str(self.result)
        return [*errors, *stuck, *([violations] if violations else [])]

    @property
    def faults_without_impact(self) -> list[str]:
        """Faults that disturbed nothing and therefore prove nothing."""
        return [f"without impact: {fault}" for fault in self.faults if not fault.had_impact]

    @property
    def slow_recoveries(self) -> list[str]:
        """Faults whose recovery took too long, for which a busy machine may be the reason."""
        return [f"slow recovery: {fault}" for fault in self.faults if fault.is_slow]

    def __str__(self) -> str:
        violations = ", ".join(
            f"{kind.name.replace('_', ' ')} {len(getattr(self.result, kind.name))}"
            for kind in fields(self.result)
        )
        slowest = max((fault.catch_up_seconds for fault in self.faults), default=0.0)
        lines = [
            f"changes {self.changes}; {self.counters}",
            f"delay from acknowledgement to delivery: {_format_percentiles(self.delays)}",
            f"faults {sum(len(fault.names) for fault in self.faults)}, "
            f"slowest catch-up {slowest:.2f} s",
            f"violations: {violations}",
        ]
        return "\n".join(lines)


async def finish_run(workload: Workload, faults: Sequence[InjectedFault]) -> Report:
    """Finish the workload, check its histories, and return the report."""
    result = await workload.finish()
    return Report(
        faults,
        len(workload.change_log.entries),
        workload.delivery_delays(),
        workload.counters,
        result,
        workload.stuck_clients,
    )


def _format_percentiles(delays: Sequence[float]) -> str:
    if not delays:
        return "no measurements"
    shares = {"p50": 0.5, "p99": 0.99, "p99.9": 0.999}
    percentiles = [
        f"{name} {delays[int(share * (len(delays) - 1))] * 1000:.0f} ms"
        for name, share in shares.items()
    ]
    return f"{', '.join(percentiles)}, maximum {delays[-1] * 1000:.0f} ms, {len(delays)} deliveries"
