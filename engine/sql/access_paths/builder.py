"""The builder of access paths to the rows of one table in one order."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from math import prod

from database.connections import is_postgres
from engine.sql.access_paths.access_path import AccessPath, NamedQuery, guarded
from engine.sql.access_paths.index_columns import IndexColumn
from engine.sql.access_paths.index_scans import PAGE, equal_columns, merged_index_scans
from engine.sql.conditions import EVERYTHING, NOTHING, Condition

MAXIMUM_SCANS = 240
"""Combinations of values whose first rows a loose index scan reads for one page. Each costs some
four pages of an index; a filter with more of them admits too many rows to be worth that."""
MAXIMUM_MERGED_SCANS = 8
"""Combinations of values for which PostgreSQL merges one index scan each, which reads the page's
rows and little more. From twelve on, starting the scans takes as long as reading the first rows of
each combination, and planning them takes longer than the five custom plans are worth."""


@dataclass(frozen=True, slots=True)
class AccessPathBuilder:
    """Builds access paths to a table's rows, ordered by `key` and then by id.

    `is_generic` arguments say whether the same plan is the best one for all values of a condition.
    """

    table: str
    key: str
    _numbers: Iterator[int] = field(default_factory=count)

    def plain(
        self, condition: Condition, index: str = "", *, is_generic: bool = False
    ) -> AccessPath:
        """Leave the choice of an index to the database. SQLite does not choose an index without
        an equality on one of its columns, so that `index` names it there."""
        names_index = index and condition != NOTHING and not is_postgres()
        by = f' INDEXED BY "{index}"' if names_index else ""
        rows = f'SELECT {{columns}} FROM "{self.table}"{by}'
        where = f"WHERE {condition.text} AND {{within}} ORDER BY {{order}} LIMIT {{size}}"
        return AccessPath(
            Condition(f"{rows} {where}", condition.values),
            is_generic=is_generic or not condition.values,
        )

    def loose_index_scan(
        self, columns: Sequence[IndexColumn], rest: Condition, *, is_generic: bool = False
    ) -> AccessPath:
        """Read the first rows of each combination of values, and return the first of these.

        Neither database does so by itself. The index begins with the columns and goes on with key
        and id. `rest` is the condition besides the columns.
        """
        is_generic = is_generic or not rest.values
        combinations = prod(len(column.padded) for column in columns)
        if is_postgres() and is_generic and 0 < combinations <= MAXIMUM_MERGED_SCANS:
            path = merged_index_scans(self.table, columns, rest)
        else:
            source = f'"{self.table}"'
            path = self._loose_index_scan(source, columns, rest, is_generic=is_generic)
        return replace(path, is_generic=is_generic)

    def loose_child_index_scan(
        self,
        child: str,
        columns: Sequence[IndexColumn],
        rest: Condition,
        *,
        is_generic: bool = False,
    ) -> AccessPath:
        """Do a loose index scan of a child table, which has a copy of its order's key beside the
        order's id."""
        names = ", ".join(f'"{column.column}"' for column in columns)
        own = f'"{self.key}", "order_id" AS "id", "order_id" AS "listed", {names}'
        source = f'(SELECT {own} FROM "{child}") AS "{self.table}"'
        is_generic = is_generic or not rest.values
        rest = self._as_lookup(rest)
        path = self._loose_index_scan(
            source, columns, rest, is_generic=is_generic, has_duplicates=True
        )
        return replace(path, is_generic=is_generic)

    def sort(self, keys: Condition, rest: Condition) -> AccessPath:
        """Sort the keys and ids that the query `keys` selects. Only the page's rows are looked up,
        and those that `rest` excludes from it."""
        sorted_keys = (
            f'SELECT {self._key_and_id} FROM ({keys.text} {_fence()}) AS "{self.table}"'
            " WHERE {within} ORDER BY {order}"
        )
        if rest == EVERYTHING:
            return self._look_up(Condition(f"{sorted_keys} LIMIT {{size}}", keys.values))
        all_ = self._name("all")
        lookup = self._as_lookup(rest)
        before = (NamedQuery(all_, Condition(f"{sorted_keys} {_fence()}", keys.values)),)
        last = (
            f'SELECT {self._key_and_id} FROM (SELECT *, "id" AS "listed" FROM "{all_}")'
            f' AS "{self.table}" WHERE {lookup.text} ORDER BY {{order}} LIMIT {{size}}'
        )
        return self._look_up(Condition(last, lookup.values), before)

    def sort_if_few(
        self, keys: Condition, rest: Condition, otherwise: AccessPath, most: int
    ) -> AccessPath:
        """Sort the rows whose key and id `keys` selects if there are at most `most`, and take
        another path if there are more.

        `otherwise` has to test the whole condition, `rest` what `keys` leaves open. The keys are
        materialized: finding them is expensive, and some may be found twice.
        """
        name = self._name("found")
        some = Condition(f'SELECT * FROM ({keys.text}) AS "all" LIMIT {most + 1}', keys.values)
        are_few = Condition(f'(SELECT count(*) FROM "{name}") <= {most}')
        distinct = Condition(f'SELECT DISTINCT "{self.key}", "id" FROM "{name}"')
        path = self._choose(are_few, self.sort(distinct, rest), otherwise)
        return AccessPath(path.query, (NamedQuery(name, some, is_materialized=True), *path.named))

    def sort_range_if_few(
        self, keys: Condition, rest: Condition, otherwise: AccessPath, most: int
    ) -> AccessPath:
        """Do as `sort_if_few` for a range of an index, which is read twice: that is better than to
        materialize much of it."""
        some = f'SELECT 1 FROM ({keys.text}) AS "all" LIMIT {most + 1}'
        are_few = f'(SELECT count(*) FROM ({some}) AS "some") <= {most}'
        return self._choose(Condition(are_few, keys.values), self.sort(keys, rest), otherwise)

    def union(self, paths: Sequence[AccessPath]) -> AccessPath:
        """Return the rows of several paths, each row once."""
        names = [self._name("branch") for _ in paths]
        named = [
            query
            for name, path in zip(names, paths, strict=True)
            for query in path.as_named(name, self.table)
        ]
        keys = " UNION ".join(f'SELECT "{self.key}", "id" FROM "{name}"' for name in names)
        first = f'SELECT * FROM ({keys}) AS "{self.table}" ORDER BY {{order}} LIMIT {{size}}'
        path = self._look_up(Condition(first), tuple(named))
        return replace(path, is_generic=all(path.is_generic for path in paths))

    def _choose(self, condition: Condition, path: AccessPath, otherwise: AccessPath) -> AccessPath:
        """Take `path` where the condition holds when the statement runs, else `otherwise`."""
        choice, chosen, other = self._name("choice"), self._name("chosen"), self._name("other")
        holds = f'(SELECT "holds" FROM "{choice}")'
        text = f'SELECT {condition.text} AS "holds"'
        both = f'SELECT * FROM "{chosen}" UNION ALL SELECT * FROM "{other}"'
        rows = f'SELECT {{columns}} FROM ({both}) AS "{self.table}"'
        return AccessPath(
            Condition(f"{rows} ORDER BY {{order}} LIMIT {{size}}"),
            (
                NamedQuery(choice, Condition(text, condition.values), is_materialized=True),
                *guarded(holds, path.as_named(chosen, self.table)),
                *guarded(f"NOT {holds}", otherwise.as_named(other, self.table)),
            ),
        )

    def _loose_index_scan(
        self,
        source: str,
        columns: Sequence[IndexColumn],
        rest: Condition,
        *,
        is_generic: bool,
        has_duplicates: bool = False,
    ) -> AccessPath:
        names = [f'"s{number}"' for number in range(len(columns))]
        combinations = " CROSS JOIN ".join(
            f"{column.source.text} AS {name}" for name, column in zip(names, columns, strict=True)
        )
        values = [f'{name}."value"' for name in names]
        is_bounded = is_generic and is_postgres()
        where = equal_columns(self.table, columns, values, is_bounded=is_bounded)
        if rest != EVERYTHING:
            where += f" AND {rest.text}"
        first = f"{source} WHERE {where} AND {{within}} ORDER BY {{order}} LIMIT {{size}}"
        per_value = self._distinct_per_value if has_duplicates else self._per_value
        parameters = (value for column in columns for value in column.source.values)
        keys = Condition(per_value(combinations, first), (*parameters, *rest.values))
        return self._look_up(keys)

    def _per_value(self, values: str, first: str) -> str:
        """Return the SELECT of keys and ids of the first rows per value. SQLite lacks LATERAL, but
        a subquery of IN may refer to the row around it: there the rows are looked up once more."""
        if is_postgres():
            first = f'LATERAL (SELECT {self._key_and_id} FROM {first}) AS "{self.table}"'
            return f"SELECT {self._key_and_id} FROM {values} CROSS JOIN {first} {PAGE}"
        return self._correlated(values, f'SELECT "{self.table}"."id" FROM {first}')

    def _distinct_per_value(self, values: str, first: str) -> str:
        """Do as `_per_value`, with each row once: an order's children with the same value lie
        beside each other, and several values may lead to the same order."""
        both = self._key_and_id
        if is_postgres():
            first = f"LATERAL (SELECT DISTINCT ON ({both}) {both} FROM {first})"
            first = f'CROSS JOIN {first} AS "{self.table}"'
            return f"SELECT DISTINCT {both} FROM {values} {first} {PAGE}"
        return self._correlated(values, f'SELECT "id" FROM (SELECT DISTINCT {both} FROM {first})')

    def _correlated(self, values: str, ids: str) -> str:
        own = f'"{self.table}" AS "own" ON "own"."id" IN ({ids})'
        return f'SELECT "own"."id" FROM {values} CROSS JOIN {own}'

    def _look_up(self, keys: Condition, before: tuple[NamedQuery, ...] = ()) -> AccessPath:
        """Return the path to the rows whose ids `keys` selects, in the list's order."""
        page = self._name("page")
        rows = "SELECT {columns} FROM"
        if is_postgres():
            # The limit makes it one look-up per row, whatever the planner expects.
            row = f'SELECT * FROM "{self.table}" WHERE "id" = "{page}"."id" LIMIT 1'
            rows += f' "{page}" CROSS JOIN LATERAL ({row}) AS "{self.table}" ORDER BY {{order}}'
        else:
            rows += (
                f' "{self.table}" WHERE "{self.table}"."id" IN (SELECT "id" FROM "{page}") {PAGE}'
            )
        return AccessPath(Condition(rows), (*before, NamedQuery(page, keys)))

    def _as_lookup(self, rest: Condition) -> Condition:
        """Return the condition for where only a row's key and id are at hand: it looks the row up
        by its id, `listed`."""
        if rest == EVERYTHING:
            return rest
        row = f'SELECT 1 FROM "{self.table}" WHERE "{self.table}"."id" = "listed"'
        return Condition(f"EXISTS ({row} AND {rest.text})", rest.values)

    @property
    def _key_and_id(self) -> str:
        return f'"{self.table}"."{self.key}", "{self.table}"."id"'

    def _name(self, prefix: str) -> str:
        return f"{prefix}{next(self._numbers)}"


def _fence() -> str:
    """Return the clause that keeps a subquery from being planned as a part of the query around
    it."""
    return "OFFSET 0" if is_postgres() else "LIMIT -1"
