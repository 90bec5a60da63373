"""The history of a forecast: the number of orders placed in each complete bucket."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import dropwhile

import orjson

from database.time_buckets import Buckets, TimeUnit, buckets, moment_of, seconds_of
from engine.sql.selection import Field
from errors import Invalid
from resolvers.forecasts.arguments import ForecastArguments
from resolvers.stats.arguments import MAXIMUM_FIRST, GroupBy, TimeBucket
from resolvers.stats.enums import OrderTimeField
from resolvers.stats.orders import ORDERS
from resolvers.stats.stats_plan import StatsPlan

KEY = Field(
    "key",
    "key",
    "OrderStatsGroup",
    selections={"OrderStatsKey": (Field("placedAt", "placedAt", "OrderStatsKey"),)},
)
COUNT = Field("count", "count", "OrderStatsGroup")
GROUPS = Field("groups", "groups", "OrderStats", selections={"OrderStatsGroup": (KEY, COUNT)})
COUNTING = StatsPlan(
    ORDERS, Field("orderStats", "orderStats", "Query", selections={"OrderStats": (GROUPS,)})
)
"""The plan of orderStats: a forecast continues the numbers that orderStats shows."""


@dataclass(frozen=True, slots=True)
class History:
    counts: Sequence[int]
    """The counts of consecutive buckets."""
    end: int
    """The time at which the last bucket ended and the forecast begins, in seconds since 1970."""
    buckets: Buckets

    def following(self, number: int) -> Sequence[datetime]:
        """Return the starts of the next buckets."""
        starts, start = [], self.end
        for _ in range(number):
            starts.append(moment_of(start))
            start = self.buckets.following(start)
        return starts


async def read_history(query: ForecastArguments) -> History:
    """Read the history. Raises DomainError, also if the history is too short."""
    groups = await _groups(query) if query.since < query.until else []
    kind = buckets(query.unit, query.zone)
    end = kind.start(seconds_of(query.until))
    complete = [
        count for start, count in groups if query.since <= start and seconds_of(start) < end
    ]
    # A shop did not exist before its first order.
    counts = list(dropwhile(lambda count: not count, complete))
    if len(counts) < query.seasonality.fewest:
        raise _too_short(query, len(counts))
    return History(counts, end, kind)


async def _groups(query: ForecastArguments) -> list[tuple[datetime, int]]:
    by = GroupBy(time=TimeBucket(field=OrderTimeField.PLACED_AT, unit=query.unit))
    arguments = {
        "filter": query.filter,
        "group_by": [by],
        "time_zone": query.zone,
        "first": MAXIMUM_FIRST,
        "fill_gaps": True,
    }
    result = await COUNTING.read(arguments, None, query.reader)
    assert result.json is not None, "orders are always counted"
    return [
        (datetime.fromisoformat(group["key"]["placedAt"]), group["count"])
        for group in orjson.loads(result.json)["groups"]
    ]


def _too_short(query: ForecastArguments, count: int) -> Invalid:
    unit = _NAMES[query.unit]
    return Invalid(
        f"A forecast of {unit} is made from {query.seasonality.fewest} complete {unit} at least,"
        f" counted from the first with such an order; there are {count}.",
        ("filter",),
    )


_NAMES = {TimeUnit.DAY: "days", TimeUnit.WEEK: "weeks", TimeUnit.MONTH: "months"}
