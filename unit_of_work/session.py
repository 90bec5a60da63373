"""The session of a command: which rows are new, changed (in which columns) or removed."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, TypeVar

from tortoise import Model

from database.rows import delete, insert, update
from database.tables import columns_of

Row = TypeVar("Row", bound=Model)
Loaded = tuple[type[Model], tuple[str, ...]]
"""A model and the columns that were read. Rows that share both are written by one statement."""


class Session:
    """Tracks rows as they were read, and writes the columns that differ.

    New rows are inserted in the order in which their models were first added, so that a row comes
    after the rows that it refers to.
    """

    def __init__(self) -> None:
        self._read: dict[int, tuple[Model, dict[str, Any]]] = {}
        self._new: dict[type[Model], dict[int, Model]] = defaultdict(dict)
        self._removed: dict[type[Model], list[Model]] = defaultdict(list)

    def track(self, rows: Sequence[Row]) -> Sequence[Row]:
        """Remember the values of rows before they are changed, and return the rows.

        Rows that are new or tracked already stay as they are.
        """
        for row in rows:
            if id(row) not in self._read and id(row) not in self._new[type(row)]:
                self._read[id(row)] = (row, vars(row).copy())
        return rows

    def add(self, row: Row) -> Row:
        """Insert the row when the session is saved, and return it."""
        self._new[type(row)][id(row)] = row
        return row

    def remove(self, row: Model) -> None:
        """Delete a tracked row, to which no other refers, when the session is saved."""
        del self._read[id(row)]
        self._removed[type(row)].append(row)

    async def save(self) -> None:
        for rows in self._new.values():
            await insert(list(rows.values()))
        for (model, _), changed_rows in self._changed_rows().items():
            changed = {name for _, names in changed_rows for name in names}
            columns = tuple(name for name in columns_of(model) if name in changed)
            await update([row for row, _ in changed_rows], columns)
        for gone in self._removed.values():
            await delete(gone)

    def _changed_rows(self) -> dict[Loaded, list[tuple[Model, list[str]]]]:
        """Return the changed rows, each with the names of its changed columns."""
        changed: dict[Loaded, list[tuple[Model, list[str]]]] = defaultdict(list)
        for row, before in self._read.values():
            now = vars(row)
            if now != before:
                names = [name for name, value in before.items() if now[name] != value]
                changed[type(row), tuple(before)].append((row, names))
        return changed
