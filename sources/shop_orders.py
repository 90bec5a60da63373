"""Shop orders: which of our orders a shop's order is, and what the shop said of it last."""

from collections.abc import Sequence
from uuid import UUID

from database.connections import transaction
from database.retries import with_retries
from models.sources import ShopOrder
from sources.readings import ReadOrder
from unit_of_work.idempotency import digest


async def announce(source_id: UUID, reading: ReadOrder) -> ShopOrder:
    """Note that a version of a shop's order has come, and return what is known of the order.

    This comes before anything is changed: whoever takes in an older version at the same time finds
    that it is not the newest any more. Raises Unavailable.
    """

    async def attempt() -> ShopOrder:
        async with transaction():
            ours = ShopOrder.filter(source_id=source_id, external_id=reading.external_id)
            known = await ours.select_for_update()
            if not known:
                return await ShopOrder.create(
                    source_id=source_id,
                    external_id=reading.external_id,
                    version=reading.version,
                    lines=[],
                    wanted={},
                    was_cancelled=reading.cancellation is not None,
                )
            (row,) = known
            row.version = max(row.version, reading.version)
            row.was_cancelled = row.was_cancelled or reading.cancellation is not None
            await row.save(update_fields=["version", "was_cancelled"])
        return row

    return await with_retries(attempt)


async def link_order(
    row: ShopOrder, order_id: UUID, lines: Sequence[str | None], content: ReadOrder | None
) -> None:
    """Note which of our orders it is, unless that is known already.

    `lines` has the shop's id of each of our lines. The order has the customer and the address of
    `content`, or those of an earlier time if that is None. Raises Unavailable.
    """
    values: dict[str, object] = {"order_id": order_id, "lines": list(lines)}
    if content is not None:
        values |= content_digests(content)

    async def attempt() -> None:
        async with transaction():
            await ShopOrder.filter(id=row.id, order_id=None).update(**values)

    await with_retries(attempt)


async def remember_content(
    row: ShopOrder, reading: ReadOrder, *, has_lines: bool, is_erased: bool
) -> None:
    """Note that the order has what this version says, if it still is the newest.

    `has_lines` tells whether its lines are those of the version, too. Of an order whose personal
    data was erased nothing is noted by which that could be recognised.
    """
    values: dict[str, object] = {} if is_erased else dict(content_digests(reading))
    if has_lines:
        values["wanted"] = {line.id: line.wanted for line in reading.lines}
    if not values:
        return

    async def attempt() -> None:
        async with transaction():
            await ShopOrder.filter(id=row.id, version=reading.version).update(**values)

    await with_retries(attempt)


def content_digests(reading: ReadOrder) -> dict[str, str]:
    """Return digests of what a later version may change, by the names of their columns."""
    return {
        "customer_digest": digest(reading.draft.customer),
        "address_digest": digest(reading.draft.shipping_address),
    }
