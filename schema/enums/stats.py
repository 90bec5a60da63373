"""Enums of aggregates."""

from database.time_buckets import TimeUnit, Weekday
from resolvers.stats import enums
from schema.enums.registration import describe

describe(
    TimeUnit,
    "The length of a time bucket in the requested time zone.",
    HOUR="One hour. When clocks go back, the repeated hour is a bucket of its own.",
    DAY="One day, which lasts 23 to 25 hours when clocks change.",
    WEEK="One week, which begins on the day that weekStartsOn names: Monday, if none is given.",
    MONTH="One calendar month.",
    QUARTER="Three months, beginning in January, April, July or October.",
    YEAR="One calendar year.",
)
describe(
    Weekday,
    "The day on which weeks begin.",
    MONDAY="Weeks begin on Monday, as in ISO 8601.",
    TUESDAY="Weeks begin on Tuesday.",
    WEDNESDAY="Weeks begin on Wednesday.",
    THURSDAY="Weeks begin on Thursday.",
    FRIDAY="Weeks begin on Friday.",
    SATURDAY="Weeks begin on Saturday.",
    SUNDAY="Weeks begin on Sunday.",
)
describe(
    enums.OrderDimension,
    "The fields other than times that orders can be grouped by.",
    STATUS="The status of the order.",
    HEALTH="The health of the order.",
    DELIVERY_METHOD="The delivery method that the customer chose.",
    COUNTRY="The country that the order goes to.",
    CURRENCY="The currency of the order.",
)
describe(
    enums.OrderTimeField,
    "The times that orders can be grouped by.",
    PLACED_AT="The time when the order was placed.",
    PROMISED_AT="The time by which delivery was promised.",
    SHIPPED_AT="The time when the order's first shipment left.",
    DELIVERED_AT="The time when the order's last shipment was delivered.",
)
describe(
    enums.ShipmentDimension,
    "The fields other than times that shipments can be grouped by.",
    STATUS="The status of the shipment.",
    HEALTH="The health of the shipment.",
    CARRIER="The carrier of the shipment.",
    SERVICE="The carrier's service that the shipment was sent by.",
    COUNTRY="The country that the shipment goes to.",
)
describe(
    enums.ShipmentTimeField,
    "The times that shipments can be grouped by.",
    SHIPPED_AT="The time when the shipment first moved.",
    DELIVERED_AT="The time when the shipment was delivered.",
)
describe(
    enums.ExceptionDimension,
    "The fields other than times that exceptions can be grouped by.",
    TYPE="The type of the exception.",
    STATUS="The status of the exception.",
    SEVERITY="The severity of the exception.",
    CAUSED_BY="The party that caused the exception.",
    CARRIER="The carrier of the exception's shipment.",
    ASSIGNEE="The person who works on the exception.",
)
describe(
    enums.ExceptionTimeField,
    "The times that exceptions can be grouped by.",
    OPENED_AT="The time when the exception was opened.",
    RESOLVED_AT="The time when the exception was resolved or dismissed.",
)
describe(
    enums.StatsOrderField,
    "The values that groups can be ordered by.",
    KEY=(
        "The group's key, compared grouping by grouping: times chronologically, enum"
        " values in the order of this schema, other texts alphabetically."
    ),
    COUNT="The number of objects in the group.",
    ON_TIME_RATE="The group's onTimeRate. Groups of exceptions have none: for them it is INVALID.",
    EXCEPTION_RATE=(
        "The group's exceptionRate. Groups of exceptions have none: for them it is INVALID."
    ),
    TOTAL_TIME=(
        "The average time from the start to the end: timeToDeliver of orders, transitTime of"
        " shipments, timeToResolve of exceptions."
    ),
)
