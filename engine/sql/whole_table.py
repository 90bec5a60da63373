"""The source of root fields that list a small table as a whole."""

from dataclasses import dataclass

from tortoise.models import Model

from engine.sql.keyset_pagination import bind_condition
from engine.sql.page_arguments import numbered_values
from engine.sql.rows import Row
from engine.sql.selection import Arguments, Field, Reader
from engine.sql.statement_builder import BoundArguments, StatementBuilder, Visibility


@dataclass(frozen=True, slots=True)
class WholeTable:
    """All visible rows of a table, the newest first. Commands keep the table small; of more than
    `maximum` rows, the newest are read."""

    model: type[Model]
    visible: Visibility
    maximum: int

    def bind_arguments(self, arguments: Arguments, reader: Reader) -> BoundArguments:
        condition = self.visible(self.model, reader.viewer)
        values = numbered_values("value", condition.values)
        return BoundArguments(condition.text, values, self.maximum)

    def write(self, builder: StatementBuilder, field: Field) -> str:
        row = Row.of_table(self.model)
        json = builder.object_of_row(field, row)
        where = bind_condition(builder, field, str(builder.arguments(field).shape), "value")
        newest = f"ORDER BY {row['created_at']} DESC, {row['id']} DESC"
        rows = f"SELECT * FROM {row.table} WHERE {where} {newest} LIMIT {self.maximum}"
        return f"SELECT {builder.json_array(json, f'({rows}) AS {row.alias} {newest}')}"
