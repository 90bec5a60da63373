"""Orders, aggregated: by what they can be grouped, and what every measure of them means."""

from engine.sql.conditions import literals
from models.enums import DeliveryMethod, ExceptionStatus, Health, OrderStatus
from resolvers.filters import OrderFilter, order_condition
from resolvers.stats.amounts import Duration, Money
from resolvers.stats.cubes import Cube, Dimension, Moment
from resolvers.stats.enums import OrderDimension, OrderTimeField
from resolvers.stats.group_statement_builder import GroupStatementBuilder
from resolvers.stats.lateness import late, on_time
from resolvers.stats.measures import Count, Distinct, Measure, Rate, Sum, child, own
from resolvers.stats.rollup_definition import Hours, amount, number, span, whether
from resolvers.stats.rollup_measures import HourMoney, HourShare, HourSpan, HourSum

LATE = late(lambda reader: order_condition(OrderFilter(is_late=True), reader.viewer, reader.now))


def exceptions(writing: GroupStatementBuilder) -> str:
    """How many each order has; dismissed ones were none. All of them: they are few, and finding the
    orders that are asked of a second time takes longer."""
    dismissed = literals([ExceptionStatus.DISMISSED])
    return (
        '"order_id" AS parent, count(*) AS many FROM "order_exception"'
        f' WHERE "status" NOT IN {dismissed} AND {writing.of_few("order_id")} GROUP BY "order_id"'
    )


def is_troubled(writing: GroupStatementBuilder) -> str:
    return f"{writing.child('exceptions', 'many')} IS NOT NULL"


def is_cancelled(writing: GroupStatementBuilder) -> str:
    return f"{writing.own('status')} = '{OrderStatus.CANCELLED}'"


ORDERS = Cube(
    table="orders",
    condition=lambda given, reader: order_condition(given, reader.viewer, reader.now),
    dimensions={
        OrderDimension.STATUS: Dimension("status", OrderStatus),
        OrderDimension.HEALTH: Dimension("health", Health),
        OrderDimension.DELIVERY_METHOD: Dimension("delivery_method", DeliveryMethod),
        OrderDimension.COUNTRY: Dimension("destination_country"),
        OrderDimension.CURRENCY: Dimension("currency"),
    },
    moments={
        OrderTimeField.PLACED_AT: Moment("placed_at", "placed_at"),
        OrderTimeField.PROMISED_AT: Moment("promised_at", "promised_at"),
        # No filter asks when orders shipped; what was placed in some days is as bounded.
        OrderTimeField.SHIPPED_AT: Moment("shipped_at", "placed_at"),
        OrderTimeField.DELIVERED_AT: Moment("delivered_at", "delivered_at"),
    },
    measures={
        "count": Measure("How many orders.", Count(), HourSum("many")),
        "customers": Measure(
            "How many different customers placed them.", Distinct(own("customer_id"))
        ),
        "items": Measure(
            "How many pieces were ordered: the sum of itemCount.",
            Sum(own("item_count")),
            HourSum("items"),
        ),
        "total": Measure(
            "Totals of the orders in this currency that have one, cancelled orders too. Sum,"
            " minimum and maximum are exact; average and percentiles are rounded to the currency's"
            " smallest unit, halves up.",
            Money("total_minor", "currency"),
            HourMoney("total"),
        ),
        "timeToShip": Measure(
            "Hours from placedAt to shippedAt, when the first shipment left,"
            " of the orders that have both.",
            Duration(own("placed_at"), own("shipped_at")),
            HourSpan("ship"),
        ),
        "timeToDeliver": Measure(
            "Hours from placedAt to deliveredAt, when the last shipment was delivered,"
            " of the orders that have both.",
            Duration(own("placed_at"), own("delivered_at")),
            HourSpan("deliver"),
        ),
        "lateCount": Measure(
            "How many are late, as isLate says: delivered after, or not delivered and past,"
            " the promise; without one, the latest of the first estimate.",
            Count(LATE),
        ),
        "onTimeRate": Measure(
            "The share of those delivered on time among those delivered on time or late. On time:"
            " delivered at or before the promise; without one, the latest of the first estimate."
            " Late: delivered after it, or not delivered and past it. Left out: cancelled orders,"
            " those that are not yet due, and those with neither promise nor estimate.",
            Rate(on_time, LATE),
        ),
        "exceptionCount": Measure(
            "How many exceptions they have or had, of their shipments too; dismissed ones were"
            " none.",
            Sum(child("exceptions", "many")),
            HourSum("exceptions"),
        ),
        "exceptionRate": Measure(
            "The share of orders, among all of the group, that have or had an exception that was"
            " not dismissed. One with three counts once.",
            Rate(is_troubled),
            HourShare("troubled"),
        ),
        "cancelledRate": Measure(
            "The share of cancelled orders, among all of the group.",
            Rate(is_cancelled),
            HourShare("cancelled"),
        ),
    },
    children={"exceptions": exceptions},
    hours=Hours(
        table="order_hour",
        counted="order_counted",
        order_column="id",
        # No filter asks when orders shipped, so that no range can leave out those that did not.
        axes=("placed_at", "promised_at", "delivered_at"),
        sums={
            "items": own("item_count"),
            **amount("total", own("total_minor")),
            **span("ship", own("placed_at"), own("shipped_at")),
            **span("deliver", own("placed_at"), own("delivered_at")),
            "exceptions": number(child("exceptions", "many")),
            "troubled": whether(is_troubled),
            "cancelled": whether(is_cancelled),
        },
    ),
)
