"""Arguments of aggregates: grouping, selection, order and number of groups."""

from typing import Annotated

import strawberry

from database.time_buckets import TimeUnit, Weekday
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

UNIT = "The length of a bucket."
WEEK_START = "The day on which weeks begin. Other units do not heed it."
DIMENSION = "Group by the value of this field. Objects without a value form a group of their own."
TIME = (
    "Group by the bucket in which this time lies. Objects without this time form"
    " a group of their own."
)
ONE_OF = "One value to group by: either a field or a time."


@strawberry.input(description="Groups orders by the bucket in which a time of theirs lies.")
class OrderTimeBucket(arguments.TimeBucket):
    field: OrderTimeField = strawberry.field(description="The time to group by.")
    unit: TimeUnit = strawberry.field(description=UNIT)
    week_starts_on: Weekday = strawberry.field(default=Weekday.MONDAY, description=WEEK_START)


@strawberry.input(one_of=True, description=ONE_OF)
class OrderGroupBy(arguments.GroupBy):
    field: OrderDimension | None = strawberry.field(default=strawberry.UNSET, description=DIMENSION)
    time: OrderTimeBucket | None = strawberry.field(default=strawberry.UNSET, description=TIME)


@strawberry.input(description="Groups shipments by the bucket in which a time of theirs lies.")
class ShipmentTimeBucket(arguments.TimeBucket):
    field: ShipmentTimeField = strawberry.field(description="The time to group by.")
    unit: TimeUnit = strawberry.field(description=UNIT)
    week_starts_on: Weekday = strawberry.field(default=Weekday.MONDAY, description=WEEK_START)


@strawberry.input(one_of=True, description=ONE_OF)
class ShipmentGroupBy(arguments.GroupBy):
    field: ShipmentDimension | None = strawberry.field(
        default=strawberry.UNSET, description=DIMENSION
    )
    time: ShipmentTimeBucket | None = strawberry.field(default=strawberry.UNSET, description=TIME)


@strawberry.input(description="Groups exceptions by the bucket in which a time of theirs lies.")
class ExceptionTimeBucket(arguments.TimeBucket):
    field: ExceptionTimeField = strawberry.field(description="The time to group by.")
    unit: TimeUnit = strawberry.field(description=UNIT)
    week_starts_on: Weekday = strawberry.field(default=Weekday.MONDAY, description=WEEK_START)


@strawberry.input(one_of=True, description=ONE_OF)
class ExceptionGroupBy(arguments.GroupBy):
    field: ExceptionDimension | None = strawberry.field(
        default=strawberry.UNSET, description=DIMENSION
    )
    time: ExceptionTimeBucket | None = strawberry.field(default=strawberry.UNSET, description=TIME)


@strawberry.input(
    description="A range of whole numbers. Both ends are included, and may be the same."
)
class IntRange:
    min: int | None = strawberry.field(
        default=None, description="The smallest number that matches."
    )
    max: int | None = strawberry.field(default=None, description="The largest number that matches.")


@strawberry.input(description="A range of numbers. Both ends are included, and may be the same.")
class FloatRange:
    min: float | None = strawberry.field(
        default=None, description="The smallest number that matches."
    )
    max: float | None = strawberry.field(
        default=None, description="The largest number that matches."
    )


COUNT = "The number of objects in the group lies in this range."
RATE = "This rate, from 0 to 1, lies in this range. Groups without a rate do not match."


@strawberry.input(
    description="Selects groups of orders by their measures. All given fields must match."
)
class OrderHaving:
    count: IntRange | None = strawberry.field(default=None, description=COUNT)
    on_time_rate: FloatRange | None = strawberry.field(default=None, description=RATE)
    exception_rate: FloatRange | None = strawberry.field(default=None, description=RATE)


@strawberry.input(
    description="Selects groups of shipments by their measures. All given fields must match."
)
class ShipmentHaving:
    count: IntRange | None = strawberry.field(default=None, description=COUNT)
    on_time_rate: FloatRange | None = strawberry.field(default=None, description=RATE)


@strawberry.input(description="Selects groups of exceptions by their measures.")
class ExceptionHaving:
    count: IntRange | None = strawberry.field(default=None, description=COUNT)


@strawberry.input(
    description=(
        "The order of the groups. Missing values come last in both directions. Groups with equal"
        " values are in ascending order of their keys."
    )
)
class StatsOrder:
    field: StatsOrderField = strawberry.field(description="The value to order by.")
    direction: SortDirection = strawberry.field(
        description="Whether the smallest or the largest value comes first."
    )

    @property
    def is_descending(self) -> bool:
        return self.direction is SortDirection.DESC


GROUPED_BY = (
    f"Up to {arguments.MAXIMUM_GROUPINGS} different values to group by; without any, everything is"
    " one group. Buckets of an HOUR need a range of that time in the filter, of at most"
    f" {arguments.LONGEST[TimeUnit.HOUR].days} days; buckets of a DAY need one of at most"
    f" {arguments.LONGEST[TimeUnit.DAY].days} days. For shippedAt of orders, that range is one of"
    " placedAt."
)
Having = "Selects groups by their measures; all groups if left out."
GroupOrder = Annotated[
    StatsOrder | None,
    strawberry.argument(description="The order of the groups; by key if left out."),
]
GroupCount = Annotated[
    int, strawberry.argument(description=f"The number of groups, 1 to {arguments.MAXIMUM_FIRST}.")
]
ZoneName = Annotated[
    str,
    strawberry.argument(
        description=(
            "The IANA name of the time zone in which buckets begin, such as Europe/Berlin."
        )
    ),
]
GapFilling = Annotated[
    bool,
    strawberry.argument(
        description=(
            "Whether buckets without objects are included, with the count 0. They are"
            " added between the first and the last bucket, or in the whole range of the"
            " filter; a range without an end goes up to now. It needs exactly one time to"
            " group by, and cannot be combined with having."
        )
    ),
]
NO_GROUPS_BY_ORDER: list[OrderGroupBy] = []
NO_GROUPS_BY_SHIPMENT: list[ShipmentGroupBy] = []
NO_GROUPS_BY_EXCEPTION: list[ExceptionGroupBy] = []
