"""`python -m tests.faults --minutes N --seed S`: faults by chance, for a long time."""

import argparse
import asyncio
import sys
from random import Random

from tests.faults.workload import Size
from tests.faults.report import Report, finish
from tests.faults.schedule import play
from tests.faults.environment import Stage

LONGEST_SECONDS = 10.0
"""Of a fault: many of them teach more than long ones."""


async def soak(minutes: float, seed: int, size: Size) -> Report:
    struck = []
    async with Stage(Random(seed)) as stage, stage.crowd(size) as crowd:
        memory = [server.memory for server in stage.servers]
        async for one in play(stage, crowd, minutes * 60, Random(seed), longest=LONGEST_SECONDS):
            struck.append(one)
            say(str(one))
        report = await finish(crowd, struck)
        now = [server.memory for server in stage.servers]
        say(f"memory of the servers in MB: {_megabytes(memory)} at first, {_megabytes(now)} now")
    return report


def _megabytes(sizes: list[int]) -> str:
    return ", ".join(str(size // 1_000_000) for size in sizes)


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--minutes", type=float, default=20.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--clients", type=int, default=150)
    parser.add_argument("--writers", type=int, default=6)
    asked = parser.parse_args()
    size = Size(orders=60, clients=asked.clients, writers=asked.writers)
    report = asyncio.run(soak(asked.minutes, asked.seed, size))
    say(str(report))
    for complaint in (*report.late, *report.doubts, *report.failures):
        say(complaint)
    say("it failed" if report.failures else "it held")
    return bool(report.failures)


if __name__ == "__main__":
    sys.exit(main())
