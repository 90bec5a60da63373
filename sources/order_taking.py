"""The taking of orders: ours become what the shop's are, by the ordinary commands.

Deliveries come late, twice and in any order, and two processes may take in two versions of an order
at once. Facts that only grow are taken from every version: that the order exists, that it is
confirmed, that pieces are cancelled. What is replaced, customer and address, is taken from the
newest version alone: it is announced first, and each command expects the state that was compared.
"""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from access.scopes import Scope
from access.viewer import Viewer
from database.clock import database_now
from errors import Conflict, DomainError, IllegalTransition, Unavailable
from models.enums import OrderStatus
from models.orders import Order, OrderItem
from models.sources import OrderSource, ShopOrder
from sources.line_differences import compare_lines, matched_lines
from sources.readings import ReadOrder
from sources.shop_orders import announce, content_digests, link_order, remember_content
from tracking.inputs import MetadatumDraft, OrderAmendment, OrderDraft
from tracking.orders.amendment import amend_order
from tracking.orders.commands import cancel_order, confirm_order
from tracking.orders.creation import create_order
from unit_of_work.unit_of_work import Tracker

SCOPES = frozenset({Scope.ORDERS_READ, Scope.PERSONAL_READ, Scope.ORDERS_WRITE})
"""The rights of every source."""
SOURCE, SHOP_ID = "source", "sourceOrderId"
"""The keys of the metadata that say where an order came from."""
ROUNDS = 5
"""Attempts to bring an order up to date while others change it."""
PIECES_REASON = "The shop took these pieces out of the order."
REOPENED = (
    "The shop cancelled this order and opened it again; here it stays cancelled. Create a new order"
    " for what is to be sent."
)


async def take_order(tracker: Tracker, source: OrderSource, reading: ReadOrder) -> list[str]:
    """Take a version of an order in; return what could not be taken over, as sentences.

    Raises DomainError if there can be no such order here, and Unavailable.
    """
    viewer = Viewer(source.name, SCOPES)
    reading = replace(reading, draft=_own_draft(source, reading))
    row = await announce(source.id, reading)
    if row.order_id is None:
        await _find_or_create(tracker, viewer, source, row, reading)
    taking = OrderTaking(tracker, viewer, row.id, reading)
    for _ in range(ROUNDS):
        try:
            return await taking.bring_up_to_date()
        except Conflict as conflict:
            if conflict.field != ("expectedSequence",):
                raise
    raise Unavailable


def problem_text(error: DomainError) -> str:
    """Return the message, with the field of the order before it."""
    path = ".".join(part for part in error.field if part != "input")
    return f"{path}: {error.message}" if path else error.message


def _own_draft(source: OrderSource, reading: ReadOrder) -> OrderDraft:
    """Return the draft with what makes it this source's: another shop has the same ids."""
    draft, now = reading.draft, database_now()
    customer = draft.customer
    if customer.external_id is not None:
        customer = replace(customer, external_id=f"{source.name}:{customer.external_id}")
    return replace(
        draft,
        # The id of the source: an API key may have its name, and another source may get it.
        idempotency_key=f"{source.id}:{reading.external_id}",
        customer=customer,
        placed_at=_not_after(draft.placed_at, now),
        metadata=[
            MetadatumDraft(key=SOURCE, value=source.name),
            MetadatumDraft(key=SHOP_ID, value=reading.external_id),
        ],
    )


def _not_after(moment: datetime | None, now: datetime) -> datetime | None:
    """Return the time; the clocks of shops may be ahead of ours."""
    return None if moment is None else min(moment, now)


async def _find_or_create(
    tracker: Tracker, viewer: Viewer, source: OrderSource, row: ShopOrder, reading: ReadOrder
) -> None:
    """Link the shop's order to a new one, or to the one that is here. Raises DomainError.

    It is here if another version of it was taken in meanwhile, or a file with it was imported.
    """
    try:
        order_id = await create_order(tracker, viewer, reading.draft)
    except Conflict:
        known = await _known_order(source, reading)
        if known is None:
            raise
        order_id, content = known, None
    else:
        content = reading
    items = await OrderItem.filter(order_id=order_id).order_by("line")
    await link_order(row, order_id, matched_lines(items, reading), content)


