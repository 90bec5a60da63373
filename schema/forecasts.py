"""What is expected: forecasts, and what is asked of them."""

from datetime import datetime
from typing import Annotated

import strawberry

from database.time_buckets import TimeUnit
from resolvers.forecasts.arguments import MAXIMUM_HORIZON, RHYTHMS
from schema.filters import OrderFilter

DAY, WEEK, MONTH = (RHYTHMS[unit] for unit in (TimeUnit.DAY, TimeUnit.WEEK, TimeUnit.MONTH))
YEAR = 366
"""Days."""

ORDER_FORECAST = (
    "How many orders are expected to be placed in each of the next buckets, the running one first"
    " and whole: what was placed in it already is no part of the history. That is made of the"
    " complete buckets before it, from the first with such an order on:"
    f" {DAY.fewest} days, {WEEK.fewest} weeks or {MONTH.fewest} months at least, and of no more"
    f" than the last {DAY.longest.days // YEAR}, {WEEK.longest.days // YEAR} or"
    f" {MONTH.longest.days // YEAR} years. What comes again every {DAY.season} days,"
    f" {WEEK.season} weeks or {MONTH.season} months is seen once the history, without the end that"
    " is held back for the error, has it twice. The same history gives the same forecast."
    " It needs the extra `forecast`, without which it is refused."
)

ForecastFilter = Annotated[
    OrderFilter | None,
    strawberry.argument(
        description=(
            "Of which orders; all, if left out. From a range of placedAt the history is taken, and"
            " if it ended in the past, the forecast begins with the bucket in which it did."
        )
    ),
]
ForecastUnit = Annotated[
    TimeUnit,
    strawberry.argument(description=f"How long a bucket is: {', '.join(RHYTHMS)}."),
]
ForecastBuckets = Annotated[
    int, strawberry.argument(description=f"How many buckets: 1 to {MAXIMUM_HORIZON}.")
]

WITHIN = "In {} of 100 such buckets no {} are expected. Never below zero."


@strawberry.type(description="What is expected of one bucket.")
class OrderForecastPoint:
    start: datetime = strawberry.field(description="When the bucket begins.")
    expected: float = strawberry.field(
        description="How many orders, in the mean. Never below zero."
    )
    low80: float = strawberry.field(description=WITHIN.format(90, "fewer"))
    high80: float = strawberry.field(description=WITHIN.format(90, "more"))
    low95: float = strawberry.field(description=WITHIN.format(97.5, "fewer"))
    high95: float = strawberry.field(description=WITHIN.format(97.5, "more"))


@strawberry.type(description="How many orders are expected.")
class OrderForecast:
    points: list[OrderForecastPoint] = strawberry.field(
        description="Of each bucket, in their order."
    )
    model: str = strawberry.field(
        description=(
            "The model's name, such as ETS(A,Ad,A)[7]: exponential smoothing of error, trend and"
            " season, each of them added (A), added and damped (Ad) or left out (N), and after how"
            " many buckets the season comes again. Of those with and without trend and season it"
            " is the one with the least final prediction error by Akaike."
        )
    )
    error: float | None = strawberry.field(
        description=(
            f"How far it was off at the end of the history, the last {DAY.held_back} days,"
            f" {WEEK.held_back} weeks or {MONTH.held_back} months, when forecast by the same model"
            " from all before: the sum of the absolute differences between what was expected and"
            " what was placed in each bucket, divided by the sum of what was placed. 0 is without"
            " error; null if nothing was placed."
        )
    )
    as_of: datetime = strawberry.field(
        description="When this was so: all that the clock decides, it decided then."
    )
