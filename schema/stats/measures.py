"""What is measured: amounts of money, and of time."""

from decimal import Decimal
from typing import Annotated, Any

import strawberry

from resolvers.stats.cubes import Cube

SHARE = "The share of values below it: 0.5 is the median, 0.95 the 95th percentile."
PERCENTILE = (
    "The value below which this share of the values lies; between two of them, in proportion."
)
Share = Annotated[float, strawberry.argument(description=SHARE)]


def measured(noun: Cube, name: str) -> Any:
    """A field of a group, which means what the noun says."""
    return strawberry.field(description=noun.measures[name].definition)


def percentile(graphql_type: Any) -> Any:
    def takes(p: Share) -> Any: ...

    return strawberry.field(resolver=takes, description=PERCENTILE, graphql_type=graphql_type)


@strawberry.type(description="Amounts of one currency; null where there is none.")
class DecimalStats:
    sum: Decimal | None = strawberry.field(description="All of them together.")
    average: Decimal | None = strawberry.field(description="Their mean.")
    minimum: Decimal | None = strawberry.field(description="The smallest.")
    maximum: Decimal | None = strawberry.field(description="The largest.")
    percentile = percentile(Decimal | None)


@strawberry.type(description="Times in hours; null where there is none.")
class DurationStats:
    average: float | None = strawberry.field(description="Their mean.")
    minimum: float | None = strawberry.field(description="The shortest.")
    maximum: float | None = strawberry.field(description="The longest.")
    percentile = percentile(float | None)