async def _known_order(source: OrderSource, reading: ReadOrder) -> UUID | None:
    """Return the order with the same number, if it is this shop's.

    That is known by its metadata. One without them is this shop's if it has the same articles, and
    no other shop's order is linked to it.
    """
    order = await Order.get_or_none(reference=reading.draft.reference)
    if order is None:
        return None
    pairs = {pair["key"]: pair["value"] for pair in order.metadata}
    if pairs.get(SOURCE) == source.name:
        return order.id if pairs.get(SHOP_ID) == reading.external_id else None
    if SOURCE in pairs or await ShopOrder.filter(order_id=order.id).exists():
        return None
    items = await OrderItem.filter(order_id=order.id).order_by("line")
    ours = [(item.sku, item.quantity) for item in items]
    theirs = [(item.sku, item.quantity) for item in reading.draft.items]
    return order.id if sorted(ours) == sorted(theirs) else None


class OrderTaking:
    """Compares our order with a version of the shop's, and commands what differs."""

    def __init__(self, tracker: Tracker, viewer: Viewer, row_id: UUID, reading: ReadOrder) -> None:
        self._tracker, self._viewer = tracker, viewer
        self._row_id, self._reading = row_id, reading

    async def bring_up_to_date(self) -> list[str]:
        """Return what could not be taken over. Raises Conflict if the order changes meanwhile."""
        row = await ShopOrder.get(id=self._row_id)
        order = await Order.get(id=row.order_id)
        # Read after the order: whoever announces a newer version later finds our change.
        row = await ShopOrder.get(id=self._row_id)
        is_newest = row.version == self._reading.version
        problems = await self._amend(order, row) if is_newest else []
        added = await self._cancel_pieces(row)
        problems += added if is_newest else []
        problems += await self._cancel(row)
        await self._confirm(row)
        if is_newest:
            await remember_content(row, self._reading, has_lines=not added)
        return problems

    async def _amend(self, order: Order, row: ShopOrder) -> list[str]:
        """Amend what the shop has changed since it said it last: corrections made here stay.

        An order whose personal data was erased here takes none from the shop.
        """
        if order.erased_at is not None:
            return []
        draft, digests = self._reading.draft, content_digests(self._reading)
        amendment = OrderAmendment(
            customer=draft.customer if digests["customer_digest"] != row.customer_digest else None,
            shipping_address=draft.shipping_address
            if digests["address_digest"] != row.address_digest
            else None,
        )
        if amendment == OrderAmendment():
            return []
        arguments = (self._tracker, self._viewer, order.tracking_id)
        try:
            await amend_order(*arguments, amendment, expected_sequence=order.sequence)
        except IllegalTransition as refusal:
            if amendment.customer is not None:
                amendment.shipping_address = None
                await amend_order(*arguments, amendment, expected_sequence=order.sequence)
            return [f"The shop changed the address. {refusal.message}"]
        except Conflict:
            raise
        except DomainError as refusal:
            # What else the shop says, such as a cancellation, is taken over all the same.
            return [problem_text(refusal)]
        return []

    async def _cancel_pieces(self, row: ShopOrder) -> list[str]:
        """Cancel the pieces that the shop has taken out; return what it has added."""
        if self._reading.cancellation is not None:
            return []
        if row.was_cancelled:
            return [REOPENED]
        order = await Order.get(id=row.order_id)
        items = await OrderItem.filter(order_id=order.id).order_by("line")
        differences = compare_lines(items, row, self._reading)
        if differences.cancelled:
            await cancel_order(
                self._tracker,
                self._viewer,
                order.tracking_id,
                PIECES_REASON,
                expected_sequence=order.sequence,
                items=differences.cancelled,
            )
        return differences.added

    async def _cancel(self, row: ShopOrder) -> list[str]:
        cancellation = self._reading.cancellation
        if cancellation is None:
            return []
        order = await Order.get(id=row.order_id)
        if order.status is OrderStatus.CANCELLED:
            return []
        at = _not_after(cancellation.at, database_now())
        try:
            await cancel_order(
                self._tracker, self._viewer, order.tracking_id, cancellation.reason, at
            )
        except IllegalTransition as refusal:
            return [f"{cancellation.reason} {refusal.message}"]
        return []

    async def _confirm(self, row: ShopOrder) -> None:
        order = await Order.get(id=row.order_id)
        if self._reading.is_confirmed and order.status is OrderStatus.PENDING:
            try:
                await confirm_order(self._tracker, self._viewer, order.tracking_id)
            except IllegalTransition:
                # It was held or cancelled just now, and what the shop says changes nothing in that.
                return
