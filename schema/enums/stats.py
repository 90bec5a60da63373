"""Words of aggregates."""

from database.time_buckets import TimeUnit
from resolvers.stats import enums
from schema.enums.describing import describe

describe(
    TimeUnit,
    "How long a bucket of time is, by the clocks of the time zone that is asked for.",
    HOUR="An hour; the two that clocks going back show alike are two.",
    DAY="A day: 23 to 25 hours.",
    WEEK="A week from Monday.",
    MONTH="A month.",
    QUARTER="Three months from January, April, July or October.",
    YEAR="A year.",
)
describe(
    enums.OrderDimension,
    "What orders can be grouped by, besides times.",
    STATUS="Where they stand.",
    HEALTH="How they fare.",
    DELIVERY_METHOD="How the customer wants them.",
    COUNTRY="Where they go.",
    CURRENCY="What they are paid in.",
)
describe(
    enums.OrderTimeField,
    "The times that orders can be grouped by.",
    PLACED_AT="When they were placed.",
    PROMISED_AT="By when they were promised.",
    SHIPPED_AT="When their first shipment left.",
    DELIVERED_AT="When their last shipment was delivered.",
)
describe(
    enums.ShipmentDimension,
    "What shipments can be grouped by, besides times.",
    STATUS="Where they stand.",
    HEALTH="How they fare.",
    CARRIER="Who carries them.",
    SERVICE="By which service of the carrier.",
    COUNTRY="Where they go.",
)
describe(
    enums.ShipmentTimeField,
    "The times that shipments can be grouped by.",
    SHIPPED_AT="When they first moved.",
    DELIVERED_AT="When they were delivered.",
)
describe(
    enums.ExceptionDimension,
    "What exceptions can be grouped by, besides times.",
    TYPE="What kind of trouble.",
    STATUS="What became of them.",
    SEVERITY="How bad.",
    CAUSED_BY="Who or what caused them.",
    CARRIER="Who carries the shipment.",
    ASSIGNEE="Who works on them.",
)
describe(
    enums.ExceptionTimeField,
    "The times that exceptions can be grouped by.",
    OPENED_AT="When they were opened.",
    RESOLVED_AT="When they were resolved or dismissed.",
)
describe(
    enums.StatsOrderField,
    "What groups can be ordered by.",
    KEY=(
        "Their keys, the first grouping first: times by time, closed lists as this schema lists"
        " them, other texts by their letters."
    ),
    COUNT="How many they are; of equally many, by key.",
)
