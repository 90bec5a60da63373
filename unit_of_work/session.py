"""The rows that an act touches: which are new, which have changed, and in what."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, TypeVar

from tortoise import Model

from database.rows import columns_of, insert, update

Kind = TypeVar("Kind", bound=Model)
Loaded = tuple[type[Model], tuple[str, ...]]
"""A model, and the columns that were read: only rows of which the same is known fit together."""


class Session:
    """Remembers rows as they were read, and writes back what differs.

    New rows are inserted in the order in which their kinds first came, so that what refers to
    another row comes after it.
    """

    def __init__(self) -> None:
        self._read: dict[int, tuple[Model, dict[str, Any]]] = {}
        self._new: dict[type[Model], dict[int, Model]] = defaultdict(dict)

    def watch(self, rows: Sequence[Kind]) -> Sequence[Kind]:
        """Call it before anything is put into them; again, it changes nothing."""
        for row in rows:
            if id(row) not in self._read and id(row) not in self._new[type(row)]:
                self._read[id(row)] = (row, vars(row).copy())
        return rows

    def add(self, row: Kind) -> Kind:
        self._new[type(row)][id(row)] = row
        return row

    async def save(self) -> None:
        for rows in self._new.values():
            await insert(list(rows.values()))
        for (model, _), changed in self._changed().items():
            names = {name for _, names in changed for name in names}
            columns = tuple(name for name in columns_of(model) if name in names)
            await update([row for row, _ in changed], columns)

    def _changed(self) -> dict[Loaded, list[tuple[Model, list[str]]]]:
        changed: dict[Loaded, list[tuple[Model, list[str]]]] = defaultdict(list)
        for row, before in self._read.values():
            now = vars(row)
            if now != before:
                names = [name for name, value in before.items() if now[name] != value]
                changed[type(row), tuple(before)].append((row, names))
        return changed
