"""Lists that carriers lengthen without a bound: the first and the newest of them are shown."""

from collections.abc import Callable
from dataclasses import dataclass

from tortoise.models import Model

from engine.sql.rows import Row
from engine.sql.selection import Arguments, Field
from engine.sql.statement_builder import BoundArguments, StatementBuilder

NEWEST = 99
"""Of a plain list the first and the newest 99 are shown."""


@dataclass(frozen=True, slots=True)
class BoundedList:
    """The rows of another table that name this one.

    `newest_first` orders them, given their row. `is_turned`: they are shown oldest first.
    """

    model: type[Model]
    by: str
    newest_first: Callable[[Row], str]
    where: Callable[[Row], str] | None = None
    is_turned: bool = False

    @property
    def reads_rows(self) -> bool:
        return True

    def ask(self, arguments: Arguments) -> BoundArguments:
        status = arguments.get("status")
        if status is None:
            return BoundArguments(False, {}, None)
        return BoundArguments(True, {"status": [str(one) for one in status]}, None)

    def write(self, writing: StatementBuilder, field: Field, row: Row) -> str:
        other = writing.row(self.model)
        thing = writing.thing(field, other)
        listed = Row(self.model, other.table)
        conditions = [f"{listed[self.by]} = {row['id']}"]
        if self.where is not None:
            conditions.append(self.where(listed))
        if field.arguments and writing.asked(field).shape:
            status = writing.value(field, "status")
            conditions.append(writing.dialect.among(listed["status"], status))
        numbered = (
            f"SELECT {other.read},"
            f" row_number() OVER (ORDER BY {self.newest_first(listed)}) AS place,"
            f" count(*) OVER () AS many FROM {other.table} WHERE {' AND '.join(conditions)}"
        )
        direction = "DESC" if self.is_turned else "ASC"
        return writing.list_of(
            thing,
            f"({numbered}) AS {other.alias} WHERE place <= {NEWEST} OR place = many"
            f" ORDER BY place {direction}",
        )
