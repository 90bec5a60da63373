"""Known orders: stored orders that have the reference and the content of a new draft.

Whoever sends an order with an idempotency key wants it once. Another caller may have sent it
before, by another key: an import knows the orders that came through the API, and the API those
that were imported.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from uuid import UUID

from models.orders import Order, OrderItem
from tracking.inputs import AddressDraft, CustomerDraft, OrderDraft
from tracking.orders.checked_orders import CheckedOrder

_ORDER_COLUMNS = ("delivery_method", "currency", "total_minor", "promised_at")
_ITEM_COLUMNS = ("sku", "name", "quantity", "unit_price_minor")


async def known_orders(
    candidates: Mapping[int, tuple[CheckedOrder, OrderDraft]],
) -> dict[int, UUID]:
    """Return the ids of known orders, each at the place of its draft."""
    references = [checked.order.reference for checked, _ in candidates.values()]
    stored = await Order.filter(reference__in=references).select_related("customer", "address")
    items: dict[UUID, list[OrderItem]] = defaultdict(list)
    for item in await OrderItem.filter(order_id__in=[order.id for order in stored]):
        items[item.order_id].append(item)
    by_reference = {order.reference: order for order in stored}
    return {
        place: order.id
        for place, (checked, draft) in candidates.items()
        if (order := by_reference.get(checked.order.reference)) is not None
        and _has_same_content(checked, draft, order, items[order.id])
    }


def _has_same_content(
    checked: CheckedOrder, draft: OrderDraft, stored: Order, items: list[OrderItem]
) -> bool:
    order = checked.order
    return (
        all(getattr(order, name) == getattr(stored, name) for name in _ORDER_COLUMNS)
        and _pairs(order) == _pairs(stored)
        and (draft.placed_at is None or order.placed_at == stored.placed_at)
        and _is_same_customer(checked.draft.customer, stored)
        and _is_same_address(checked.draft.shipping_address, stored)
        and _lines(checked.items) == _lines(items)
    )


def _pairs(order: Order) -> dict[str, str]:
    return {pair["key"]: pair["value"] for pair in order.metadata}


def _is_same_customer(draft: CustomerDraft, stored: Order) -> bool:
    """The shop's own id says who it is, whatever the name and address are by now."""
    if draft.external_id is not None or stored.customer.external_id is not None:
        return draft.external_id == stored.customer.external_id
    return all(value == getattr(stored.customer, name) for name, value in vars(draft).items())


def _is_same_address(draft: AddressDraft, stored: Order) -> bool:
    return all(value == getattr(stored.address, name) for name, value in vars(draft).items())


def _lines(items: Collection[OrderItem]) -> dict[int, tuple[object, ...]]:
    return {item.line: tuple(getattr(item, name) for name in _ITEM_COLUMNS) for item in items}
