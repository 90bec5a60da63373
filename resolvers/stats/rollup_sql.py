"""Kept-up hours, read: they are put in the place of the noun's own table.

Hours are counted a little later than rows change. So what was counted of orders that have changed
since is taken away again, and their rows are added as they are now: in one statement, which sees
all of it as of one moment.
"""

from collections.abc import Iterator, Mapping, Sequence

from database.connections import STATS, connection, read_rows, reading_on
from engine.sql.conditions import EVERYTHING, TIME, Condition, compared
from engine.sql.selection import Reader
from models.changes import LOG_HEAD_ID
from models.rollups import COUNTED_LOG_ID, NO_WORD
from resolvers.stats.aggregate_dialects import Dialect
from resolvers.stats.cubes import Cube
from resolvers.stats.group_statement_builder import GroupStatementBuilder
from resolvers.stats.rollup_matching import Ends, Span

NEWER = "newer"
POSITIONS = (
    'SELECT "counted_log"."position", "log_head"."position" FROM "counted_log", "log_head"'
    f' WHERE "counted_log"."id" = {COUNTED_LOG_ID} AND "log_head"."id" = {LOG_HEAD_ID}'
)
FAR = 5_000
"""Changes not yet counted, as after an import, with which it is faster to ask the rows: of a small
shop, and soon of a large one."""


async def positions() -> tuple[int, int]:
    """Up to which all changes stand in the hours, and of the newest change."""
    ((counted, head),) = await read_rows(connection(), POSITIONS, ())
    return counted, head


async def count_backlog() -> int:
    """Return how many changes of the log are not yet part of the hourly sums."""
    counted, head = await positions()
    return head - counted


async def counted_position() -> int | None:
    """Of the two the first; None if they are far apart."""
    with reading_on(STATS):
        counted, head = await positions()
    return None if head - counted > FAR else counted


class HourWriting(GroupStatementBuilder):
    """A statement over groups of hours. `counted`: a position up to which changes are counted, so
    that the database sees how few are newer; by now it may be a later one."""

    def __init__(
        self, dialect: Dialect, noun: Cube, span: Span, reader: Reader, counted: int
    ) -> None:
        super().__init__(dialect, noun.table, span.which, {}, reader)
        self._noun, self._span = noun, span
        self._word = () if span.dimension is None else (span.dimension.column,)
        self._counted = self.value(counted)
        self._sums = ["many"]

    def own(self, column: str) -> str:
        if column not in (self._span.axis, *self._word) and column not in self._sums:
            self._sums.append(column)
        return super().own(column)

    def select(self) -> str:
        counted = f'SELECT "position" FROM "counted_log" WHERE "id" = {COUNTED_LOG_ID}'
        newer = (
            f'SELECT DISTINCT "order_id" FROM "change" WHERE "position" > {self._counted}'
            f' AND "position" > ({counted})'
        )
        return f"{self.dialect.once(NEWER, newer)} {super().select()}"

    def source(self) -> str:
        return f'({" UNION ALL ".join(self._parts())}) AS "{self.table}"'

    def demanded(self, groups: Sequence[str]) -> Sequence[str]:
        """All of its rows may have been taken away."""
        return [f"sum({self.own('many')}) > 0"] if groups else ()

    def _parts(self) -> Iterator[str]:
        hours = self._noun.hours
        yield self._of_hours()
        yield self._taken_away(self._is_newer(hours.counted))
        yield self._rows(self._is_newer(self.table), self._span.hours)
        for ends in self._span.rest:
            yield self._rows(EVERYTHING, ends)

    def _is_newer(self, table: str) -> Condition:
        column = f'"{table}"."{self._noun.hours.order_column}"'
        return Condition(self.dialect.is_in(column, NEWER, "order_id"))

    def _of_hours(self) -> str:
        span = self._span
        columns = {span.axis: '"hour"'}
        columns |= {name: f"NULLIF(\"word\", '{NO_WORD}')" for name in self._word}
        columns |= {name: f'"{name}"' for name in self._sums}
        which = Condition(f"\"axis\" = '{span.axis}' AND \"dimension\" = '{span.word}'")
        return self._part(columns, self._noun.hours.table, which & within('"hour"', span.hours))

    def _taken_away(self, which: Condition) -> str:
        span = self._span
        columns = {name: f'"{name}"' for name in (span.axis, *self._word)}
        columns |= {name: f'-"{name}"' for name in self._sums} | {"many": "-1"}
        which &= within(f'"{span.axis}"', span.hours)
        return self._part(columns, self._noun.hours.counted, which)

    def _part(self, columns: Mapping[str, str], table: str, which: Condition) -> str:
        listed = ", ".join(f'{text} AS "{name}"' for name, text in columns.items())
        return f'SELECT {listed} FROM "{table}" WHERE {self.condition(which)}'

    def _rows(self, which: Condition, ends: Ends) -> str:
        span, noun = self._span, self._noun
        which &= within(f'"{self.table}"."{span.axis}"', ends)
        rows = GroupStatementBuilder(
            self.dialect,
            self.table,
            which,
            noun.children,
            self.reader,
            values=self.values,
            is_of_few=True,
        )
        columns = {name: rows.own(name) for name in (span.axis, *self._word)}
        sums = {name: of(rows) for name, of in noun.hours.sums.items() if name in self._sums}
        # In the order of the other parts.
        columns |= dict.fromkeys(self._sums, "1") | sums
        for name, text in columns.items():
            rows.column(f'{text} AS "{name}"')
        return rows.select()


def within(column: str, ends: Ends) -> Condition:
    """Rows without this time are not."""
    which = EVERYTHING if ends.since or ends.until else Condition(f"{column} IS NOT NULL")
    if ends.since is not None:
        which &= compared(column, ">=", ends.since, TIME)
    if ends.until is not None:
        which &= compared(column, "<", ends.until, TIME)
    return which
