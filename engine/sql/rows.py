"""Rows that a statement reads."""

from tortoise.fields import UUIDField
from tortoise.models import Model

from engine.sql.json_dialects import quoted


class Row:
    """A row of a table that the statement reads, and which of its columns."""

    def __init__(self, model: type[Model], alias: str) -> None:
        self.model, self.alias = model, alias
        self.columns: dict[str, None] = {}

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
    def read(self) -> str:
        """What a subquery selects that stands for the row."""
        table = self.table
        return ", ".join(f'{table}."{column}"' for column in self.columns or {self._key: None})

    @property
    def _key(self) -> str:
        return self.model._meta.pk_attr

    @property
    def key_kind(self) -> str:
        return "uuid" if isinstance(self.model._meta.pk, UUIDField) else "bigint"

    @property
    def shown_key(self) -> str:
        """As JSON."""
        text = f"CAST({self[self._key]} AS TEXT)"
        return quoted(text) if self.key_kind == "uuid" else text
