"""Linked orders: what decides whether the tracking links of an order still work."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from access.tracking_links import LIFE, LIFE_AFTER_FINISH, LinkClaims
from database.columns import to_json
from database.connections import connection, is_postgres
from models.enums import FINISHED, ChangeKind

STATUS_KINDS = (ChangeKind.ORDER_STATUS, ChangeKind.SHIPMENT_STATUS)
"""The kinds of changes by which an order finishes."""


@dataclass(frozen=True, slots=True)
class LinkedOrder:
    """The version of an order's links, and when the order finished (UTC).

    An order has finished when all its pieces are cancelled or in shipments that have finished.
    """

    link_version: int
    finished_at: datetime | None

    def link_expires_at(self, claims: LinkClaims) -> datetime | None:
        """Return when the token expires; None while the order has not finished."""
        if self.finished_at is None:
            return None
        return max(claims.created_at + LIFE, self.finished_at + LIFE_AFTER_FINISH)


async def read_linked_orders(ids: Collection[UUID]) -> dict[UUID, LinkedOrder]:
    """Return those of the orders that exist, with one statement."""
    client = connection()
    postgres = is_postgres(client)
    among = "= ANY($1)" if postgres else "IN (SELECT value FROM json_each(?1))"
    parameter: Any = list(ids) if postgres else to_json([str(id_) for id_ in ids])
    records = (await client.execute_query(f"{_STATEMENT} {among}", [parameter]))[1]
    orders = {}
    for id_, version, is_unfinished, moved_at in map(tuple, records):
        finished_at = None if is_unfinished else _time(moved_at)
        orders[UUID(str(id_))] = LinkedOrder(version, finished_at)
    return orders


def _time(value: datetime | str) -> datetime:
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def _listed(words: Collection[str]) -> str:
    return ", ".join(f"'{word}'" for word in sorted(words))


_STATEMENT = f"""
    SELECT o.id, o.link_version,
        EXISTS (
            SELECT 1 FROM order_item AS i WHERE i.order_id = o.id
            AND i.quantity > i.cancelled_quantity + i.allocated_quantity
        ) OR EXISTS (
            SELECT 1 FROM shipment AS s WHERE s.order_id = o.id
            AND s.status NOT IN ({_listed(FINISHED)})
        ),
        COALESCE((
            SELECT max(c.recorded_at) FROM change AS c
            WHERE c.order_id = o.id AND c.kind IN ({_listed(STATUS_KINDS)})
        ), o.placed_at)
    FROM orders AS o WHERE o.id"""
