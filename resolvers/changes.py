"""Reads of the change log."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from tortoise.expressions import Q

from database.connections import connection, is_postgres
from database.rows import from_records
from database.tables import columns_of
from models.changes import LOG_HEAD_ID, Change, LogHead
from models.enums import (
    ChangeKind,
    ExceptionStatus,
    ExceptionType,
    OrderStatus,
    ShipmentStatus,
    TrackingEventType,
)

EVERY_KIND = tuple(ChangeKind)
EVENT_KINDS = (ChangeKind.EVENT_RECORDED, ChangeKind.EVENT_RETRACTED)
EXCEPTION_KINDS = (ChangeKind.EXCEPTION_STATUS, ChangeKind.EXCEPTION_AMENDED)
TESTS = (
    ("kinds", "kind", EVERY_KIND),
    ("order_status", "status", (ChangeKind.ORDER_STATUS,)),
    ("shipment_status", "status", (ChangeKind.SHIPMENT_STATUS,)),
    ("event_type", "event_type", EVENT_KINDS),
    ("exception_type", "exception_type", EXCEPTION_KINDS),
    ("exception_status", "status", EXCEPTION_KINDS),
    ("assignee", "assignee", EXCEPTION_KINDS),
    ("carrier", "carrier", EVERY_KIND),
    ("country", "country", EVERY_KIND),
    ("order_ids", "order_id", EVERY_KIND),
)
"""The fields of a selection, each with the column that it tests and the kinds that have it."""


@dataclass(frozen=True, slots=True)
class ChangeSelection:
    """Selects changes by their own content, never by their order's later state.

    A field that is None is not asked, an empty one matches nothing, and several must all match.
    """

    kinds: tuple[ChangeKind, ...] | None = None
    order_status: tuple[OrderStatus, ...] | None = None
    shipment_status: tuple[ShipmentStatus, ...] | None = None
    event_type: tuple[TrackingEventType, ...] | None = None
    exception_type: tuple[ExceptionType, ...] | None = None
    exception_status: tuple[ExceptionStatus, ...] | None = None
    assignee: tuple[str, ...] | None = None
    carrier: tuple[str, ...] | None = None
    country: tuple[str, ...] | None = None
    order_ids: frozenset[UUID] | None = None

    def admits(self, change: Change) -> bool:
        """Return whether the change is selected. `conditions` selects the same changes."""
        return all(
            getattr(change, column) in values and (kinds is EVERY_KIND or change.kind in kinds)
            for column, kinds, values in self.tests()
        )

    def conditions(self) -> Q:
        """Return the selection as conditions of the ORM."""
        conditions = Q()
        for column, kinds, values in self.tests():
            conditions &= Q(**{f"{column}__in": values})
            if kinds is not EVERY_KIND:
                conditions &= Q(kind__in=kinds)
        return conditions

    def tests(self) -> Iterator[tuple[str, tuple[ChangeKind, ...], Any]]:
        for field, column, kinds in TESTS:
            values = getattr(self, field)
            if values is not None:
                yield column, kinds, values


EVERY_CHANGE = ChangeSelection()

WINDOW = 10_000
"""The positions that one read looks through for a selection that may match none of them, which
takes some milliseconds. A rare selection costs many short reads instead of one that times out."""


@dataclass(frozen=True, slots=True)
class LogEnd:
    """The end of the log at one moment: the position of the newest change, and the epoch.

    An epoch is named by the position after which it began. Its positions have no gaps.
    """

    position: int = 0
    epoch: int = 0

    def shows_rewind_since(self, earlier: "LogEnd") -> bool:
        """Return whether the log was put back to an earlier state after `earlier` was read.

        A log that only grows keeps its epoch, and its head does not fall.
        """
        return self.epoch != earlier.epoch or self.position < earlier.position


async def log_end() -> LogEnd:
    """Return the present end of the log."""
    rows: Any = LogHead.filter(id=LOG_HEAD_ID).values_list("position", "epoch")
    return LogEnd(*next(iter(await rows), ()))


async def log_head() -> int:
    """Return the position of the newest change; 0 before the first."""
    return (await log_end()).position


async def has_position(position: int) -> bool:
    """Return whether the log has a change at the position."""
    return await Change.filter(position=position).exists()


async def read_log(after: int, limit: int) -> tuple[LogEnd, list[Change]]:
    """Return the end of the log and its first changes after a position, as of one moment."""
    mark = ("$1", "$2") if is_postgres() else ("?", "?")
    columns = columns_of(Change)
    statement = (
        f"SELECT head.position, head.epoch, {', '.join(f'new.{name}' for name in columns)}"
        " FROM log_head AS head LEFT JOIN"
        f" (SELECT * FROM change WHERE position > {mark[0]} ORDER BY position LIMIT {mark[1]})"
        f" AS new ON true WHERE head.id = {LOG_HEAD_ID} ORDER BY new.position"
    )
    rows = (await connection().execute_query(statement, [after, limit]))[1]
    first = tuple(rows[0])
    changes = [row[2:] for row in map(tuple, rows) if row[2] is not None]
    return LogEnd(*first[:2]), from_records(Change, columns, changes)


async def changes_between(
    after: int, head: int, selection: ChangeSelection, limit: int
) -> tuple[list[Change], int]:
    """Return the next selected changes after one position and up to another, and how far they go.

    There are no others up to the returned position, from which the caller continues; it is always
    beyond `after`. `head` is an earlier head of the log: nothing up to there can still come.
    """
    if selection.order_ids is not None:
        read_to = head
        changes = await _changes_of(selection.order_ids, after, head, limit)
    else:
        read_to = min(after + WINDOW, head)
        window = Change.filter(selection.conditions(), position__gt=after, position__lte=read_to)
        changes = await window.order_by("position").limit(limit)
        if not changes and read_to < head:
            read_to = await _before_next_change(read_to, head)
    complete_to = changes[-1].position if len(changes) == limit else read_to
    return [change for change in changes if selection.admits(change)], complete_to


async def _before_next_change(position: int, head: int) -> int:
    """Return the last position before the next change: between two epochs are more positions than
    windows could be read."""
    positions: Any = Change.filter(position__gt=position).order_by("position").limit(1)
    following: int = next(iter(await positions.values_list("position", flat=True)), head + 1)
    return min(following - 1, head)


async def _changes_of(
    order_ids: frozenset[UUID], after: int, head: int, limit: int
) -> list[Change]:
    """Return the first changes of these orders, of any kind; no others are read.

    PostgreSQL has to be told to ask order by order: for a hundred it would rather go through the
    whole log in its order. SQLite, which gathers no statistics, takes the index by itself.
    """
    if not is_postgres():
        between = Change.filter(order_id__in=order_ids, position__gt=after, position__lte=head)
        return await between.order_by("position").limit(limit)
    client = connection()
    changes: list[Change] = await client.executor_class(model=Change, db=client).execute_select(
        _CHANGES_OF_ORDERS, [list(order_ids), after, head, limit]
    )
    return changes


_CHANGES_OF_ORDERS = """
    SELECT found.* FROM unnest($1::uuid[]) AS wanted (id) CROSS JOIN LATERAL (
        SELECT * FROM change
        WHERE order_id = wanted.id AND position > $2 AND position <= $3
        ORDER BY position LIMIT $4
    ) AS found
    ORDER BY found.position LIMIT $4
"""
