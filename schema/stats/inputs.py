"""What is asked of groups: by what, which, in what order, how many."""

from typing import Annotated

import strawberry

from database.time_buckets import TimeUnit
from resolvers.stats import arguments
from resolvers.stats.enums import (
    ExceptionDimension,
    ExceptionTimeField,
    OrderDimension,
    OrderTimeField,
    ShipmentDimension,
    ShipmentTimeField,
    StatsOrderField,
)
from schema.enums import SortDirection

UNIT = "How long a bucket is."
DIMENSION = "What they have in common; a missing value is one too."
TIME = "The bucket that a time of theirs lies in; a missing time is one too."
ONE_OF = "One thing to group by."


@strawberry.input(description="Buckets of a time of orders.")
class OrderTimeBucket(arguments.TimeBucket):
    field: OrderTimeField = strawberry.field(description="Which time.")
    unit: TimeUnit = strawberry.field(description=UNIT)


@strawberry.input(one_of=True, description=ONE_OF)
class OrderGroupBy(arguments.GroupBy):
    field: OrderDimension | None = strawberry.field(default=strawberry.UNSET, description=DIMENSION)
    time: OrderTimeBucket | None = strawberry.field(default=strawberry.UNSET, description=TIME)


@strawberry.input(description="Buckets of a time of shipments.")
class ShipmentTimeBucket(arguments.TimeBucket):
    field: ShipmentTimeField = strawberry.field(description="Which time.")
    unit: TimeUnit = strawberry.field(description=UNIT)


@strawberry.input(one_of=True, description=ONE_OF)
class ShipmentGroupBy(arguments.GroupBy):
    field: ShipmentDimension | None = strawberry.field(
        default=strawberry.UNSET, description=DIMENSION
    )
    time: ShipmentTimeBucket | None = strawberry.field(default=strawberry.UNSET, description=TIME)


@strawberry.input(description="Buckets of a time of exceptions.")
class ExceptionTimeBucket(arguments.TimeBucket):
    field: ExceptionTimeField = strawberry.field(description="Which time.")
    unit: TimeUnit = strawberry.field(description=UNIT)


@strawberry.input(one_of=True, description=ONE_OF)
class ExceptionGroupBy(arguments.GroupBy):
    field: ExceptionDimension | None = strawberry.field(
        default=strawberry.UNSET, description=DIMENSION
    )
    time: ExceptionTimeBucket | None = strawberry.field(default=strawberry.UNSET, description=TIME)


@strawberry.input(description="From one whole number to another, both included.")
class IntRange:
    min: int | None = strawberry.field(default=None, description="No less than this.")
    max: int | None = strawberry.field(default=None, description="No more than this.")


@strawberry.input(description="From one number to another, both included.")
class FloatRange:
    min: float | None = strawberry.field(default=None, description="No less than this.")
    max: float | None = strawberry.field(default=None, description="No more than this.")


COUNT = "By how many they are."
RATE = "By this rate, from 0 to 1; groups that have none are left out."


@strawberry.input(description="Which groups of orders. Fields are joined by AND.")
class OrderHaving:
    count: IntRange | None = strawberry.field(default=None, description=COUNT)
    on_time_rate: FloatRange | None = strawberry.field(default=None, description=RATE)
    exception_rate: FloatRange | None = strawberry.field(default=None, description=RATE)


@strawberry.input(description="Which groups of shipments. Fields are joined by AND.")
class ShipmentHaving:
    count: IntRange | None = strawberry.field(default=None, description=COUNT)
    on_time_rate: FloatRange | None = strawberry.field(default=None, description=RATE)


@strawberry.input(description="Which groups of exceptions.")
class ExceptionHaving:
    count: IntRange | None = strawberry.field(default=None, description=COUNT)


@strawberry.input(description="How groups are ordered. A missing value comes last in either way.")
class StatsOrder:
    field: StatsOrderField = strawberry.field(description="By what.")
    direction: SortDirection = strawberry.field(description="Which end comes first.")

    @property
    def is_descending(self) -> bool:
        return self.direction is SortDirection.DESC


GROUPED_BY = (
    f"By what they are grouped: up to {arguments.MAXIMUM_GROUPINGS} things, each once; all are one"
    f" group, if left out. Buckets of an HOUR need a range of that time in the filter, of"
    f" {arguments.LONGEST[TimeUnit.HOUR].days} days at most, buckets of a DAY one of"
    f" {arguments.LONGEST[TimeUnit.DAY].days} days; for shippedAt of orders, a range of placedAt."
)
Having = "Which groups; all, if left out."
GroupOrder = Annotated[
    StatsOrder | None,
    strawberry.argument(description="How they are ordered; by key, if left out."),
]
GroupCount = Annotated[
    int, strawberry.argument(description=f"How many groups: 1 to {arguments.MAXIMUM_FIRST}.")
]
ZoneName = Annotated[
    str,
    strawberry.argument(
        description="By whose clocks days begin and times are grouped: UTC, or like Europe/Berlin."
    ),
]
GapFilling = Annotated[
    bool,
    strawberry.argument(
        description=(
            "Whether buckets in which nothing happened are groups too, with the count 0: between"
            " the first and the last, or in the whole range of the filter, up to now where that"
            " has no end. Needs one time to group by, and no having."
        )
    ),
]
NO_GROUPS_BY_ORDER: list[OrderGroupBy] = []
NO_GROUPS_BY_SHIPMENT: list[ShipmentGroupBy] = []
NO_GROUPS_BY_EXCEPTION: list[ExceptionGroupBy] = []
