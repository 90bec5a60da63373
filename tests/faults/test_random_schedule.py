"""Faults by chance, also two at a time, on all that there is."""

from random import Random

import pytest

from tests.faults.conftest import SEED
from tests.faults.workload import Size
from tests.faults.report import finish
from tests.faults.schedule import play
from tests.faults.environment import Stage

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(120)]
SECONDS = 20
LONGEST_SECONDS = 1.5
"""Of one fault, so that there is time for several."""
HUNDREDS = Size(orders=60, clients=80, followings=6)


async def test_nobody_misses_a_change_whatever_happens(stage: Stage, capsys):
    async with stage.crowd(HUNDREDS) as crowd:
        playing = play(stage, crowd, SECONDS, Random(SEED), longest=LONGEST_SECONDS)
        struck = [one async for one in playing]
        report = await finish(crowd, struck)

    with capsys.disabled():
        print("", *struck, report, sep="\n")  # noqa: T201
    assert (report.failures, report.doubts) == ([], [])
    assert report.changes > 0
    assert crowd.tally.deliveries > 0
