"""Erasure: the personal data of a customer goes, the statistics and the order of the log stay.

It runs in portions of orders. One that was broken off goes on when it is called again.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from tortoise.expressions import F

from access.security_events import SecurityEvent, record
from access.viewer import Viewer
from database.connections import connection, is_postgres
from database.locks import RowLock
from database.rows import read
from errors import IllegalTransition, LimitExceeded, NotFound
from models.customers import DEFAULT_LOCALE, ERASED, Customer
from models.enums import FINISHED
from models.orders import Address, Order, OrderItem
from models.shipments import Shipment
from models.sources import ShopOrder
from tracking.change_recorder import ChangeRecorder
from tracking.events.erased_events import erase_events
from tracking.inputs import AddressDraft, CustomerDraft
from tracking.orders.customers import update_customer
from unit_of_work.unit_of_work import Tracker, UnitOfWork, command

PORTION = 100
"""Orders that one transaction erases: with their events it takes some tenths of a second, in which
they stay locked."""
MAXIMUM_ERASED_IN_REQUEST = 1_000
"""Orders that are erased within a request: more could take longer than its answer may."""


async def erase_customer(
    tracker: Tracker, viewer: Viewer, customer_id: UUID, maximum: int | None = None
) -> int:
    """Erase the personal data of a customer and of all its orders; return the number of its orders.

    Raises NotFound, IllegalTransition while an order is unfinished, and LimitExceeded if more than
    `maximum` orders are to be erased.
    """
    await _check_orders(tracker, viewer, customer_id, maximum)
    while await _erase_portion(tracker, viewer, customer_id) == PORTION:
        pass
    await _empty_search_index(tracker, viewer)
    record(SecurityEvent.CUSTOMER_ERASED, viewer=viewer.log_name, object_id=customer_id)
    return await Order.filter(customer_id=customer_id).count()


@command
async def _check_orders(uow: UnitOfWork, customer_id: UUID, maximum: int | None) -> None:
    if not await Customer.exists(id=customer_id):
        raise NotFound("No customer has this id.", ("id",))
    remaining = await Order.filter(customer_id=customer_id, erased_at=None).count()
    if maximum is not None and remaining > maximum:
        raise LimitExceeded(
            f"The customer has {remaining:,} orders, and a request erases at most {maximum:,}. Run"
            " `whereabouts erase-customer` with this id instead.",
            ("id",),
        )
    await _refuse_unfinished(order__customer_id=customer_id, order__erased_at=None)


@command
async def _erase_portion(uow: UnitOfWork, customer_id: UUID) -> int:
    """Erase the customer's row and the next orders; return how many orders there were to erase."""
    await _erase_row(uow, customer_id)
    remaining = Order.filter(customer_id=customer_id, erased_at=None).order_by("id").limit(PORTION)
    ids: list[Any] = list(await remaining.values_list("id", flat=True))
    if ids:
        await _erase_orders(uow, customer_id, ids)
    return len(ids)


async def _erase_row(uow: UnitOfWork, customer_id: UUID) -> None:
    """Lock the customer, before its orders as all writers do. Without its external id no order can
    become its own any more."""
    with uow.locking([RowLock(Customer, "id", customer_id)]):
        rows = await Customer.filter(id=customer_id).select_for_update()
    for customer in uow.rows.track(rows):
        update_customer(uow, customer, CustomerDraft(name=ERASED, locale=DEFAULT_LOCALE))


async def _erase_orders(uow: UnitOfWork, customer_id: UUID, ids: Sequence[UUID]) -> None:
    with uow.locking(RowLock(Order, "id", id_) for id_ in ids):
        locked = await read(Order, "id AMONG 1 ORDER BY id", ids, is_locked=True)
    # Another command may have given an order to another customer before it was locked.
    orders = [order for order in locked if order.customer_id == customer_id]
    ids = [order.id for order in orders]
    await _refuse_unfinished(order_id__in=ids)
    for address in uow.rows.track(await read(Address, "order_id AMONG 1", ids)):
        _erase_address(address)
    signed = Shipment.filter(order_id__in=ids, signed_by__not_isnull=True)
    await signed.update(signed_by=None, updated_at=uow.now)
    await ShopOrder.filter(order_id__in=ids).update(customer_digest=None, address_digest=None)
    await erase_events(ids)
    for order in uow.rows.track(orders):
        order.erased_at = uow.now
        order.link_version += 1
        ChangeRecorder(uow, order).order_erased(uow.now)


def _erase_address(address: Address) -> None:
    """Leave what the destination of the order says, which is not personal."""
    public = AddressDraft(
        line1=ERASED, city=address.city, region=address.region, country=address.country
    )
    for column, value in vars(public).items():
        setattr(address, column, value)


async def _refuse_unfinished(**of_orders: object) -> None:
    """Raise IllegalTransition if pieces of these orders are in no shipment or on their way."""
    missing = OrderItem.filter(
        **of_orders, quantity__gt=F("cancelled_quantity") + F("allocated_quantity")
    )
    moving = Shipment.filter(**of_orders).exclude(status__in=list(FINISHED))
    for unfinished in (missing, moving):
        found = await unfinished.limit(1).values_list("order__tracking_id", flat=True)
        if found:
            raise IllegalTransition(
                f"The order {found[0]} is not finished, and needs the address. Cancel what has not"
                " shipped, or erase the customer when everything has arrived.",
                ("id",),
            )


@command
async def _empty_search_index(uow: UnitOfWork) -> None:
    """Remove what the search index only marks as removed. PostgreSQL's vacuum does so by itself."""
    if not is_postgres():
        await connection().execute_query(
            "INSERT INTO search_customer_parts (search_customer_parts) VALUES ('optimize')"
        )
