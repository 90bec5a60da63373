"""The cube of shipments: their dimensions and measures."""

from engine.sql.conditions import literals
from models.enums import (
    EventClassifier,
    ExceptionStatus,
    Health,
    ShipmentStatus,
    TrackingEventType,
)
from models.estimates import PREFERENCE
from models.shipments import Shipment
from resolvers.filters import ShipmentFilter, shipment_condition
from resolvers.stats.amounts import Duration
from resolvers.stats.cubes import Cube, Dimension, Moment
from resolvers.stats.enums import ShipmentDimension, ShipmentTimeField, StatsOrderField
from resolvers.stats.group_statement_builder import GroupStatementBuilder
from resolvers.stats.lateness import late, on_time
from resolvers.stats.measures import Count, Mean, Measure, Rate, child_column, column
from resolvers.stats.rollup_definition import (
    RollupDefinition,
    duration_sums,
    indicator,
    zero_if_null,
)
from resolvers.stats.rollup_measures import HourlyDuration, HourlyRatio, HourlySum

LATE = late(lambda reader: shipment_condition(ShipmentFilter(is_late=True), reader.now))
FAILED_ATTEMPTS = (
    TrackingEventType.DELIVERY_ATTEMPTED,
    TrackingEventType.REFUSED,
    TrackingEventType.UNDELIVERABLE,
)


def exceptions(builder: GroupStatementBuilder) -> str:
    """Select the number of exceptions of each shipment, without dismissed ones."""
    dismissed = literals([ExceptionStatus.DISMISSED])
    return (
        '"shipment_id" AS parent, count(*) AS row_count FROM "order_exception"'
        f' WHERE "status" NOT IN {dismissed} AND "shipment_id" IS NOT NULL'
        f' AND {builder.among_few_parents("shipment_id")} GROUP BY "shipment_id"'
    )


def failed_attempts(builder: GroupStatementBuilder) -> str:
    """Select the number of failed delivery attempts of each shipment.

    The index `tracking_event_failed_attempt` holds only these events (migrations: 0002_shipments).
    """
    return (
        '"shipment_id" AS parent, count(*) AS row_count FROM "tracking_event"'
        f' WHERE "type" IN {literals(FAILED_ATTEMPTS)} AND "retracted_at" IS NULL'
        f' AND "classifier" = \'{EventClassifier.ACTUAL}\' AND "shipment_id" IS NOT NULL'
        f' AND {builder.among_few_parents("shipment_id")} GROUP BY "shipment_id"'
    )


def first_estimate(builder: GroupStatementBuilder) -> str:
    """Select the first estimate of each shipment, as `models.estimates.first_estimate` does."""
    cases = " ".join(f"WHEN '{word}' THEN {place}" for place, word in enumerate(PREFERENCE))
    order = f'"moment", CASE "source" {cases} END, "tie_break"'
    ranked = f'row_number() OVER (PARTITION BY "shipment_id" ORDER BY {order}) AS place'
    rows = (
        f'SELECT "shipment_id", "latest_at", {ranked} FROM "estimate"'
        f' WHERE NOT "is_retracted" AND {builder.among_parents("shipment_id")}'
    )
    return f'"shipment_id" AS parent, "latest_at" AS latest FROM ({rows}) AS r WHERE place = 1'


def attempts(builder: GroupStatementBuilder) -> str:
    """Return the number of delivery attempts of a delivered shipment."""
    failed = builder.child_column("failed_attempts", "row_count")
    return f"CASE WHEN {is_delivered(builder)} THEN 1 + COALESCE({failed}, 0) END"


def is_troubled(builder: GroupStatementBuilder) -> str:
    return f"{builder.child_column('exceptions', 'row_count')} IS NOT NULL"


def is_delivered(builder: GroupStatementBuilder) -> str:
    return f"{builder.column('delivered_at')} IS NOT NULL"


SHIPMENTS = Cube(
    model=Shipment,
    condition=lambda given, reader: shipment_condition(given, reader.now),
    dimensions={
        ShipmentDimension.STATUS: Dimension("status", ShipmentStatus),
        ShipmentDimension.HEALTH: Dimension("health", Health),
        ShipmentDimension.CARRIER: Dimension("carrier"),
        ShipmentDimension.SERVICE: Dimension("service"),
        ShipmentDimension.COUNTRY: Dimension("country"),
    },
    moments={
        ShipmentTimeField.SHIPPED_AT: Moment("shipped_at", "shipped_at"),
        ShipmentTimeField.DELIVERED_AT: Moment("delivered_at", "delivered_at"),
    },
    measures={
        "count": Measure("The number of shipments.", Count(), HourlySum("row_count")),
        "transitTime": Measure(
            (
                "The hours from shippedAt (when the shipment first moved) to deliveredAt,"
                " over the shipments that have both times."
            ),
            Duration(column("shipped_at"), column("delivered_at")),
            HourlyDuration("transit"),
        ),
        "deliveryAttempts": Measure(
            (
                "The average number of delivery attempts, over the delivered shipments. The"
                " delivery itself counts, and so does every event of type DELIVERY_ATTEMPTED,"
                " REFUSED or UNDELIVERABLE that has happened and was not retracted. A value of"
                " 1 means that every first attempt succeeded."
            ),
            Mean(attempts),
            HourlyRatio("attempts", "attempted"),
        ),
        "onTimeRate": Measure(
            (
                "The number of shipments delivered on time divided by the number delivered on"
                " time or late. A shipment is on time if it was delivered at or before the"
                " order's promise, or without one, at or before the latest time of its first"
                " estimate. It is late if it was delivered after that time, or is not"
                " delivered and past it. Cancelled shipments, shipments that are not due yet"
                " and shipments with neither promise nor estimate are left out."
            ),
            Rate(on_time, LATE),
        ),
        "estimateError": Measure(
            (
                "The hours from the latest time of the first estimate to deliveredAt, over"
                " the shipments that have both times. The value is negative for shipments that"
                " arrived earlier."
            ),
            Duration(child_column("first_estimate", "latest"), column("delivered_at")),
            HourlyDuration("estimate"),
        ),
        "exceptionRate": Measure(
            (
                "The share of shipments that have or had an exception that was not dismissed."
                " A shipment with several exceptions counts once."
            ),
            Rate(is_troubled),
            HourlyRatio("troubled"),
        ),
    },
    orderable={
        StatsOrderField.COUNT: "count",
        StatsOrderField.ON_TIME_RATE: "onTimeRate",
        StatsOrderField.EXCEPTION_RATE: "exceptionRate",
        StatsOrderField.TOTAL_TIME: "transitTime",
    },
    children={
        "exceptions": exceptions,
        "failed_attempts": failed_attempts,
        "first_estimate": first_estimate,
    },
    rollup=RollupDefinition(
        table="shipment_hour",
        contributions="shipment_contribution",
        order_column="order_id",
        axes=("created_at", "shipped_at", "delivered_at"),
        sums={
            **duration_sums("transit", column("shipped_at"), column("delivered_at")),
            "attempted": indicator(is_delivered),
            "attempts": zero_if_null(attempts),
            **duration_sums(
                "estimate", child_column("first_estimate", "latest"), column("delivered_at")
            ),
            "troubled": indicator(is_troubled),
        },
    ),
)
