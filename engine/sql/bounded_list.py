"""Plain lists without pages whose length nobody bounds: their first and newest rows are read."""

from collections.abc import Callable
from dataclasses import dataclass

from tortoise.models import Model

from engine.sql.rows import Row
from engine.sql.selection import Arguments, Field
from engine.sql.statement_builder import BoundArguments, StatementBuilder

MAXIMUM_NEWEST = 99
"""A plain list has the first row and the newest 99."""


@dataclass(frozen=True, slots=True)
class BoundedList:
    """The rows of another table, within the viewer's bounds, whose column `by` holds this row's id.

    `newest_first` returns the ORDER BY of a row. With `is_oldest_first` the list begins with the
    oldest row. `filter_column` names a text column and the field's argument of the same name, a
    list: if the argument is given, only rows with one of its values are read.
    """

    model: type[Model]
    by: str
    newest_first: Callable[[Row], str]
    where: Callable[[Row], str] | None = None
    is_oldest_first: bool = False
    filter_column: str | None = None

    @property
    def needs_subquery(self) -> bool:
        return True

    def bind_arguments(self, arguments: Arguments) -> BoundArguments:
        values = None if self.filter_column is None else arguments.get(self.filter_column)
        if values is None:
            return BoundArguments(None, {}, None)
        return BoundArguments(
            self.filter_column, {"filter": [str(value) for value in values]}, None
        )

    def write(self, builder: StatementBuilder, field: Field, row: Row) -> str:
        other = builder.row(self.model)
        json = builder.object_of_row(field, other)
        table = Row(self.model, other.table)
        conditions = self._conditions(builder, field, row, table)
        numbered = (
            f"SELECT {other.selected_columns},"
            f" row_number() OVER (ORDER BY {self.newest_first(table)}) AS place,"
            f" count(*) OVER () AS many FROM {other.table} WHERE {' AND '.join(conditions)}"
        )
        direction = "DESC" if self.is_oldest_first else "ASC"
        return builder.json_array(
            json,
            f"({numbered}) AS {other.alias} WHERE place <= {MAXIMUM_NEWEST} OR place = many"
            f" ORDER BY place {direction}",
        )

    def _conditions(
        self, builder: StatementBuilder, field: Field, row: Row, table: Row
    ) -> list[str]:
        conditions = [builder.within_bounds(table, f"{table[self.by]} = {row['id']}")]
        if self.where is not None:
            conditions.append(self.where(table))
        if field.arguments and (column := builder.arguments(field).shape) is not None:
            values = builder.bind(field, "filter")
            conditions.append(builder.dialect.among(table[str(column)], values))
        return conditions
