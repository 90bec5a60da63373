"""The sweeper: writes what only the clock changes."""

import asyncio
import logging

from access.viewer import SYSTEM
from database.connections import connection, is_postgres
from models.orders import Order
from runtime.supervised_task import SupervisedTask
from tracking.change_recorder import ChangeRecorder
from tracking.orders.loading import lock_orders
from tracking.settlement import reconcile
from unit_of_work.unit_of_work import Tracker, UnitOfWork, command

logger = logging.getLogger("whereabouts.sweeper")

BATCH = 200
"""Orders of one transaction: short enough to keep nobody waiting."""
SWEEPER_LOCK = 7_726_573
"""The advisory lock of whoever sweeps; any number that nothing else uses."""


@command
async def sweep_some(this: UnitOfWork) -> int:
    """Settle orders whose time has come, the longest due first; how many. 0 if another sweeps."""
    if not await _is_alone():
        return 0
    due = await Order.filter(sweep_at__lt=this.now).order_by("sweep_at").limit(BATCH).only("id")
    for loaded in (await lock_orders(this, [one.id for one in due])).values():
        reconcile(this, loaded, ChangeRecorder(this, loaded.order), this.now)
    return len(due)


async def _is_alone() -> bool:
    """One sweeper at a time; on SQLite the write lock sees to that."""
    if not is_postgres():
        return True
    rows = await connection().execute_query_dict(
        "SELECT pg_try_advisory_xact_lock($1) AS is_alone", [SWEEPER_LOCK]
    )
    return bool(rows[0]["is_alone"])


async def sweep(tracker: Tracker) -> int:
    """Until nothing is due; how many orders were settled."""
    total = 0
    while swept := await sweep_some(tracker, SYSTEM):
        total += swept
    return total


def sweeping(tracker: Tracker, every: float) -> SupervisedTask:
    """The sweeper, who sweeps from start to stop, whatever happens."""
    return SupervisedTask("The sweeper", lambda: sweep_for_ever(tracker, every))


async def sweep_for_ever(tracker: Tracker, every: float) -> None:
    """Every `every` seconds. A sweep that fails is logged, and the next one tries again."""
    while True:
        try:
            await sweep(tracker)
        except Exception:
            logger.exception("The sweep failed; the next one starts in %s s.", every)
        await asyncio.sleep(every)
