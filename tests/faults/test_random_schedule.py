"""Random faults, also two at a time, on the whole environment."""

from random import Random

import pytest

from tests.faults.conftest import SEED
from tests.faults.environment import Environment
from tests.faults.report import finish_run
from tests.faults.schedule import run_schedule
from tests.faults.workload import WorkloadSize

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(120)]
SECONDS = 20
LONGEST_FAULT_SECONDS = 1.5
"""Short enough that the run has time for several faults."""
LARGE = WorkloadSize(orders=60, clients=80, subscriptions=6)


async def test_nobody_misses_a_change_whatever_happens(environment: Environment, capsys):
    async with environment.workload(LARGE) as workload:
        schedule = run_schedule(
            environment, workload, SECONDS, Random(SEED), longest_fault=LONGEST_FAULT_SECONDS
        )
        faults = [fault async for fault in schedule]
        report = await finish_run(workload, faults)

    with capsys.disabled():
        print("", *faults, report, sep="\n")  # noqa: T201
    assert (report.failures, report.faults_without_impact) == ([], [])
    assert report.changes > 0
    assert workload.counters.deliveries > 0
