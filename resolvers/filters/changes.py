"""Which changes of the log."""

from engine.sql.conditions import EVERYTHING, IDENTITY, Condition, among, literals
from models.enums import ChangeKind
from resolvers.changes import EVERY_KIND, ChangeSelection
from resolvers.filters.columns import Columns

CHANGES = Columns("change")


def change_condition(selection: ChangeSelection) -> Condition:
    """The same answer as that of `ChangeSelection.admits`."""
    asked = EVERYTHING
    for column, kinds, wanted in selection.asked():
        if column == "order_id":
            asked &= among(CHANGES.column(column), wanted, IDENTITY)
        else:
            asked &= CHANGES.among(column, wanted) & _of_kinds(kinds)
    return asked


def _of_kinds(kinds: tuple[ChangeKind, ...]) -> Condition:
    if kinds is EVERY_KIND:
        return EVERYTHING
    return Condition(f"{CHANGES.column('kind')} IN {literals(kinds)}")
