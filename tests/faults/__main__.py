"""`python -m tests.faults --minutes N --seed S`: inject random faults for a long time."""

import argparse
import asyncio
import sys
from random import Random

from tests.faults.environment import Environment
from tests.faults.report import Report, finish_run
from tests.faults.schedule import run_schedule
from tests.faults.workload import WorkloadSize

LONGEST_FAULT_SECONDS = 10.0
"""Many short faults find more than a few long ones."""
ORDERS = 60


async def soak(minutes: float, seed: int, size: WorkloadSize) -> Report:
    """Inject random faults for `minutes` and return the report of the run."""
    faults = []
    async with (
        Environment(Random(seed)) as environment,
        environment.workload(size) as workload,
    ):
        memory_before = [server.memory for server in environment.servers]
        async for fault in run_schedule(
            environment, workload, minutes * 60, Random(seed), longest_fault=LONGEST_FAULT_SECONDS
        ):
            faults.append(fault)
            write_line(str(fault))
        report = await finish_run(workload, faults)
        memory_after = [server.memory for server in environment.servers]
        before, after = _format_megabytes(memory_before), _format_megabytes(memory_after)
        write_line(f"memory of the servers in MB: {before} at the start, {after} at the end")
    return report


def _format_megabytes(sizes: list[int]) -> str:
    return ", ".join(str(size // 1_000_000) for size in sizes)


def write_line(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--minutes", type=float, default=20.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--clients", type=int, default=150)
    parser.add_argument("--writers", type=int, default=6)
    options = parser.parse_args()
    size = WorkloadSize(orders=ORDERS, clients=options.clients, writers=options.writers)
    report = asyncio.run(soak(options.minutes, options.seed, size))
    write_line(str(report))
    for line in (*report.slow_recoveries, *report.faults_without_impact, *report.failures):
        write_line(line)
    write_line("failed" if report.failures else "passed")
    return bool(report.failures)


if __name__ == "__main__":
    sys.exit(main())
