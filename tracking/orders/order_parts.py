"""Order parts: the rows that belong to orders, read up to a limit, and counted."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from tortoise import Model

from database.columns import to_json
from database.connections import connection, is_postgres
from database.rows import read
from database.tables import table_of
from errors import LimitExceeded
from models.estimates import Estimate
from models.events import TrackingEvent
from models.exceptions import OrderException
from models.orders import OrderItem
from models.shipments import Shipment, ShipmentItem

Row = TypeVar("Row", bound=Model)

MAXIMUM_LOADED = 50_000
"""Rows of several orders that one command loads: the 500 orders of a call that records events with
a hundred rows each, while an order has some forty. They take 50 MB and half a second, during which
the orders stay locked. The rows of a single order are always loaded: its own limits bound them."""

OF_ORDERS = "SELECT order_id FROM {table} WHERE order_id {among}"
OF_SHIPMENTS = """SELECT shipment.order_id FROM shipment JOIN {table} AS part
ON part.shipment_id = shipment.id WHERE shipment.order_id {among}"""
PARTS = {
    **dict.fromkeys((OrderItem, Shipment, OrderException), OF_ORDERS),
    **dict.fromkeys((ShipmentItem, TrackingEvent, Estimate), OF_SHIPMENTS),
}
"""The statements that find the parts of orders, by model."""
ON_POSTGRES, ON_SQLITE = "= ANY($1)", "IN (SELECT value FROM json_each(?1))"


class TooManyRows(LimitExceeded):
    """Several orders have more rows together than one command loads."""


def fit_together(counts: Collection[int]) -> bool:
    """Return whether one command loads orders with these counts of rows."""
    return len(counts) <= 1 or sum(counts) <= MAXIMUM_LOADED


@dataclass(slots=True)
class PartReader:
    """Reads what belongs to orders: of several, only as many rows as one command loads."""

    is_limited: bool
    _count: int = 0

    async def read(
        self, model: type[Row], where: str, ids: Sequence[UUID], columns: tuple[str, ...] = ()
    ) -> list[Row]:
        """Return the rows that the condition admits. Raises TooManyRows."""
        if not self.is_limited:
            return await read(model, where, ids, columns=columns)
        limited = f"{where} LIMIT {MAXIMUM_LOADED + 1}"
        rows = await read(model, limited, ids, columns=columns)
        self._count += len(rows)
        if self._count > MAXIMUM_LOADED:
            raise TooManyRows(
                "The orders of the shipments with this tracking number have too many events and"
                " other parts to be loaded together. Create another shipment with a number of its"
                " own instead.",
                ("trackingNumber",),
            )
        return rows


async def count_parts(order_ids: Iterable[UUID]) -> dict[UUID, int]:
    """Return how many rows are loaded with each of the orders that has any."""
    client = connection()
    among = ON_POSTGRES if is_postgres(client) else ON_SQLITE
    parts = " UNION ALL ".join(
        statement.format(table=table_of(model, is_postgres(client)).name, among=among)
        for model, statement in PARTS.items()
    )
    statement = f"SELECT order_id, count(*) AS parts FROM ({parts}) AS part GROUP BY order_id"
    ids = list(order_ids) if is_postgres(client) else to_json([str(id_) for id_ in order_ids])
    rows = await client.execute_query_dict(statement, [ids])
    return {UUID(str(row["order_id"])): row["parts"] for row in rows}
