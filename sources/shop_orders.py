"""Shop orders: which of our orders a shop's order is, and what the shop said of it last."""

from collections.abc import Sequence
from uuid import UUID

from database.connections import transaction
from database.retries import with_retries
from models.orders import Order
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

    async def attempt() -> None:
        async with transaction():
            for known in await ShopOrder.filter(id=row.id, order_id=None).select_for_update():
                digests = {} if content is None else await _digests_to_keep(order_id, content)
                await ShopOrder.filter(id=known.id).update(**values, **digests)

    await with_retries(attempt)


async def remember_content(row: ShopOrder, reading: ReadOrder, *, has_lines: bool) -> None:
    """Note that the order has what this version says, if it still is the newest.

    `has_lines` tells whether its lines are those of the version, too. Raises Unavailable.
    """
    values: dict[str, object] = {}
    if has_lines:
        values["wanted"] = {line.id: line.wanted for line in reading.lines}

    async def attempt() -> None:
        async with transaction():
            newest = ShopOrder.filter(id=row.id, version=reading.version)
            for known in await newest.select_for_update():
                noted = {**values, **await _digests_to_keep(known.order_id, reading)}
                if noted:
                    await ShopOrder.filter(id=known.id).update(**noted)

    await with_retries(attempt)


async def _digests_to_keep(order_id: UUID | None, content: ReadOrder) -> dict[str, str]:
    """Return the digests of the content; none if the order's personal data was erased, which could
    be recognised by them.

    Call it under the lock of the shop's order: an erasure that comes later finds the digests there.
    """
    if await Order.filter(id=order_id, erased_at__not_isnull=True).exists():
        return {}
    return content_digests(content)


def content_digests(reading: ReadOrder) -> dict[str, str]:
    """Return digests of what a later version may change, by the names of their columns."""
    return {
        "customer_digest": digest(reading.draft.customer),
        "address_digest": digest(reading.draft.shipping_address),
    }
