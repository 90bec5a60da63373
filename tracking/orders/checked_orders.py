"""Checked orders: rows made from drafts, ready to be stored."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from database.columns import new_id
from database.rows import new_row
from errors import Invalid, LimitExceeded
from models.enums import Health, OrderStatus
from models.estimates import promise_of, set_expectation
from models.health import order_health
from models.next_statuses import next_order_statuses
from models.order_status import count_pieces, derive_order_status
from models.orders import Address, Order, OrderItem
from models.search import optionally_searchable
from models.tracking_ids import new_tracking_id
from tracking import validation
from tracking.inputs import ItemDraft, OrderDraft
from tracking.inputs.stored_fields import checked_columns
from tracking.metadata import check_metadata
from tracking.places import check_address
from unit_of_work.unit_of_work import UnitOfWork

MAXIMUM_ITEMS = 200
"""Items of an order: above any basket, and every command on the order loads all of them."""


@dataclass(frozen=True, slots=True)
class CheckedOrder:
    """A checked draft and its rows, complete except for the order's customer."""

    draft: OrderDraft
    order: Order
    address: Address
    items: list[OrderItem]


def check_order(uow: UnitOfWork, draft: OrderDraft) -> CheckedOrder:
    """Return the rows of a draft. Raises DomainError, with the path of the field in the draft."""
    validation.idempotency_key(draft.idempotency_key, "idempotencyKey")
    if not draft.items:
        raise Invalid("Send at least one item.", ("items",))
    if len(draft.items) > MAXIMUM_ITEMS:
        raise LimitExceeded(
            f"An order has at most {MAXIMUM_ITEMS} items. Split it into several orders.", ("items",)
        )
    address = check_address(draft.shipping_address, "shippingAddress")
    columns = checked_columns(draft)
    clean = replace(
        draft,
        **columns,
        customer=validation.customer(draft.customer, "customer"),
        shipping_address=address,
        currency=validation.currency(draft.currency, "currency"),
        placed_at=validation.past(draft.placed_at, uow.now, "placedAt"),
    )
    metadata = check_metadata(draft.metadata or [], "metadata")
    order_id = new_id()
    items = [_item(item, place, order_id, clean) for place, item in enumerate(draft.items)]
    order = _order(uow, clean, order_id, items, columns | {"metadata": metadata})
    return CheckedOrder(clean, order, new_row(Address, order_id=order_id, **vars(address)), items)


def _item(draft: ItemDraft, place: int, order_id: UUID, order: OrderDraft) -> OrderItem:
    path = ("items", str(place))
    price = draft.unit_price
    return new_row(
        OrderItem,
        **checked_columns(draft, *path),
        order_id=order_id,
        line=place + 1,
        quantity=validation.quantity(draft.quantity, *path, "quantity"),
        unit_price_minor=None
        if price is None
        else validation.money(price, order.currency, *path, "unitPrice"),
        placed_at=order.placed_at,
    )


def _order(
    uow: UnitOfWork,
    draft: OrderDraft,
    order_id: UUID,
    items: list[OrderItem],
    columns: dict[str, Any],
) -> Order:
    """Return the row of a checked draft; `columns` are those that are stored as they were given."""
    order = new_row(
        Order,
        **columns,
        id=order_id,
        tracking_id=new_tracking_id(),
        reference_key=optionally_searchable(draft.reference),
        destination_city=draft.shipping_address.city,
        destination_region=draft.shipping_address.region,
        destination_country=draft.shipping_address.country,
        currency=draft.currency,
        total_minor=_total(draft, items),
        item_count=sum(item.quantity for item in items),
        placed_at=draft.placed_at,
        promise_given_at=draft.placed_at,
        late_after=draft.promised_at,
        updated_at=uow.now,
        status=OrderStatus.PENDING,
        health=Health.ON_TRACK,
        next_statuses=[],
        sequence=0,
    )
    _derive_columns(uow, order, items)
    return order


def _derive_columns(uow: UnitOfWork, order: Order, items: list[OrderItem]) -> None:
    """Set the columns that reconciliation would set: a new order has no shipments and no events."""
    pieces = count_pieces(order, items, [])
    order.status = derive_order_status(pieces)
    order.next_statuses = list(next_order_statuses(pieces, items, []))
    set_expectation(order, promise_of(order))
    order.health = order_health(
        [],
        [],
        order.promised_at,
        uow.now,
        has_pieces_in_no_shipment=True,
        is_cancelled=False,
        is_unanswered_loss=False,
    )
    if order.promised_at is not None:
        has_passed = order.promised_at < uow.now
        order.passed_at = order.promised_at if has_passed else None
        order.sweep_at = None if has_passed else order.promised_at


def _total(draft: OrderDraft, items: list[OrderItem]) -> int | None:
    """Return the total that the caller gave, else the sum of the items if all have a price."""
    costs = [
        validation.computed_money(
            item.unit_price_minor * item.quantity, draft.currency, "items", str(place)
        )
        for place, item in enumerate(items)
        if item.unit_price_minor is not None
    ]
    computed = validation.computed_money(sum(costs), draft.currency, "items")
    if draft.total is not None:
        return validation.money(draft.total, draft.currency, "total")
    return computed if len(costs) == len(items) else None
