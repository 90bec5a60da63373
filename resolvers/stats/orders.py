"""The cube of orders: their dimensions and measures."""

from engine.sql.conditions import EVERYTHING, literals
from models.enums import DeliveryMethod, ExceptionStatus, Health, OrderStatus
from models.exceptions import OrderException
from models.orders import Order
from resolvers.filters import OrderFilter, order_condition
from resolvers.stats.amounts import Duration, MoneyAmount
from resolvers.stats.cubes import Cube, Dimension, Moment
from resolvers.stats.enums import OrderDimension, OrderTimeField, StatsOrderField
from resolvers.stats.group_statement_builder import GroupStatementBuilder
from resolvers.stats.lateness import late, on_time
from resolvers.stats.measures import Count, Distinct, Measure, Rate, Sum, child_column, column
from resolvers.stats.rollup_definition import (
    RollupDefinition,
    amount_sums,
    duration_sums,
    indicator,
    zero_if_null,
)
from resolvers.stats.rollup_measures import HourlyDuration, HourlyMoney, HourlyRatio, HourlySum
from resolvers.visibility import bounds

LATE = late(lambda reader: order_condition(OrderFilter(is_late=True), reader.viewer, reader.now))


def exceptions(builder: GroupStatementBuilder) -> str:
    """Select the number of visible exceptions of each order, without dismissed ones.

    All exceptions are counted: they are few, and finding the filtered orders again takes longer.
    """
    dismissed = literals([ExceptionStatus.DISMISSED])
    visible = bounds(OrderException, builder.reader.viewer)
    bounded = "" if visible == EVERYTHING else f" AND {builder.condition(visible)}"
    return (
        '"order_id" AS parent, count(*) AS row_count FROM "order_exception"'
        f' WHERE "status" NOT IN {dismissed} AND {builder.among_few_parents("order_id")}{bounded}'
        ' GROUP BY "order_id"'
    )


def is_troubled(builder: GroupStatementBuilder) -> str:
    return f"{builder.child_column('exceptions', 'row_count')} IS NOT NULL"


def is_cancelled(builder: GroupStatementBuilder) -> str:
    return f"{builder.column('status')} = '{OrderStatus.CANCELLED}'"


ORDERS = Cube(
    model=Order,
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
        "count": Measure("The number of orders.", Count(), HourlySum("row_count")),
        "customers": Measure(
            "The number of different customers who placed the orders.",
            Distinct(column("customer_id")),
        ),
        "items": Measure(
            "The number of pieces ordered: the sum of itemCount.",
            Sum(column("item_count")),
            HourlySum("items"),
        ),
        "total": Measure(
            (
                "Statistics of the totals of all orders in this currency that have a total,"
                " including cancelled orders. Sum, minimum and maximum are exact; average and"
                " percentiles are rounded to the currency's smallest unit, halves up."
            ),
            MoneyAmount("total_minor", "currency"),
            HourlyMoney("total"),
        ),
        "timeToShip": Measure(
            (
                "The hours from placedAt to shippedAt (when the first shipment left), over"
                " the orders that have both times."
            ),
            Duration(column("placed_at"), column("shipped_at")),
            HourlyDuration("ship"),
        ),
        "timeToDeliver": Measure(
            (
                "The hours from placedAt to deliveredAt (when the last shipment was"
                " delivered), over the orders that have both times."
            ),
            Duration(column("placed_at"), column("delivered_at")),
            HourlyDuration("deliver"),
        ),
        "lateCount": Measure(
            (
                "The number of late orders, as defined by isLate: delivered after the"
                " promise, or not delivered and past it. An order without a promise is"
                " measured by the latest time of its first estimate."
            ),
            Count(LATE),
        ),
        "onTimeRate": Measure(
            (
                "The number of orders delivered on time divided by the number delivered on"
                " time or late. An order is on time if it was delivered at or before its"
                " promise, or without one, at or before the latest time of its first estimate."
                " It is late if it was delivered after that time, or is not delivered and past"
                " it. Cancelled orders, orders that are not due yet and orders with neither"
                " promise nor estimate are left out."
            ),
            Rate(on_time, LATE),
        ),
        "exceptionCount": Measure(
            (
                "The number of exceptions that the orders and their shipments have or had,"
                " without dismissed ones."
            ),
            Sum(child_column("exceptions", "row_count")),
            HourlySum("exceptions"),
        ),
        "exceptionRate": Measure(
            (
                "The share of orders that have or had an exception that was not dismissed. An"
                " order with several exceptions counts once."
            ),
            Rate(is_troubled),
            HourlyRatio("troubled"),
        ),
        "cancelledRate": Measure(
            "The share of orders that are cancelled.",
            Rate(is_cancelled),
            HourlyRatio("cancelled"),
        ),
    },
    orderable={
        StatsOrderField.COUNT: "count",
        StatsOrderField.ON_TIME_RATE: "onTimeRate",
        StatsOrderField.EXCEPTION_RATE: "exceptionRate",
        StatsOrderField.TOTAL_TIME: "timeToDeliver",
    },
    children={"exceptions": exceptions},
    rollup=RollupDefinition(
        table="order_hour",
        contributions="order_contribution",
        order_column="id",
        # No filter asks when orders shipped, so that no range can leave out those that did not.
        axes=("placed_at", "promised_at", "delivered_at"),
        sums={
            "items": column("item_count"),
            **amount_sums("total", column("total_minor")),
            **duration_sums("ship", column("placed_at"), column("shipped_at")),
            **duration_sums("deliver", column("placed_at"), column("delivered_at")),
            "exceptions": zero_if_null(child_column("exceptions", "row_count")),
            "troubled": indicator(is_troubled),
            "cancelled": indicator(is_cancelled),
        },
    ),
)
