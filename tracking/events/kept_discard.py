"""Discards of kept numbers: by a person, or because no shipment has taken the news for long."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from database.columns import first_id_at
from database.connections import connection, is_postgres
from database.rows import read
from engine.sql.conditions import stored
from models.assignments import NamedNumber
from models.events import WAITING, TrackingEvent
from models.number_decisions import NumberDecision
from runtime.turns import in_turns
from tracking import validation
from tracking.change_recorder import OrderRecorders
from tracking.events.number_assignments import number_of_family
from tracking.events.number_decisions import (
    checked_number,
    end_decision,
    lock_decision,
    new_decision,
    nothing_kept,
)
from tracking.orders.loaded_orders import find_shipment, lock_orders
from tracking.partners import sees, sees_carrier
from tracking.reconciliation import reconcile
from tracking.shipments.tracking_number_locks import lock_numbers, order_ids_of
from unit_of_work.unit_of_work import UnitOfWork, command

KEPT_DAYS = 30
"""Days after its last news for which what is kept for a number waits: as long as a shipment that
takes the number could still have the news (`models.event_matching.NUMBER_REUSE_WINDOW`)."""
EXPIRY = timedelta(days=KEPT_DAYS)
EXPIRED = f"No shipment has taken it within {KEPT_DAYS} days of its last news."
"""The reason of a discard that nobody has asked for."""
BATCH = 50
"""Numbers that are discarded in one transaction. Each has at most some hundred events."""

WAITING_COLUMNS = ("id", "carrier", "number_key", "recorded_at", "decision_id")
OF_NUMBERS = f"number_key AMONG 1 AND carrier AMONG 2 AND {WAITING}"
EXPIRED_NUMBERS = f"""
SELECT DISTINCT carrier, number_key FROM (
    SELECT carrier, number_key FROM tracking_event AS kept
    WHERE {WAITING} AND recorded_at < {{moment}} AND NOT EXISTS (
        SELECT 1 FROM tracking_event AS newer
        WHERE newer.number_key = kept.number_key AND newer.carrier = kept.carrier
        AND newer.shipment_id IS NULL AND newer.decision_id IS NULL
        AND (newer.recorded_at >= {{moment}} OR newer.id >= {{first_id}})
    ) ORDER BY recorded_at LIMIT {BATCH}
) AS expired
"""
ON_POSTGRES = {"moment": "$1", "first_id": "$2"}
ON_SQLITE = {"moment": "?1", "first_id": "?2"}


@command
async def discard_kept_number(
    uow: UnitOfWork, carrier: str, tracking_number: str, reason: str
) -> int:
    """Discard what is kept for a number, end its assignment, and return how many events there were.

    The events stay stored, so that they are recognised when they are sent again. Raises Invalid if
    nothing is kept and the number is not assigned.
    """
    number, reason = checked_number(carrier, tracking_number), validation.reason(reason)
    if not sees_carrier(uow.viewer, number.carrier):
        raise nothing_kept(number)
    decision, shipment_ids, _ = await lock_decision(uow, number)
    discarded = await _discard(uow, await _waiting(number), reason)
    if decision is None:
        if number not in discarded:
            raise nothing_kept(number)
        return discarded[number]
    await _end_assignment(uow, decision, await order_ids_of(uow.families, (), shipment_ids), reason)
    return discarded.get(number, 0)


async def _end_assignment(
    uow: UnitOfWork, decision: NumberDecision, order_ids: Collection[UUID], reason: str
) -> None:
    """End the assignment of the number. What it has brought stays with the shipment."""
    orders = await lock_orders(uow, order_ids)
    recorders = OrderRecorders(uow, reason)
    found = find_shipment(orders.values(), decision.shipment_id)
    if found is not None and not sees(uow.viewer, found[1]):
        raise nothing_kept(NamedNumber(decision.carrier, decision.number_key))
    await end_decision(uow, decision, found, recorders)
    for order_id, recorder in recorders.items():
        reconcile(uow, orders[order_id], recorder, uow.now)


async def discard_expired(uow: UnitOfWork) -> dict[NamedNumber, int]:
    """Discard what is kept for some numbers that have had no news for long.

    Returns how many events there were of each number; none if no number is left.
    """
    latest = uow.now - EXPIRY
    numbers = await _expired_numbers(latest)
    await lock_numbers(uow, {number_of_family(uow.families, number) for number in numbers})
    first_id = first_id_at(latest)
    expired = {
        number: events
        for number, events in (await _waiting(*numbers)).items()
        if all(event.recorded_at < latest and event.id < first_id for event in events)
    }
    return await _discard(uow, expired, EXPIRED)


async def _expired_numbers(latest: datetime) -> list[NamedNumber]:
    """Return numbers whose last news came, and was last taken from a shipment, before `latest`.

    An event that leaves a shipment keeps the time at which it was received, and gets a new id.
    """
    client = connection()
    dialect = ON_POSTGRES if is_postgres(client) else ON_SQLITE
    values: list[object] = [latest, first_id_at(latest)]
    if not is_postgres(client):
        values = [stored(value) for value in values]
    rows = await client.execute_query_dict(EXPIRED_NUMBERS.format(**dialect), values)
    return [NamedNumber(row["carrier"], row["number_key"]) for row in rows]


async def _waiting(*numbers: NamedNumber) -> dict[NamedNumber, list[TrackingEvent]]:
    """Return the events that wait for the numbers, without numbers for which none waits."""
    waiting: dict[NamedNumber, list[TrackingEvent]] = {}
    if not numbers:
        return waiting
    carriers, keys = {carrier for carrier, _ in numbers}, {key for _, key in numbers}
    for event in await read(TrackingEvent, OF_NUMBERS, keys, carriers, columns=WAITING_COLUMNS):
        if event.carrier is not None and event.number_key is not None:
            number = NamedNumber(event.carrier, event.number_key)
            if number in numbers:
                waiting.setdefault(number, []).append(event)
    return waiting


async def _discard(
    uow: UnitOfWork, waiting: Mapping[NamedNumber, Sequence[TrackingEvent]], reason: str
) -> dict[NamedNumber, int]:
    async for number, events in in_turns(waiting.items()):
        decision = uow.rows.add(new_decision(uow, number, reason))
        uow.rows.track(events)
        for event in events:
            event.decision_id = decision.id
    return {number: len(events) for number, events in waiting.items()}
