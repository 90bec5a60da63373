"""The sweeper: reconciles orders that only the clock changes, and discards what expires."""

import asyncio
import logging
from collections.abc import Sequence
from uuid import UUID

from access.viewer import SYSTEM
from database.connections import connection, is_postgres
from database.locks import end_stopped_transactions
from database.outages import is_outage
from models.assignments import NamedNumber
from models.orders import Order
from runtime.supervised_task import SupervisedTask
from runtime.turns import in_turns
from tracking.change_recorder import ChangeRecorder
from tracking.events.kept_discard import KEPT_DAYS, discard_expired
from tracking.orders.loaded_orders import LoadedOrder, lock_orders
from tracking.orders.order_parts import TooManyRows
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
    orders = await _lock_first(uow, [order.id for order in (*due, *early)])
    async for loaded in in_turns(orders.values()):
        reconcile(uow, loaded, ChangeRecorder(uow, loaded.order), uow.now)
    return len(orders)


async def _lock_first(uow: UnitOfWork, order_ids: Sequence[UUID]) -> dict[UUID, LoadedOrder]:
    """Lock and load the first of the orders, as many as are not too much for one command."""
    while True:
        try:
            return await lock_orders(uow, order_ids)
        except TooManyRows:
            order_ids = order_ids[: (len(order_ids) + 1) // 2]


async def _is_alone() -> bool:
    """Return whether no other process sweeps; on SQLite the write lock makes sure of that."""
    if not is_postgres():
        return True
    rows = await connection().execute_query_dict(
        "SELECT pg_try_advisory_xact_lock($1) AS is_alone", [SWEEPER_LOCK]
    )
    return bool(rows[0]["is_alone"])


@command
async def discard_batch(uow: UnitOfWork) -> dict[NamedNumber, int]:
    """Discard what has been kept too long for some numbers; return how many events of each.

    Returns nothing if another process is sweeping.
    """
    return await discard_expired(uow) if await _is_alone() else {}


async def sweep(tracker: Tracker) -> int:
    """Sweep until nothing is due; return how many orders were reconciled.

    News that no shipment has taken for long is discarded, which the log of the process says.

    A process that has stopped may hold the sweeper's lock, and nobody waits for that.
    """
    await end_stopped_transactions()
    total = 0
    while swept := await sweep_batch(tracker, SYSTEM):
        total += swept
    while discarded := await discard_batch(tracker, SYSTEM):
        for (carrier, number), events in discarded.items():
            logger.info(
                "Discarded the %s events kept for the number %s of %s: no shipment has taken it"
                " within %s days of its last news.",
                *(events, number, carrier, KEPT_DAYS),
            )
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
