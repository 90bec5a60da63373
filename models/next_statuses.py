"""Next statuses: what one command could make of an order or a shipment now."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from uuid import UUID

from models.allocation import Parcel
from models.cancellation import missing_pieces
from models.enums import OrderStatus, ShipmentStatus
from models.order_status import (
    HOLDABLE,
    NOT_MOVED,
    READY,
    PieceCounts,
    derive_order_status,
    with_pieces,
)
from models.orders import OrderItem


def next_order_statuses(
    pieces: PieceCounts, items: Sequence[OrderItem], parcels: Sequence[Parcel]
) -> list[OrderStatus]:
    """Return the statuses that one command could give the order, in the order of the enum."""
    current = derive_order_status(pieces)
    after_commands = _counts_after_commands(current, pieces, items, parcels)
    reachable = {derive_order_status(counts) for counts in after_commands} - {current}
    return [status for status in OrderStatus if status in reachable]


def _counts_after_commands(
    current: OrderStatus,
    pieces: PieceCounts,
    items: Sequence[OrderItem],
    parcels: Sequence[Parcel],
) -> Iterator[PieceCounts]:
    waiting = [parcel for parcel in parcels if parcel.shipment.status in NOT_MOVED]
    short = [parcel for parcel in parcels if parcel.is_short]
    if current is OrderStatus.PENDING:
        yield replace(pieces, is_confirmed=True)
    if current in HOLDABLE:
        yield replace(pieces, is_on_hold=True)
    if pieces.is_on_hold:
        yield replace(pieces, is_on_hold=False)
    if pieces.unshipped > 0:
        rest = _without_parcels(waiting, pieces, short)
        yield replace(rest, cancelled=rest.ordered - rest.allocated)
        missing = missing_pieces(short)
        if pieces.shipped == 0:
            yield from _counts_after_cancelling_items(pieces, items, waiting, missing)
        yield from _counts_after_filling(pieces, waiting, short, missing)
    for parcel in waiting:
        if parcel.shipment.status is ShipmentStatus.PENDING and not pieces.is_on_hold:
            yield replace(pieces, ready=pieces.ready + parcel.held_quantity)
        yield _without_parcels([parcel], pieces, short)


def _counts_after_cancelling_items(
    pieces: PieceCounts,
    items: Sequence[OrderItem],
    waiting: Sequence[Parcel],
    missing: Counter[UUID],
) -> Iterator[PieceCounts]:
    """Yield what cancelling some of the items can make of an order of which nothing has shipped.

    It can leave only pieces that are ready, or only pieces in no parcel. Nothing else gives a
    status that no other command gives. Parcels on their way take the pieces that they miss as soon
    as others of the same item are cancelled.
    """
    is_unpacked_missing = any(
        content.held_quantity and missing[content.item_id]
        for parcel in waiting
        if missing and parcel.shipment.status not in READY
        for content in parcel.contents
    )
    ready = pieces.ready
    if ready > 0 and not is_unpacked_missing:
        yield replace(pieces, cancelled=pieces.ordered - ready, allocated=ready, unfinished=ready)
    free = sum(item.free_quantity for item in items if item.allocated_quantity == 0)
    if free > 0 and not missing:
        cancelled = pieces.ordered - free
        yield replace(pieces, cancelled=cancelled, allocated=0, ready=0, unfinished=0)


def _counts_after_filling(
    pieces: PieceCounts,
    waiting: Sequence[Parcel],
    short: Sequence[Parcel],
    missing: Counter[UUID],
) -> Iterator[PieceCounts]:
    """Yield the counts after one piece is cancelled of an item that parcels on their way miss.

    They get all that they miss of it. `ready` stays as it is: it does not matter any more.
    """
    held: Counter[UUID] = Counter()
    for content in (content for parcel in waiting if missing for content in parcel.contents):
        held[content.item_id] += content.held_quantity
    for item_id, count in missing.items():
        if held[item_id] > count:
            counts = replace(
                pieces,
                cancelled=pieces.cancelled + 1,
                allocated=pieces.allocated - count - 1,
                unfinished=pieces.unfinished - count - 1,
            )
            for parcel in short:
                if parcel.shipment.has_moved:
                    counts = with_pieces(counts, parcel.shipment, _missing(parcel, item_id))
            yield counts


def _missing(parcel: Parcel, item_id: UUID) -> int:
    return sum(
        content.quantity - content.held_quantity
        for content in parcel.contents
        if content.item_id == item_id
    )


def _without_parcels(
    leaving: Sequence[Parcel], pieces: PieceCounts, short: Sequence[Parcel]
) -> PieceCounts:
    """Return the counts after cancelling `leaving`, whose pieces go to the short parcels.

    The short parcels take them in the same order as `allocate_pieces` gives them.
    """
    free: Counter[UUID] = Counter()
    for parcel in leaving:
        pieces = with_pieces(pieces, parcel.shipment, -parcel.held_quantity)
        free.update({content.item_id: content.held_quantity for content in parcel.contents})
    for parcel in short:
        for content in parcel.contents if parcel not in leaving else ():
            taken = min(content.quantity - content.held_quantity, free[content.item_id])
            free[content.item_id] -= taken
            pieces = with_pieces(pieces, parcel.shipment, taken)
    return pieces


def next_shipment_statuses(status: ShipmentStatus, *, is_on_hold: bool) -> list[ShipmentStatus]:
    """Return the statuses that one command could give a shipment: none once it has moved."""
    if status not in NOT_MOVED:
        return []
    ahead = [] if is_on_hold else list(READY)
    place = NOT_MOVED.index(status)
    later = [target for target in ahead if NOT_MOVED.index(target) > place]
    return [*later, ShipmentStatus.CANCELLED]
