"""The rows that an act touches: which are new, which have changed, and in what."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, TypeVar

from tortoise import Model

from models.database import insert_rows, update_rows

Kind = TypeVar("Kind", bound=Model)


class Rows:
    """Remembers rows as they were read, and writes back what differs.

    New rows are inserted in the order in which their kinds first came, so that what refers to
    another row comes after it.
    """

    def __init__(self) -> None:
        self._read: list[tuple[Model, dict[str, Any]]] = []
        self._new: dict[type[Model], list[Model]] = defaultdict(list)

    def watch(self, rows: Sequence[Kind]) -> Sequence[Kind]:
        self._read.extend((row, self._columns(row)) for row in rows)
        return rows

    def add(self, row: Kind) -> Kind:
        self._new[type(row)].append(row)
        return row

    async def save(self) -> None:
        for rows in self._new.values():
            await insert_rows(rows)
        for changed in self._changed().values():
            names = sorted({name for _, names in changed for name in names})
            await update_rows([row for row, _ in changed], names)

    def _changed(self) -> dict[type[Model], list[tuple[Model, list[str]]]]:
        changed: dict[type[Model], list[tuple[Model, list[str]]]] = defaultdict(list)
        for row, before in self._read:
            names = [name for name, value in before.items() if getattr(row, name) != value]
            if names:
                changed[type(row)].append((row, names))
        return changed

    @staticmethod
    def _columns(row: Model) -> dict[str, Any]:
        return {name: getattr(row, name) for name in row._meta.fields_db_projection}
