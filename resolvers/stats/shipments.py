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
from resolvers.stats.enums import ShipmentDimension, ShipmentTimeField
from resolvers.stats.group_statement_builder import GroupStatementBuilder
from resolvers.stats.lateness import late, on_time
from resolvers.stats.measures import Count, Mean, Measure, Rate, child, own
from resolvers.stats.rollup_definition import Hours, number, span, whether
from resolvers.stats.rollup_measures import HourShare, HourSpan, HourSum

LATE = late(lambda reader: shipment_condition(ShipmentFilter(is_late=True), reader.now))
FAILED_ATTEMPTS = (
    TrackingEventType.DELIVERY_ATTEMPTED,
    TrackingEventType.REFUSED,
    TrackingEventType.UNDELIVERABLE,
)


def exceptions(writing: GroupStatementBuilder) -> str:
    """Select the number of exceptions of each shipment, without dismissed ones."""
    dismissed = literals([ExceptionStatus.DISMISSED])
    return (
        '"shipment_id" AS parent, count(*) AS many FROM "order_exception"'
        f' WHERE "status" NOT IN {dismissed} AND "shipment_id" IS NOT NULL'
        f' AND {writing.of_few("shipment_id")} GROUP BY "shipment_id"'
    )


def failed_attempts(writing: GroupStatementBuilder) -> str:
    """Select the number of failed delivery attempts of each shipment.

    The index `tracking_event_failed_attempt` holds only these events (migrations: 0002_shipments).
    """
    return (
        '"shipment_id" AS parent, count(*) AS many FROM "tracking_event"'
        f' WHERE "type" IN {literals(FAILED_ATTEMPTS)} AND "retracted_at" IS NULL'
        f' AND "classifier" = \'{EventClassifier.ACTUAL}\' AND "shipment_id" IS NOT NULL'
        f' AND {writing.of_few("shipment_id")} GROUP BY "shipment_id"'
    )


def first_estimate(writing: GroupStatementBuilder) -> str:
    """Select the first estimate of each shipment, as `models.estimates.first_estimate` does."""
    cases = " ".join(f"WHEN '{word}' THEN {place}" for place, word in enumerate(PREFERENCE))
    order = f'"moment", CASE "source" {cases} END, "tie_break"'
    ranked = f'row_number() OVER (PARTITION BY "shipment_id" ORDER BY {order}) AS place'
    rows = (
        f'SELECT "shipment_id", "latest_at", {ranked} FROM "estimate"'
        f' WHERE NOT "is_retracted" AND {writing.of_whole("shipment_id")}'
    )
    return f'"shipment_id" AS parent, "latest_at" AS latest FROM ({rows}) AS r WHERE place = 1'


def attempts(writing: GroupStatementBuilder) -> str:
    """Return the number of delivery attempts of a delivered shipment."""
    failed = writing.child("failed_attempts", "many")
    return f"CASE WHEN {is_delivered(writing)} THEN 1 + COALESCE({failed}, 0) END"


def is_troubled(writing: GroupStatementBuilder) -> str:
    return f"{writing.child('exceptions', 'many')} IS NOT NULL"


def is_delivered(writing: GroupStatementBuilder) -> str:
    return f"{writing.own('delivered_at')} IS NOT NULL"


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
        "count": Measure("The number of shipments.", Count(), HourSum("many")),
        "transitTime": Measure(
            (
                "The hours from shippedAt (when the shipment first moved) to deliveredAt,"
                " over the shipments that have both times."
            ),
            Duration(own("shipped_at"), own("delivered_at")),
            HourSpan("transit"),
        ),
        "deliveryAttempts": Measure(
            (
                "The average number of delivery attempts, over the delivered shipments. The"
                " delivery itself counts, and so does every event of type DELIVERY_ATTEMPTED,"
                " REFUSED or UNDELIVERABLE that has happened and was not retracted. A value of"
                " 1 means that every first attempt succeeded."
            ),
            Mean(attempts),
            HourShare("attempts", "attempted"),
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
            Duration(child("first_estimate", "latest"), own("delivered_at")),
            HourSpan("estimate"),
        ),
        "exceptionRate": Measure(
            (
                "The share of shipments that have or had an exception that was not dismissed."
                " A shipment with several exceptions counts once."
            ),
            Rate(is_troubled),
            HourShare("troubled"),
        ),
    },
    children={
        "exceptions": exceptions,
        "failed_attempts": failed_attempts,
        "first_estimate": first_estimate,
    },
    hours=Hours(
        table="shipment_hour",
        counted="shipment_counted",
        order_column="order_id",
        axes=("created_at", "shipped_at", "delivered_at"),
        sums={
            **span("transit", own("shipped_at"), own("delivered_at")),
            "attempted": whether(is_delivered),
            "attempts": number(attempts),
            **span("estimate", child("first_estimate", "latest"), own("delivered_at")),
            "troubled": whether(is_troubled),
        },
    ),
)
