"""The sweeper: reconciles orders that only the clock changes."""

import asyncio
import logging

from access.viewer import SYSTEM
from database.connections import connection, is_postgres
from database.locks import end_stopped_transactions
from database.outages import is_outage
from models.orders import Order
from runtime.supervised_task import SupervisedTask
from tracking.change_recorder import ChangeRecorder
from tracking.orders.loaded_orders import lock_orders
from tracking.reconciliation import reconcile
from unit_of_work.unit_of_work import Tracker, UnitOfWork, command

logger = logging.getLogger("whereabouts.sweeper")

BATCH = 200
"""Orders of one transaction, which must stay short because other writers wait for it."""
SWEEPER_LOCK = 7_726_573
"""The advisory lock of the running sweep; any number that nothing else uses."""


@command
async def sweep_batch(uow: UnitOfWork) -> int:
    """Reconcile one batch of due orders, the longest due first; return how many.

    Returns 0 if another process is sweeping.
    """
    if not await _is_alone():
        return 0
    due = await Order.filter(sweep_at__lt=uow.now).order_by("sweep_at").limit(BATCH).only("id")
    # A moment has passed that is still to come: another clock, or this one earlier, was ahead.
    early = await Order.filter(passed_at__gte=uow.now).limit(BATCH).only("id")
    orders = await lock_orders(uow, [order.id for order in (*due, *early)])
    for loaded in orders.values():
        reconcile(uow, loaded, ChangeRecorder(uow, loaded.order), uow.now)
    return len(orders)


async def _is_alone() -> bool:
    """Return whether no other process sweeps; on SQLite the write lock makes sure of that."""
    if not is_postgres():
        return True
    rows = await connection().execute_query_dict(
        "SELECT pg_try_advisory_xact_lock($1) AS is_alone", [SWEEPER_LOCK]
    )
    return bool(rows[0]["is_alone"])


async def sweep(tracker: Tracker) -> int:
    """Sweep until nothing is due; return how many orders were reconciled.

    A process that has stopped may hold the sweeper's lock, and nobody waits for that.
    """
    await end_stopped_transactions()
    total = 0
    while swept := await sweep_batch(tracker, SYSTEM):
        total += swept
    return total


def sweeper_task(tracker: Tracker, every: float) -> SupervisedTask:
    """Return the task that sweeps every `every` seconds from start to stop."""
    return SupervisedTask("The sweeper", lambda: sweep_for_ever(tracker, every))


async def sweep_for_ever(tracker: Tracker, every: float) -> None:
    """Sweep every `every` seconds. A failed sweep is logged, and the next one tries again."""
    while True:
        try:
            await sweep(tracker)
        except Exception as error:
            is_bug = not is_outage(error)
            level = logging.ERROR if is_bug else logging.WARNING
            logger.log(
                level, "The sweep failed; the next one starts in %s s.", every, exc_info=is_bug
            )
        await asyncio.sleep(every)
