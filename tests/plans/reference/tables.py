"""Every table as plain rows in memory, read once, and functions that order rows."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from tortoise.models import Model

from models.changes import Change, LogHead
from models.customers import Customer
from models.estimates import Estimate
from models.events import TrackingEvent
from models.exceptions import ExceptionNote, OrderException
from models.orders import Address, Order, OrderItem
from models.shipments import Shipment, ShipmentItem

MODELS: dict[str, type[Model]] = {
    "Order": Order,
    "Address": Address,
    "OrderItem": OrderItem,
    "Customer": Customer,
    "Shipment": Shipment,
    "ShipmentItem": ShipmentItem,
    "TrackingEvent": TrackingEvent,
    "Estimate": Estimate,
    "OrderException": OrderException,
    "ExceptionNote": ExceptionNote,
    "Change": Change,
    "LogHead": LogHead,
}


@dataclass(frozen=True, eq=False)
class Row:
    """A row of a table, and the name of that table."""

    table: str
    columns: dict[str, Any]

    def __getitem__(self, column: str) -> Any:
        return self.columns[column]


@dataclass
class Tables:
    rows: dict[str, list[Row]]
    _grouped: dict[tuple[str, str], dict[Any, list[Row]]] = field(default_factory=dict)

    def all(self, table: str) -> list[Row]:
        return self.rows[table]

    def where(self, table: str, column: str, value: Any) -> list[Row]:
        """The table's rows with that value in the column."""
        groups = self._grouped.get((table, column))
        if groups is None:
            groups = self._grouped[table, column] = {}
            for row in self.rows[table]:
                groups.setdefault(row[column], []).append(row)
        return groups.get(value, [])

    def find(self, table: str, id_: UUID | None, column: str = "id") -> Row | None:
        return next(iter(self.where(table, column, id_)), None) if id_ is not None else None


async def read_tables() -> Tables:
    return Tables(
        {
            name: [Row(name, dict(columns)) for columns in await model.all().values()]
            for name, model in MODELS.items()
        }
    )


def ordered(rows: Iterable[Row], value: Callable[[Row], Any], *, is_descending: bool) -> list[Row]:
    """The rows by a value, then by id in the same direction; rows without the value are last."""
    present = [row for row in rows if value(row) is not None]
    missing = [row for row in rows if value(row) is None]
    present.sort(key=lambda row: (value(row), row["id"]), reverse=is_descending)
    missing.sort(key=lambda row: row["id"].int, reverse=is_descending)
    return present + missing


def by_columns(rows: Iterable[Row], *columns: str) -> list[Row]:
    return sorted(rows, key=lambda row: tuple(row[column] for column in columns))
