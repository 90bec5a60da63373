"""The random schedule of faults; the same seed gives the same faults in the same order."""

import asyncio
from collections.abc import AsyncGenerator
from random import Random
from time import monotonic

from tests.faults.environment import Environment
from tests.faults.faults import FAULTS
from tests.faults.injector import InjectedFault, inject
from tests.faults.workload import Workload

CONCURRENT_SHARE = 0.3
"""How often a second fault accompanies the first, if the two share no resource."""
PAUSE_SECONDS = (0.2, 1.0)
"""The shortest and the longest pause between two faults."""


async def run_schedule(
    environment: Environment,
    workload: Workload,
    seconds: float,
    rng: Random,
    *,
    longest_fault: float,
) -> AsyncGenerator[InjectedFault, None]:
    """Inject random faults, all equally often, until the time is over or a client is stuck.

    No fault lasts longer than `longest_fault` seconds.
    """
    until = monotonic() + seconds
    remaining: list[str] = []
    while monotonic() < until and not workload.stuck_clients:
        names = _next_faults(remaining, rng)
        durations = {
            name.replace(" ", "_"): rng.uniform(
                FAULTS[name].shortest_seconds, min(FAULTS[name].longest_seconds, longest_fault)
            )
            for name in names
        }
        yield await inject(environment, workload, **durations)
        await asyncio.sleep(rng.uniform(*PAUSE_SECONDS))


def _next_faults(remaining: list[str], rng: Random) -> list[str]:
    """Take the next fault, and perhaps a compatible one, from the shuffled remaining faults."""
    if not remaining:
        remaining += rng.sample(list(FAULTS), len(FAULTS))
    first = remaining.pop()
    resources = FAULTS[first].resources
    compatible = [name for name in remaining if not FAULTS[name].resources & resources]
    if not compatible or rng.random() >= CONCURRENT_SHARE:
        return [first]
    remaining.remove(compatible[-1])
    return [first, compatible[-1]]
