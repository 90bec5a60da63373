"""Cancellation of pieces: how many can be cancelled, and which shipments they are taken out of."""

from collections import Counter
from collections.abc import Iterable, Sequence
from uuid import UUID

from models.allocation import Parcel
from models.order_status import NOT_MOVED
from models.orders import OrderItem


def waiting_parcels(parcels: Sequence[Parcel]) -> list[Parcel]:
    """Return the parcels that have not moved, in the order in which pieces are taken out of them.

    The least work is undone first: parcels that are not packed come before packed ones, and those
    before dispatched ones. Of each kind the newest comes first. `parcels` are in the order of
    their creation.
    """
    waiting = [parcel for parcel in reversed(parcels) if parcel.shipment.status in NOT_MOVED]
    return sorted(waiting, key=lambda parcel: NOT_MOVED.index(parcel.shipment.status))


def missing_pieces(parcels: Iterable[Parcel]) -> Counter[UUID]:
    """Return, by item, the pieces that parcels on their way are short of.

    A parcel that moved after it was cancelled has them, but other parcels hold them. Whatever
    becomes free is that parcel's.
    """
    missing: Counter[UUID] = Counter()
    for parcel in parcels:
        if parcel.shipment.has_moved and parcel.is_short:
            for content in parcel.contents:
                missing[content.item_id] += content.quantity - content.held_quantity
    return +missing


def cancellable_quantity(item: OrderItem, missing: int) -> int:
    """Return how many pieces of the item can be cancelled.

    Those that have shipped cannot, nor those that parcels on their way are missing.
    """
    unshipped = item.quantity - item.cancelled_quantity - item.shipped_quantity
    return max(0, unshipped - missing)


def cancel_pieces(pieces: Sequence[tuple[OrderItem, int]], parcels: Sequence[Parcel]) -> None:
    """Cancel so many pieces of each item, at most its cancellable quantity.

    Pieces in no parcel are taken first, then those of the waiting parcels, which keep what is left:
    nothing, perhaps. Waiting parcels that are short of a cancelled item give up what they miss.
    What parcels on their way miss of such an item is taken besides, and `allocate_pieces` gives it
    to them.
    """
    missing = missing_pieces(parcels)
    left = {
        item.id: max(0, quantity + missing[item.id] - item.free_quantity)
        for item, quantity in pieces
    }
    for item, quantity in pieces:
        item.cancelled_quantity += quantity + missing[item.id]
    for parcel in waiting_parcels(parcels):
        for content in parcel.contents:
            if content.item_id in left:
                taken = min(left[content.item_id], content.held_quantity)
                left[content.item_id] -= taken
                content.held_quantity -= taken
                content.quantity = content.held_quantity
