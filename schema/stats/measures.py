"""Statistics of amounts of money and of durations."""

from decimal import Decimal
from typing import Annotated, Any

import strawberry

from resolvers.stats.cubes import Cube

SHARE = (
    "The share of values that lie below the result: 0.5 gives the median, 0.95 the 95th percentile."
)
PERCENTILE = (
    "The value below which the share p of all values lies, interpolated linearly"
    " between neighbouring values."
)
Share = Annotated[float, strawberry.argument(description=SHARE)]


def measured(cube: Cube, name: str) -> Any:
    """Declare a measure of a group, described by the cube's own definition of it."""
    return strawberry.field(description=cube.measures[name].definition)


def percentile(graphql_type: Any) -> Any:
    def takes(p: Share) -> Any: ...

    return strawberry.field(resolver=takes, description=PERCENTILE, graphql_type=graphql_type)


@strawberry.type(
    description=("Statistics of amounts in one currency. They are null if there are no amounts.")
)
class DecimalStats:
    sum: Decimal | None = strawberry.field(description="The sum of all amounts.")
    average: Decimal | None = strawberry.field(description="The mean of all amounts.")
    minimum: Decimal | None = strawberry.field(description="The smallest amount.")
    maximum: Decimal | None = strawberry.field(description="The largest amount.")
    percentile = percentile(Decimal | None)


@strawberry.type(
    description="Statistics of durations in hours. They are null if there are no durations."
)
class DurationStats:
    average: float | None = strawberry.field(description="The mean duration in hours.")
    minimum: float | None = strawberry.field(description="The shortest duration in hours.")
    maximum: float | None = strawberry.field(description="The longest duration in hours.")
    percentile = percentile(float | None)
