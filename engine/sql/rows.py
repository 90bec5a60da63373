"""Rows that a statement reads: a table under an alias, and the columns used of it."""

from tortoise.fields import UUIDField
from tortoise.models import Model

from engine.sql.json_dialects import quoted


class Row:
    """A row of `model`'s table under an alias; `row["column"]` is the column's SQL.

    It remembers which columns were used, so that a subquery can select just these.
    """

    def __init__(self, model: type[Model], alias: str) -> None:
        self.model, self.alias = model, alias
        self.columns: dict[str, None] = {}

    @classmethod
    def of_table(cls, model: type[Model]) -> "Row":
        """Return a row under its table's own name, by which conditions qualify their columns."""
        return cls(model, f'"{model._meta.db_table}"')

    def __getitem__(self, column: str) -> str:
        self.columns[column] = None
        return f'{self.alias}."{column}"'

    @property
    def table(self) -> str:
        return f'"{self.model._meta.db_table}"'

    @property
    def source(self) -> str:
        return f"{self.table} AS {self.alias}"

    @property
    def selected_columns(self) -> str:
        """The SELECT list of a subquery under this alias: the used columns, or else the key."""
        table = self.table
        return ", ".join(f'{table}."{column}"' for column in self.columns or {self.key: None})

    @property
    def key(self) -> str:
        """The name of the primary key's column."""
        return self.model._meta.pk_attr

    def key_type(self, column: str) -> str:
        """Return the PostgreSQL type of a key's column: uuid or bigint."""
        is_uuid = isinstance(self.model._meta.fields_map[column], UUIDField)
        return "uuid" if is_uuid else "bigint"

    @property
    def key_json(self) -> str:
        """The SQL of the row's key as JSON text."""
        text = f"CAST({self[self.key]} AS TEXT)"
        return quoted(text) if self.key_type(self.key) == "uuid" else text
