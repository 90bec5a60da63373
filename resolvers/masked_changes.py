"""Masked changes: how those who follow an order see changes whose subjects they may not see."""

from dataclasses import dataclass

from engine.sql.field_sources import Column
from engine.sql.json_dialects import or_null
from engine.sql.root_sources import ByKeys
from engine.sql.rows import Row
from engine.sql.selection import Arguments, Field, Reader
from engine.sql.statement_builder import BoundArguments, FieldSource, StatementBuilder
from models.changes import Change
from models.enums import ChangeKind
from models.orders import Order

KEPT = frozenset({"position", "order_id", "sequence", "occurred_at", "recorded_at"})
"""The columns that a masked change shows; all others are NULL, but for its kind."""


class Maskable(Column):
    """A column that is never NULL in the table, but is so in a masked change."""

    __slots__ = ()

    def write(self, builder: StatementBuilder, field: Field, row: Row) -> str:
        json = super().write(builder, field, row)
        return or_null(json) if builder.is_bounded(Change) else json


@dataclass(frozen=True, slots=True)
class UnboundedOnly:
    """A list that only viewers without bounds may read; for all others it is empty."""

    source: FieldSource

    @property
    def needs_subquery(self) -> bool:
        return False

    def write(self, builder: StatementBuilder, field: Field, row: Row) -> str:
        if builder.is_bounded(row.model):
            return "'[]'"
        return self.source.write(builder, field, row)


class MaskedChanges:
    """The changes of followed orders by their positions, as (position, JSON) pairs.

    A viewer with bounds receives a change that is not visible as an amendment of which nothing is
    told, so that the sequence has no gaps. Changes of orders that are not visible are left out.
    """

    _by_position = ByKeys(Change, "position")

    def bind_arguments(self, arguments: Arguments, reader: Reader) -> BoundArguments:
        return self._by_position.bind_arguments(arguments, reader)

    def write(self, builder: StatementBuilder, field: Field) -> str:
        if not builder.is_bounded(Change):
            return self._by_position.write(builder, field)
        row, table = builder.row(Change), Row.of_table(Change)
        json = builder.object_of_row(field, row)
        keys = builder.bind(field, "keys")
        where = builder.dialect.among(table["position"], keys, row.key_type("position"))
        visible = builder.within_bounds(table, "TRUE")
        order = builder.row(Order)
        is_its_order = builder.within_bounds(order, f"{order['id']} = {table['order_id']}")
        columns = ", ".join(
            _masked(name, table, visible) for name in {**row.columns, "position": None}
        )
        rows = (
            f"SELECT {columns} FROM {table.table} WHERE {where}"
            f" AND EXISTS (SELECT 1 FROM {order.source} WHERE {is_its_order})"
        )
        return f"SELECT {row['position']}, {json} FROM ({rows}) AS {row.alias}"


def _masked(name: str, table: Row, visible: str) -> str:
    if name in KEPT:
        return table[name]
    otherwise = f" ELSE '{ChangeKind.ORDER_AMENDED}'" if name == "kind" else ""
    return f'CASE WHEN {visible} THEN {table[name]}{otherwise} END AS "{name}"'
