"""The SQL that reads hourly sums in place of the cube's own table.

The sums lag a little behind the rows. So the statement subtracts what orders that have changed
since have contributed, and adds what their rows contribute now: one statement, which sees all of it
as of one moment.
"""

from collections.abc import Iterator, Mapping, Sequence

from database.connections import STATS, connection, read_rows, reading_on
from engine.sql.conditions import EVERYTHING, TIME, Condition, compared
from engine.sql.selection import Reader
from models.changes import LOG_HEAD_ID, Change
from models.rollups import NO_VALUE, ROLLUP_CURSOR_ID
from resolvers.stats.aggregate_dialects import AggregateDialect
from resolvers.stats.cubes import Cube
from resolvers.stats.group_statement_builder import GroupStatementBuilder
from resolvers.stats.rollup_matching import Interval, Span

CHANGED = "changed"
"""The common table expression of the orders that have changed since the sums were updated."""
POSITIONS = (
    'SELECT "rollup_cursor"."position", "log_head"."position", "log_head"."epoch"'
    ' FROM "rollup_cursor", "log_head"'
    f' WHERE "rollup_cursor"."id" = {ROLLUP_CURSOR_ID} AND "log_head"."id" = {LOG_HEAD_ID}'
)
MAXIMUM_BACKLOG = 5_000
"""Changes that the sums may lag behind, as after an import. Beyond, reading the rows is faster: at
once in a small shop, and soon in a large one."""


async def count_backlog() -> int:
    """Return how many changes of the log are not yet part of the hourly sums.

    The number is negative if the sums are of another time than the log, as after a restore of
    single tables.
    """
    return (await _read_backlog())[1]


async def rollup_position() -> int | None:
    """Return the position up to which the sums contain all changes; None if they lag too far behind
    or are of another time than the log."""
    with reading_on(STATS):
        contained, backlog = await _read_backlog()
    return contained if 0 <= backlog <= MAXIMUM_BACKLOG else None


async def _read_backlog() -> tuple[int, int]:
    """Return the position up to which the sums contain all changes, and how many they lack."""
    ((contained, head, epoch),) = await read_rows(connection(), POSITIONS, ())
    if contained >= epoch:
        return contained, head - contained
    # Positions have a gap before the epoch. There are few changes behind it, or soon will be.
    return contained, await Change.filter(position__gt=contained).count()


class RollupStatementBuilder(GroupStatementBuilder):
    """Builds a statement over groups of hourly sums.

    `position` is one up to which the sums contain all changes. It shows the database how few
    changes are newer; when the statement runs, the sums may already contain more of them.
    """

    def __init__(
        self, dialect: AggregateDialect, cube: Cube, span: Span, reader: Reader, position: int
    ) -> None:
        super().__init__(dialect, cube.table, span.condition, {}, reader)
        self._cube, self._span = cube, span
        self._dimension = () if span.dimension is None else (span.dimension.column,)
        self._position = self.value(position)
        self._sums = ["row_count"]

    def column(self, column: str) -> str:
        if column not in (self._span.axis, *self._dimension) and column not in self._sums:
            self._sums.append(column)
        return super().column(column)

    def select(self) -> str:
        contained = f'SELECT "position" FROM "rollup_cursor" WHERE "id" = {ROLLUP_CURSOR_ID}'
        changed = (
            f'SELECT DISTINCT "order_id" FROM "change" WHERE "position" > {self._position}'
            f' AND "position" > ({contained})'
        )
        return f"{self.dialect.with_ids(CHANGED, changed)} {super().select()}"

    def source(self) -> str:
        return f'({" UNION ALL ".join(self._parts())}) AS "{self.table}"'

    def required_conditions(self, groups: Sequence[str]) -> Sequence[str]:
        """Leave out groups all of whose rows are subtracted."""
        return [f"sum({self.column('row_count')}) > 0"] if groups else ()

    def _parts(self) -> Iterator[str]:
        yield self._hourly_sums()
        yield self._subtracted(self._is_changed(self._cube.rollup.contributions))
        yield self._rows(self._is_changed(self.table), self._span.hours)
        for interval in self._span.remainder:
            yield self._rows(EVERYTHING, interval)

    def _is_changed(self, table: str) -> Condition:
        column = f'"{table}"."{self._cube.rollup.order_column}"'
        return Condition(self.dialect.in_ids(column, CHANGED, "order_id"))

    def _hourly_sums(self) -> str:
        span = self._span
        columns = {span.axis: '"hour"'}
        value = f"NULLIF(\"dimension_value\", '{NO_VALUE}')"
        columns |= dict.fromkeys(self._dimension, value)
        columns |= {name: f'"{name}"' for name in self._sums}
        condition = Condition(
            f"\"axis\" = '{span.axis}' AND \"dimension\" = '{span.dimension_name}'"
        )
        condition &= within('"hour"', span.hours)
        return self._part(columns, self._cube.rollup.table, condition)

    def _subtracted(self, condition: Condition) -> str:
        span = self._span
        columns = {name: f'"{name}"' for name in (span.axis, *self._dimension)}
        columns |= {name: f'-"{name}"' for name in self._sums} | {"row_count": "-1"}
        condition &= within(f'"{span.axis}"', span.hours)
        return self._part(columns, self._cube.rollup.contributions, condition)

    def _part(self, columns: Mapping[str, str], table: str, condition: Condition) -> str:
        selected = ", ".join(f'{text} AS "{name}"' for name, text in columns.items())
        return f'SELECT {selected} FROM "{table}" WHERE {self.condition(condition)}'

    def _rows(self, condition: Condition, interval: Interval) -> str:
        span, cube = self._span, self._cube
        rows = GroupStatementBuilder(
            self.dialect,
            self.table,
            condition & within(f'"{self.table}"."{span.axis}"', interval),
            cube.children,
            self.reader,
            values=self.values,
            has_few_parents=True,
        )
        columns = {name: rows.column(name) for name in (span.axis, *self._dimension)}
        sums = {
            name: expression(rows)
            for name, expression in cube.rollup.sums.items()
            if name in self._sums
        }
        # All parts of a UNION have their columns in the same order.
        columns |= dict.fromkeys(self._sums, "1") | sums
        for name, text in columns.items():
            rows.add_column(f'{text} AS "{name}"')
        return rows.select()


def within(column: str, interval: Interval) -> Condition:
    """Return the condition that a time lies within the interval, which no NULL does."""
    is_bounded = interval.since or interval.until
    condition = EVERYTHING if is_bounded else Condition(f"{column} IS NOT NULL")
    if interval.since is not None:
        condition &= compared(column, ">=", interval.since, TIME)
    if interval.until is not None:
        condition &= compared(column, "<", interval.until, TIME)
    return condition
