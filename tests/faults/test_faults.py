"""One fault at a time, while orders change and clients subscribe: nobody misses a change."""

import asyncio
from time import monotonic

import pytest

from server import GRACE_SECONDS
from subscriptions.feed import POLL_INTERVAL
from tests.faults.environment import Environment
from tests.faults.injector import InjectedFault, inject
from tests.faults.report import finish_run
from tests.faults.servers import WhereaboutsServer
from tests.faults.workload import Workload, WorkloadSize

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow]
NO_DISCONNECTS = WorkloadSize(disconnects_per_second=0)
"""No client disconnects by itself: only the fault ends connections."""
BUSY_MACHINE_SECONDS = 5.0
"""The margin on a promised time for a machine that is busy with the whole environment. The soak run
reports the times of an otherwise idle machine."""
STATE_SECONDS = 20.0
"""How long the servers may take to report a new state."""


async def run_fault(
    environment: Environment, size: WorkloadSize | None = None, **seconds: float
) -> InjectedFault:
    """Inject a fault during a new workload and assert that no guarantee was violated."""
    async with environment.workload(size) as workload:
        return await run_fault_during(environment, workload, **seconds)


async def run_fault_during(
    environment: Environment, workload: Workload, **seconds: float
) -> InjectedFault:
    """Inject a fault and assert that it had an impact, and that no guarantee was violated."""
    fault = await inject(environment, workload, **seconds)
    report = await finish_run(workload, [fault])
    assert (report.failures, report.faults_without_impact) == ([], []), str(report)
    return fault


async def test_redis_is_killed_and_back_at_once(environment: Environment):
    await run_fault(environment, redis_killed=0)


async def test_redis_is_killed_and_away_for_a_second(environment: Environment):
    await run_fault(environment, redis_killed=1)


async def test_without_redis_changes_come_by_the_look_at_the_log(environment: Environment):
    """The service reports that it is degraded, stays alive, and keeps delivering."""
    async with environment.workload(NO_DISCONNECTS) as workload:
        began = monotonic()
        outage = asyncio.create_task(run_fault_during(environment, workload, redis_killed=10))
        await wait_for_state(environment.servers, "degraded")
        alive = [await asyncio.to_thread(server.is_alive) for server in environment.servers]
        fault = await outage

        assert alive == [True, True]
        assert fault.deliveries > 0
        slowest_delivery = workload.delivery_delays(since=began)[-1]
        assert slowest_delivery <= POLL_INTERVAL + BUSY_MACHINE_SECONDS + fault.baseline_seconds
    await wait_for_state(environment.servers, "ok")


async def test_redis_hangs(environment: Environment):
    await run_fault(environment, redis_hung=2)


async def test_listeners_of_redis_are_disconnected_again_and_again(environment: Environment):
    await run_fault(environment, redis_listeners_disconnected=1.5)


async def test_messages_are_dropped_duplicated_reordered_and_mixed_with_junk(
    environment: Environment,
):
    await run_fault(environment, redis_messages_altered=2)


async def test_connections_to_the_database_are_terminated(environment: Environment):
    await run_fault(environment, backends_terminated=1)


async def test_the_database_crashes_and_comes_back(environment: Environment):
    await run_fault(environment, postgres_crashed=1)


async def test_the_database_hangs(environment: Environment):
    await run_fault(environment, postgres_hung=2)


async def test_a_server_is_paused_for_a_while(environment: Environment):
    await run_fault(environment, server_paused=2)


async def test_a_server_paused_in_the_middle_of_a_write_blocks_the_others_two_seconds(
    environment: Environment,
):
    fault = await run_fault(environment, server_paused_in_a_write=2)

    assert fault.blocked_seconds > 0


async def test_a_server_is_killed_and_comes_back(environment: Environment):
    await run_fault(environment, server_killed=0.5)


async def test_a_deployment_sends_everybody_away_to_come_back(environment: Environment):
    size = WorkloadSize(disconnects_per_second=0, event_stream_share=0)
    async with environment.workload(size) as workload:
        fault = await run_fault_during(environment, workload, server_deployed=0)

    assert workload.counters.closes == {1012: fault.impacts[0].count}
    assert fault.seconds < GRACE_SECONDS


async def test_connections_of_clients_are_reset(environment: Environment):
    await run_fault(environment, clients_reset=1)


async def test_some_clients_do_not_read(environment: Environment):
    await run_fault(environment, consumers_slow=2)


async def test_another_session_locks_the_head_of_the_log(environment: Environment):
    await run_fault(environment, log_head_locked=2)


async def test_another_session_locks_one_order_and_the_others_go_on(environment: Environment):
    fault = await run_fault(environment, order_locked=1)

    assert 0 < fault.blocked_seconds < 1 + BUSY_MACHINE_SECONDS + fault.baseline_seconds


async def wait_for_state(servers: list[WhereaboutsServer], state: str) -> None:
    """Wait until each server reports the state."""
    async with asyncio.timeout(STATE_SECONDS):
        while {await asyncio.to_thread(server.readiness) for server in servers} != {state}:  # noqa: ASYNC110 (other processes have no events)
            await asyncio.sleep(0.05)
