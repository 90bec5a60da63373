"""Forecasts: their arguments and their results."""

from datetime import datetime
from typing import Annotated

import strawberry

from database.time_buckets import TimeUnit
from resolvers.forecasts.arguments import MAXIMUM_HORIZON, SEASONALITIES
from schema.filters import OrderFilter

DAY, WEEK, MONTH = (SEASONALITIES[unit] for unit in (TimeUnit.DAY, TimeUnit.WEEK, TimeUnit.MONTH))
YEAR = 366
"""Days of the longest year."""

ORDER_FORECAST = (
    "Forecasts how many orders will be placed in each of the next buckets. The first bucket is the"
    " current one, as a whole: orders already placed in it are not part of the history. The history"
    " consists of the complete buckets before it, beginning with the first that has a matching"
    f" order: at least {DAY.fewest} days, {WEEK.fewest} weeks or {MONTH.fewest} months, and at most"
    f" the last {DAY.longest.days // YEAR}, {WEEK.longest.days // YEAR} or"
    f" {MONTH.longest.days // YEAR} years. A season of {DAY.length} days, {WEEK.length} weeks or"
    f" {MONTH.length} months is recognised once the history, without its end that is held back to"
    " measure the error, contains it twice. The same history always gives the same forecast."
    " The field needs the extra `forecast` to be installed; without it, it is refused."
)

ForecastFilter = Annotated[
    OrderFilter | None,
    strawberry.argument(
        description=(
            "The orders to forecast; all orders if left out. A range of placedAt limits"
            " the history; if that range ended in the past, the forecast begins with the"
            " bucket in which it ended."
        )
    ),
]
ForecastUnit = Annotated[
    TimeUnit,
    strawberry.argument(description=f"The length of a bucket: {', '.join(SEASONALITIES)}."),
]
ForecastBuckets = Annotated[
    int, strawberry.argument(description=f"The number of buckets, 1 to {MAXIMUM_HORIZON}.")
]

WITHIN = "In {} of 100 such buckets, no {} orders are expected. It is never below zero."


@strawberry.type(description="The forecast for one bucket.")
class OrderForecastPoint:
    start: datetime = strawberry.field(description="The start of the bucket.")
    expected: float = strawberry.field(
        description="The expected number of orders (the mean). It is never below zero."
    )
    low80: float = strawberry.field(description=WITHIN.format(90, "fewer"))
    high80: float = strawberry.field(description=WITHIN.format(90, "more"))
    low95: float = strawberry.field(description=WITHIN.format(97.5, "fewer"))
    high95: float = strawberry.field(description=WITHIN.format(97.5, "more"))


@strawberry.type(description="A forecast of the number of orders.")
class OrderForecast:
    points: list[OrderForecastPoint] = strawberry.field(
        description="The forecast for each bucket, in chronological order."
    )
    model: str = strawberry.field(
        description=(
            "The name of the model, such as ETS(A,Ad,A)[7]: exponential smoothing with"
            " error, trend and season, each additive (A), additive and damped (Ad) or"
            " absent (N), followed by the length of the season in buckets. Of the models"
            " with and without trend and season, the one with the least final prediction"
            " error (Akaike) is used."
        )
    )
    error: float | None = strawberry.field(
        description=(
            "The error of the model, measured on the end of the history: the last"
            f" {DAY.held_back} days, {WEEK.held_back} weeks or {MONTH.held_back} months are"
            " forecast from everything before them. It is the sum of the absolute differences"
            " between the expected and the actual numbers of orders, divided by the sum of the"
            " actual numbers."
            " 0 means no error; the value is null if no orders were placed in that time."
        )
    )
    as_of: datetime = strawberry.field(
        description=(
            "The time of evaluation. Everything that depends on the current time was"
            " evaluated as of this moment."
        )
    )
