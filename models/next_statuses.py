"""Next statuses: what one command could make of an order or a shipment now."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from uuid import UUID

from models.allocation import Parcel
from models.enums import OrderStatus, ShipmentStatus
from models.order_status import (
    HOLDABLE,
    NOT_MOVED,
    READY,
    PieceCounts,
    derive_order_status,
    with_pieces,
)


def next_order_statuses(pieces: PieceCounts, parcels: Sequence[Parcel]) -> list[OrderStatus]:
    """Return the statuses that one command could give the order, in the order of the enum."""
    current = derive_order_status(pieces)
    reachable = {
        derive_order_status(counts) for counts in _counts_after_commands(current, pieces, parcels)
    } - {current}
    return [status for status in OrderStatus if status in reachable]


def _counts_after_commands(
    current: OrderStatus, pieces: PieceCounts, parcels: Sequence[Parcel]
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
    for parcel in waiting:
        if parcel.shipment.status is ShipmentStatus.PENDING and not pieces.is_on_hold:
            yield replace(pieces, ready=pieces.ready + parcel.held_quantity)
        yield _without_parcels([parcel], pieces, short)


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
