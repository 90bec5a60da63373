"""One fault at a time, while orders change and are followed: nobody misses a change."""

import asyncio
from time import monotonic

import pytest

from server import GRACE_SECONDS
from subscriptions.feed import LOOK_INTERVAL
from tests.faults.workload import Crowd, Size
from tests.faults.report import finish
from tests.faults.schedule import Struck, strike
from tests.faults.servers import WhereaboutsServer
from tests.faults.environment import Stage

pytestmark = pytest.mark.asyncio(loop_scope="module")
QUIET = Size(unrest=0)
"""Nobody hangs up by himself: whoever is cut off, the fault has cut off."""
BUSY = 5.0
"""Seconds beyond a promised time, for a machine that is busy with all of this. What the times are
when nothing else runs, the long run of faults reports."""


async def held(stage: Stage, size: Size | None = None, **seconds: float) -> Struck:
    """The fault hit, everybody caught up, and nothing was lost or came twice."""
    async with stage.crowd(size) as crowd:
        return await held_by(stage, crowd, **seconds)


async def held_by(stage: Stage, crowd: Crowd, **seconds: float) -> Struck:
    struck = await strike(stage, crowd, **seconds)
    report = await finish(crowd, [struck])
    assert (report.failures, report.doubts) == ([], []), str(report)
    return struck


async def test_redis_is_killed_and_back_at_once(stage: Stage):
    await held(stage, redis_killed=0)


async def test_redis_is_killed_and_away_for_a_second(stage: Stage):
    await held(stage, redis_killed=1)


async def test_without_redis_changes_come_by_the_look_at_the_log(stage: Stage):
    """The service says that it is degraded, lives, and goes on."""
    async with stage.crowd(QUIET) as crowd:
        began = monotonic()
        away = asyncio.create_task(held_by(stage, crowd, redis_killed=10))
        await until_all_say(stage.servers, "degraded")
        alive = [await asyncio.to_thread(server.is_alive) for server in stage.servers]
        struck = await away

        assert alive == [True, True]
        assert struck.deliveries > 0
        assert crowd.delays(since=began)[-1] <= LOOK_INTERVAL + BUSY + struck.calm
    await until_all_say(stage.servers, "ok")


async def test_redis_hangs(stage: Stage):
    await held(stage, redis_hung=2)


async def test_listeners_of_redis_are_cut_off_again_and_again(stage: Stage):
    await held(stage, listeners_cut=1.5)


async def test_messages_are_lost_doubled_shuffled_and_mixed_with_junk(stage: Stage):
    await held(stage, messages_mangled=2)


async def test_connections_to_the_database_are_ended(stage: Stage):
    await held(stage, backends_ended=1)


async def test_the_database_crashes_and_comes_back(stage: Stage):
    await held(stage, postgres_crashed=1)


async def test_the_database_hangs(stage: Stage):
    await held(stage, postgres_hung=2)


async def test_a_server_is_stopped_for_a_while(stage: Stage):
    await held(stage, server_stopped=2)


async def test_a_server_stopped_in_the_middle_of_a_write_holds_up_the_others_two_seconds(
    stage: Stage,
):
    struck = await held(stage, server_stopped_in_a_write=2)

    assert struck.held_up > 0


async def test_a_server_is_killed_and_comes_back(stage: Stage):
    await held(stage, server_killed=0.5)


async def test_a_deployment_sends_everybody_away_to_come_back(stage: Stage):
    async with stage.crowd(Size(unrest=0, streams=0)) as crowd:
        struck = await held_by(stage, crowd, server_deployed=0)

    assert crowd.tally.closes == {1012: struck.hits[0].count}
    assert struck.seconds < GRACE_SECONDS


async def test_clients_are_cut_off(stage: Stage):
    await held(stage, clients_cut=1)


async def test_some_clients_do_not_read(stage: Stage):
    await held(stage, readers_slow=2)


async def test_somebody_else_holds_the_head_of_the_log(stage: Stage):
    await held(stage, head_locked=2)


async def test_somebody_else_holds_one_order_and_the_others_go_on(stage: Stage):
    struck = await held(stage, order_locked=1)

    assert 0 < struck.held_up < 1 + BUSY + struck.calm


async def until_all_say(servers: list[WhereaboutsServer], word: str) -> None:
    async with asyncio.timeout(20):
        while {await asyncio.to_thread(server.readiness) for server in servers} != {word}:  # noqa: ASYNC110 (other processes have no events)
            await asyncio.sleep(0.05)
