"""What is listed: the paths that there are to rows of one table in one order."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import count, product
from math import prod
from typing import Any

from database.connections import is_postgres
from engine.sql.access_paths.path import Named, Path, only_if
from engine.sql.access_paths.steps import Step
from engine.sql.conditions import EVERYTHING, NOTHING, Condition

MAXIMUM_SPREAD = 240
"""Values, or combinations of values, whose first rows are read for one page. Each costs some four
pages of an index; what has more of them is too common to be looked for one by one."""
MOST_MERGED = 8
"""Combinations of values whose rows PostgreSQL merges from an index scan for each of them, which
reads the page's rows and little more. From twelve on, beginning the scans takes as long as reading
each one's first rows, and planning them takes longer than the five trial plans are worth."""
ENOUGH_COLUMNS = 3
"""So many equal columns are expected in few rows, without a range."""
_PAGE = "ORDER BY {order} LIMIT {size}"


@dataclass(frozen=True, slots=True)
class Listed:
    """The table that is listed, and the column that it is ordered by before its id."""

    table: str
    key: str
    _numbers: Iterator[int] = field(default_factory=count)

    def plain(self, asked: Condition, index: str = "", *, is_steady: bool = False) -> Path:
        """As the database thinks best; SQLite has to be told of an index that no column is equal
        to something in. `is_steady`: whatever the values are, it thinks the same way best."""
        is_told = index and asked != NOTHING and not is_postgres()
        by = f' INDEXED BY "{index}"' if is_told else ""
        rows = f'SELECT {{columns}} FROM "{self.table}"{by}'
        where = f"WHERE {asked.text} AND {{within}} ORDER BY {{order}} LIMIT {{size}}"
        return Path(
            Condition(f"{rows} {where}", asked.values), is_steady=is_steady or not asked.values
        )

    def spread(self, steps: Sequence[Step], rest: Condition, *, is_steady: bool = False) -> Path:
        """The first rows of each value, and of these the first, which no database does by itself.

        An index begins with the columns of the steps and goes on with key and id. `is_steady`:
        no values of `rest` make another way better.
        """
        steady = is_steady or not rest.values
        combined = prod(len(step.padded) for step in steps)
        if is_postgres() and steady and 0 < combined <= MOST_MERGED:
            path = self._merged(steps, rest)
        else:
            path = self._spread(f'"{self.table}"', steps, rest, is_steady=steady)
        return replace(path, is_steady=steady)

    def of_parts(
        self, part: str, steps: Sequence[Step], rest: Condition, *, is_steady: bool = False
    ) -> Path:
        """The same by an index of another table, which has the key beside the id of its owner."""
        columns = ", ".join(f'"{step.column}"' for step in steps)
        own = f'"{self.key}", "order_id" AS "id", "order_id" AS "listed", {columns}'
        source = f'(SELECT {own} FROM "{part}") AS "{self.table}"'
        steady = is_steady or not rest.values
        path = self._spread(source, steps, self._of_itself(rest), is_steady=steady, has_twins=True)
        return replace(path, is_steady=steady)

    def sorted(self, found: Condition, rest: Condition) -> Path:
        """The rows whose key and id are found: of these only the page's are looked up, and such as
        `rest` leaves out of it."""
        keys = (
            f'SELECT {self._both} FROM ({found.text} {_apart()}) AS "{self.table}"'
            " WHERE {within} ORDER BY {order}"
        )
        if rest != EVERYTHING:
            all_ = self._name("all")
            own = self._of_itself(rest)
            before = (Named(all_, Condition(f"{keys} {_apart()}", found.values)),)
            last = (
                f'SELECT {self._both} FROM (SELECT *, "id" AS "listed" FROM "{all_}")'
                f' AS "{self.table}" WHERE {own.text} ORDER BY {{order}} LIMIT {{size}}'
            )
            return self._whole(Condition(last, rest.values), before)
        return self._whole(Condition(f"{keys} LIMIT {{size}}", found.values))

    def few(self, found: Condition, rest: Condition, otherwise: Path, most: int) -> Path:
        """The rows whose key and id `found` selects, if they are few; else those of another path.

        `otherwise` has to ask all that is asked, `rest` what `found` leaves open. What is found is
        kept: it is dear to find, and some of it may be found twice.
        """
        name = self._name("found")
        some = Condition(f'SELECT * FROM ({found.text}) AS "all" LIMIT {most + 1}', found.values)
        are_few = Condition(f'(SELECT count(*) FROM "{name}") <= {most}')
        once = Condition(f'SELECT DISTINCT "{self.key}", "id" FROM "{name}"')
        path = self._if(are_few, self.sorted(once, rest), otherwise)
        return Path(path.query, (Named(name, some, is_kept=True), *path.named))

    def few_in_range(self, found: Condition, rest: Condition, otherwise: Path, most: int) -> Path:
        """The same of a part of an index. To read that twice is better than to keep much of it."""
        some = f'SELECT 1 FROM ({found.text}) AS "all" LIMIT {most + 1}'
        are_few = f'(SELECT count(*) FROM ({some}) AS "some") <= {most}'
        near = self.sorted(found, rest)
        return self._if(Condition(are_few, found.values), near, otherwise)

    def either(self, paths: Sequence[Path]) -> Path:
        """The rows of several paths, each once."""
        names = [self._name("one") for _ in paths]
        named = [
            inner
            for name, path in zip(names, paths, strict=True)
            for inner in path.as_named(name, self.table)
        ]
        all_ = " UNION ".join(f'SELECT "{self.key}", "id" FROM "{name}"' for name in names)
        first = f'SELECT * FROM ({all_}) AS "{self.table}" ORDER BY {{order}} LIMIT {{size}}'
        whole = self._whole(Condition(first), tuple(named))
        return replace(whole, is_steady=all(path.is_steady for path in paths))

    def _if(self, condition: Condition, path: Path, otherwise: Path) -> Path:
        so, near, far = self._name("so"), self._name("near"), self._name("far")
        is_so = f'(SELECT "is_so" FROM "{so}")'
        all_ = f'SELECT * FROM "{near}" UNION ALL SELECT * FROM "{far}"'
        rows = f'SELECT {{columns}} FROM ({all_}) AS "{self.table}"'
        return Path(
            Condition(f"{rows} ORDER BY {{order}} LIMIT {{size}}"),
            (
                Named(so, Condition(f'SELECT {condition.text} AS "is_so"', condition.values), True),
                *only_if(is_so, path.as_named(near, self.table)),
                *only_if(f"NOT {is_so}", otherwise.as_named(far, self.table)),
            ),
        )

    def _spread(
        self,
        source: str,
        steps: Sequence[Step],
        rest: Condition,
        *,
        is_steady: bool,
        has_twins: bool = False,
    ) -> Path:
        names = [f'"s{number}"' for number in range(len(steps))]
        each = " CROSS JOIN ".join(
            f"{step.source.text} AS {name}" for name, step in zip(names, steps, strict=True)
        )
        wanted = [f'{name}."value"' for name in names]
        where = self._equal(steps, wanted, is_bounded=is_steady and is_postgres())
        if rest != EVERYTHING:
            where += f" AND {rest.text}"
        first = f"{source} WHERE {where} AND {{within}} ORDER BY {{order}} LIMIT {{size}}"
        of_each = self._of_each_twins if has_twins else self._of_each
        values = tuple(value for step in steps for value in step.source.values) + rest.values
        return self._whole(Condition(of_each(each, first), values))

    def _merged(self, steps: Sequence[Step], rest: Condition) -> Path:
        """PostgreSQL's MergeAppend stops each index scan as soon as the page is full."""
        found = [self._scan(steps, one) & rest for one in product(*[one.padded for one in steps])]
        rows = [f'FROM "{self.table}" WHERE {one.text} AND {{within}} {_PAGE}' for one in found]
        values = tuple(value for one in found for value in one.values)
        if len(rows) == 1:
            return Path(Condition(f"SELECT {{columns}} {rows[0]}", values))
        scans = " UNION ALL ".join(f'(SELECT "{self.table}".* {one})' for one in rows)
        query = f'SELECT {{columns}} FROM ({scans}) AS "{self.table}" {_PAGE}'
        return Path(Condition(query, values))

    def _scan(self, steps: Sequence[Step], values: Sequence[Any]) -> Condition:
        """One value of each column. Those that could stand in the text are values as well, or the
        planner would know how many rows have them, and take another index for a rare one."""
        is_bounded = len(steps) < ENOUGH_COLUMNS
        wanted = [f"?::{step.kind}" for step in steps]
        bounds = (values[0], values[0]) if is_bounded else ()
        return Condition(self._equal(steps, wanted, is_bounded=is_bounded), (*bounds, *values))

    def _equal(self, steps: Sequence[Step], wanted: Sequence[str], *, is_bounded: bool) -> str:
        """The columns of an index have these values.

        Bounded, the first value is also given as the ends of a range, which admits the same rows.
        But of a range PostgreSQL expects so few of them that it never walks the list's own order
        in the hope to meet with them, as it would where a column has few values.
        """
        columns = [step.of(self.table) for step in steps]
        equal = [f"{column} = {value}" for column, value in zip(columns, wanted, strict=True)]
        bounds = [f"{columns[0]} {operator} {wanted[0]}" for operator in (">=", "<=")]
        return " AND ".join([*(bounds if is_bounded else []), *equal])

    def _of_each(self, each: str, first: str) -> str:
        """Key and id. Without LATERAL, they are looked up again: SQLite knows what is around IN."""
        if is_postgres():
            first = f'LATERAL (SELECT {self._both} FROM {first}) AS "{self.table}"'
            return f"SELECT {self._both} FROM {each} CROSS JOIN {first} {_PAGE}"
        return self._own(each, f'SELECT "{self.table}"."id" FROM {first}')

    def _of_each_twins(self, each: str, first: str) -> str:
        """The same; twins lie beside each other, and may be found by several values, too."""
        if is_postgres():
            first = f"LATERAL (SELECT DISTINCT ON ({self._both}) {self._both} FROM {first})"
            first = f'CROSS JOIN {first} AS "{self.table}"'
            return f"SELECT DISTINCT {self._both} FROM {each} {first} {_PAGE}"
        return self._own(each, f'SELECT "id" FROM (SELECT DISTINCT {self._both} FROM {first})')

    def _own(self, each: str, ids: str) -> str:
        own = f'"{self.table}" AS "own" ON "own"."id" IN ({ids})'
        return f'SELECT "own"."id" FROM {each} CROSS JOIN {own}'

    def _whole(self, keys: Condition, before: tuple[Named, ...] = ()) -> Path:
        """The rows with these ids, in their order."""
        page = self._name("page")
        rows = "SELECT {columns} FROM"
        if is_postgres():
            # The limit makes one look-up of each, whatever the planner expects.
            row = f'SELECT * FROM "{self.table}" WHERE "id" = "{page}"."id" LIMIT 1'
            rows += f' "{page}" CROSS JOIN LATERAL ({row}) AS "{self.table}" ORDER BY {{order}}'
        else:
            rows += (
                f' "{self.table}" WHERE "{self.table}"."id" IN (SELECT "id" FROM "{page}") {_PAGE}'
            )
        return Path(Condition(rows), (*before, Named(page, keys)))

    def _of_itself(self, rest: Condition) -> Condition:
        """What is asked of the listed row where only its key and id are at hand."""
        if rest == EVERYTHING:
            return rest
        itself = f'SELECT 1 FROM "{self.table}" WHERE "{self.table}"."id" = "listed"'
        return Condition(f"EXISTS ({itself} AND {rest.text})", rest.values)

    @property
    def _both(self) -> str:
        return f'"{self.table}"."{self.key}", "{self.table}"."id"'

    def _name(self, what: str) -> str:
        return f"{what}{next(self._numbers)}"


def _apart() -> str:
    """What keeps a query from being planned as a part of the one around it."""
    return "OFFSET 0" if is_postgres() else "LIMIT -1"
