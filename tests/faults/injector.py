"""The injector runs faults while a workload runs and measures how soon the clients catch up."""

import asyncio
from dataclasses import dataclass
from time import monotonic

from tests.faults.environment import Environment
from tests.faults.faults import FAULTS
from tests.faults.impact import Impact
from tests.faults.workload import Workload

CATCH_UP_SECONDS = 2.0
"""Within this time after the end of a fault, each subscription is up to date."""
BLOCKED_SECONDS = 3.0
"""How long a process that is paused inside a write may block other writers: two seconds until the
database ends its transaction, and a margin."""


@dataclass(frozen=True)
class InjectedFault:
    """One fault, or several concurrent ones, and the measurements of the injection."""

    names: tuple[str, ...]
    seconds: float
    impacts: tuple[Impact, ...]
    deliveries: int
    """The number of deliveries while the fault lasted."""
    catch_up_seconds: float
    """The time from the end of the fault until all subscriptions were up to date."""
    baseline_seconds: float
    """The time for the same without a fault, just before or just after: the machine's share."""

    @property
    def blocked_seconds(self) -> float:
        return max(impact.blocked_seconds for impact in self.impacts)

    @property
    def had_impact(self) -> bool:
        return all(impact.count for impact in self.impacts)

    @property
    def is_slow(self) -> bool:
        return (
            self.catch_up_seconds > CATCH_UP_SECONDS + self.baseline_seconds
            or self.blocked_seconds > BLOCKED_SECONDS + self.baseline_seconds
        )

    def __str__(self) -> str:
        impacts = " + ".join(str(impact.count) for impact in self.impacts)
        return (
            f"{' + '.join(self.names):<54} {self.seconds:5.1f} s  impact {impacts:>8}"
            f"  deliveries {self.deliveries:5}  catch-up {self.catch_up_seconds:4.2f} s"
            f" (baseline {self.baseline_seconds:4.2f} s)"
            + (f"  blocked {self.blocked_seconds:4.2f} s" if self.blocked_seconds else "")
        )


async def inject(environment: Environment, workload: Workload, **seconds: float) -> InjectedFault:
    """Inject faults concurrently.

    The keywords name the faults, with `_` in place of spaces; the values are their durations.
    """
    baseline = await workload.catch_up()
    began, deliveries = monotonic(), workload.counters.deliveries
    names = tuple(name.replace("_", " ") for name in seconds)
    running = [
        FAULTS[name].run(environment, workload, duration)
        for name, duration in zip(names, seconds.values(), strict=True)
    ]
    impacts = await asyncio.gather(*running)
    duration = monotonic() - began
    delivered = workload.counters.deliveries - deliveries
    catch_up = await workload.catch_up()
    baseline = max(baseline, await workload.catch_up())
    return InjectedFault(names, duration, tuple(impacts), delivered, catch_up, baseline)
