"""Changes in pages: by position, and the cursor is the position as text."""

from dataclasses import dataclass

from tortoise.models import Model

from errors import Invalid
from models.changes import Change
from resolvers.changes import ChangeSelection
from resolvers.ordering import Key, Ordering
from resolvers.pages import Page, Slice, read_slice

MAXIMUM_DIGITS = 16


@dataclass(frozen=True, slots=True)
class ByPosition(Ordering):
    def cursor(self, row: Model) -> str:
        return str(row.pk)

    def values(self, cursor: str, name: str) -> list[int]:
        if not (cursor.isascii() and cursor.isdigit() and len(cursor) <= MAXIMUM_DIGITS):
            raise Invalid("This is no cursor of a list of changes.", (name,))
        return [int(cursor)]


BY_POSITION = ByPosition("changes", (Key("position", parse=int),))


async def list_changes(selection: ChangeSelection, page: Page) -> Slice[Change]:
    return await read_slice(Change.filter(selection.conditions()), BY_POSITION, page)
