"""Creating orders: one or thousands, the same way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from database.columns import new_id
from database.rows import new_row
from errors import Conflict, DomainError, Invalid, LimitExceeded
from models import values
from models.customers import IDENTITY_LENGTH, Customer
from models.derivation import derive, next_order_statuses, tally
from models.enums import Health, OrderStatus
from models.estimates import promise_of, put_expectation
from models.health import order_health
from models.orders import LINE_LENGTH, SKU_LENGTH, Address, Order, OrderItem
from models.search import optionally_searchable
from models.tracking_ids import new_tracking_id
from tracking import validation
from tracking.change_recorder import ChangeRecorder
from tracking.inputs import ItemDraft, OrderDraft
from tracking.metadata import checked_metadata
from tracking.orders.customers import customers_for
from unit_of_work.idempotency import store_result, stored_results
from unit_of_work.unit_of_work import UnitOfWork

MAXIMUM_ITEMS = 200
"""Lines of an order."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A draft that can be stored, and the rows that it becomes but for its customer."""

    draft: OrderDraft
    order: Order
    address: Address
    items: list[OrderItem]


async def create_all(act: UnitOfWork, drafts: Sequence[OrderDraft]) -> list[UUID | DomainError]:
    """One outcome per draft: the order made, or made before by the same key, or a refusal."""
    outcomes: dict[int, UUID | DomainError] = {}
    checked = _check_all(act, drafts, outcomes)
    await _refuse_taken_references(checked, outcomes)
    # Asked last: whoever took our reference just now may be our twin, and has left its key.
    await _answer_repeats(act, drafts, outcomes)
    good = {place: one for place, one in checked.items() if place not in outcomes}
    customers = await customers_for(act, {place: one.draft.customer for place, one in good.items()})
    for place, one in good.items():
        outcomes[place] = _store(act, one, customers[place], drafts[place])
    return [outcomes[place] for place in range(len(drafts))]


async def _answer_repeats(
    act: UnitOfWork, drafts: Sequence[OrderDraft], outcomes: dict[int, UUID | DomainError]
) -> None:
    asked = {one.idempotency_key: one for one in reversed(drafts) if one.idempotency_key}
    answers = await stored_results(act, asked) if asked else {}
    seen: set[str] = set()
    for place, draft in enumerate(drafts):
        key = draft.idempotency_key
        if not key:
            continue
        if key in seen:
            twice = Conflict("This key stands twice in one call.", ("idempotencyKey",))
            outcomes.setdefault(place, twice)
        elif key in answers:
            outcomes[place] = answers[key]
        seen.add(key)


def _check_all(
    act: UnitOfWork, drafts: Sequence[OrderDraft], outcomes: dict[int, UUID | DomainError]
) -> dict[int, Checked]:
    checked = {}
    for place, draft in enumerate(drafts):
        try:
            checked[place] = _check(act, draft)
        except DomainError as refusal:
            outcomes[place] = refusal
    return checked


def _check(act: UnitOfWork, draft: OrderDraft) -> Checked:
    validation.idempotency_key(draft.idempotency_key, "idempotencyKey")
    if not draft.items:
        raise Invalid("An order needs at least one item.", ("items",))
    if len(draft.items) > MAXIMUM_ITEMS:
        raise LimitExceeded(f"An order has at most {MAXIMUM_ITEMS} items.", ("items",))
    address = validation.address(draft.shipping_address, "shippingAddress")
    clean = OrderDraft(
        reference=values.optional_text(draft.reference, IDENTITY_LENGTH, "reference"),
        customer=validation.customer(draft.customer, "customer"),
        shipping_address=address,
        delivery_method=draft.delivery_method,
        items=draft.items,
        currency=validation.currency(draft.currency, "currency"),
        total=draft.total,
        placed_at=validation.past(draft.placed_at, act.now, "placedAt"),
        promised_at=values.optional_utc(draft.promised_at, "promisedAt"),
    )
    metadata = checked_metadata(draft.metadata or [], "metadata")
    order_id = new_id()
    items = [_item(one, place, order_id, clean) for place, one in enumerate(draft.items)]
    order = _order(act, clean, order_id, items, metadata)
    return Checked(clean, order, new_row(Address, order_id=order_id, **vars(address)), items)


def _item(draft: ItemDraft, place: int, order_id: UUID, order: OrderDraft) -> OrderItem:
    path = ("items", str(place))
    price = draft.unit_price
    return new_row(
        OrderItem,
        order_id=order_id,
        line=place + 1,
        sku=values.text(draft.sku, SKU_LENGTH, *path, "sku"),
        name=values.text(draft.name, LINE_LENGTH, *path, "name"),
        quantity=validation.quantity(draft.quantity, *path, "quantity"),
        unit_price_minor=None
        if price is None
        else validation.money(price, order.currency, *path, "unitPrice"),
        placed_at=order.placed_at,
    )


def _order(
    act: UnitOfWork,
    draft: OrderDraft,
    order_id: UUID,
    items: list[OrderItem],
    metadata: list[dict[str, str]],
) -> Order:
    order = new_row(
        Order,
        id=order_id,
        tracking_id=new_tracking_id(),
        reference=draft.reference,
        reference_key=optionally_searchable(draft.reference),
        destination_city=draft.shipping_address.city,
        destination_region=draft.shipping_address.region,
        destination_country=draft.shipping_address.country,
        delivery_method=draft.delivery_method,
        currency=draft.currency,
        total_minor=_total(draft, items),
        item_count=sum(item.quantity for item in items),
        metadata=metadata,
        placed_at=draft.placed_at,
        promise_given_at=draft.placed_at,
        promised_at=draft.promised_at,
        late_after=draft.promised_at,
        updated_at=act.now,
        status=OrderStatus.PENDING,
        health=Health.ON_TRACK,
        next_statuses=[],
        sequence=0,
    )
    _derive(act, order, items)
    return order


def _derive(act: UnitOfWork, order: Order, items: list[OrderItem]) -> None:
    """What settling will say of it: a new order has no news, so there is nothing to record."""
    pieces = tally(order, items, [])
    order.status = derive(pieces)
    order.next_statuses = list(next_order_statuses(pieces, []))
    put_expectation(order, promise_of(order))
    order.health = order_health(
        [], [], order.promised_at, act.now, has_pieces_in_no_shipment=True, is_cancelled=False
    )
    if order.promised_at is not None and order.promised_at >= act.now:
        order.sweep_at = order.promised_at


def _total(draft: OrderDraft, items: list[OrderItem]) -> int | None:
    """What is given, else the sum of the items if all of them have a price."""
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


async def _refuse_taken_references(
    checked: Mapping[int, Checked], outcomes: dict[int, UUID | DomainError]
) -> None:
    references = [one.order.reference for one in checked.values() if one.order.reference]
    rows = await Order.filter(reference__in=references).only("reference") if references else []
    taken = {row.reference for row in rows}
    for place, one in checked.items():
        if one.order.reference is not None and one.order.reference in taken:
            outcomes[place] = Conflict(
                f"Another order has the reference {one.order.reference}.", ("reference",)
            )
        elif one.order.reference is not None:
            taken.add(one.order.reference)


def _store(act: UnitOfWork, one: Checked, customer: Customer, asked: OrderDraft) -> UUID:
    one.order.customer_id = customer.id
    act.rows.add(one.order)
    act.rows.add(one.address)
    for item in one.items:
        act.rows.add(item)
    store_result(act, asked.idempotency_key, asked, one.order.id)
    ChangeRecorder(act, one.order).order_created(one.order.placed_at)
    return one.order.id
