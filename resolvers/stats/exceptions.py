"""The cube of exceptions: their dimensions and measures."""

from engine.sql.conditions import literals
from models.enums import UNRESOLVED, ExceptionSeverity, ExceptionStatus, ExceptionType, Party
from models.exceptions import OrderException
from resolvers.filters import ExceptionFilter, exception_condition
from resolvers.stats.amounts import Duration
from resolvers.stats.cubes import Cube, Dimension, Moment
from resolvers.stats.enums import ExceptionDimension, ExceptionTimeField, StatsOrderField
from resolvers.stats.group_statement_builder import GroupStatementBuilder
from resolvers.stats.measures import Count, Measure, Rate, column
from resolvers.stats.rollup_definition import RollupDefinition, duration_sums, indicator
from resolvers.stats.rollup_measures import HourlyDuration, HourlyRatio, HourlySum


def unresolved(builder: GroupStatementBuilder) -> str:
    return f"{builder.column('status')} IN {literals(UNRESOLVED)}"


def reopened(builder: GroupStatementBuilder) -> str:
    return f"{builder.column('reopened_count')} > 0"


def overdue(builder: GroupStatementBuilder) -> str:
    """Return the expression for overdue exceptions, which is the filter's own condition."""
    return builder.condition(
        exception_condition(ExceptionFilter(is_overdue=True), builder.reader.now)
    )


EXCEPTIONS = Cube(
    model=OrderException,
    condition=lambda given, reader: exception_condition(given, reader.now),
    dimensions={
        ExceptionDimension.TYPE: Dimension("type", ExceptionType),
        ExceptionDimension.STATUS: Dimension("status", ExceptionStatus),
        ExceptionDimension.SEVERITY: Dimension("severity", ExceptionSeverity),
        ExceptionDimension.CAUSED_BY: Dimension("caused_by", Party),
        ExceptionDimension.CARRIER: Dimension("carrier"),
        ExceptionDimension.ASSIGNEE: Dimension("assignee"),
    },
    moments={
        ExceptionTimeField.OPENED_AT: Moment("opened_at", "opened_at"),
        ExceptionTimeField.RESOLVED_AT: Moment("resolved_at", "resolved_at"),
    },
    measures={
        "count": Measure(
            "The number of exceptions, whatever their status.", Count(), HourlySum("row_count")
        ),
        "openCount": Measure(
            "The number of exceptions that are neither resolved nor dismissed.",
            Count(unresolved),
            HourlySum("unresolved"),
        ),
        "overdueCount": Measure(
            (
                "The number of exceptions that are neither resolved nor dismissed and are"
                " past dueAt."
            ),
            Count(overdue),
        ),
        "timeToAcknowledge": Measure(
            (
                "The hours from openedAt to acknowledgedAt, over the exceptions that have"
                " both times."
            ),
            Duration(column("opened_at"), column("acknowledged_at")),
            HourlyDuration("acknowledge"),
        ),
        "timeToResolve": Measure(
            (
                "The hours from openedAt to resolvedAt, over the exceptions that have both"
                " times. This includes resolved and dismissed exceptions."
            ),
            Duration(column("opened_at"), column("resolved_at")),
            HourlyDuration("resolve"),
        ),
        "reopenedRate": Measure(
            "The share of exceptions that were reopened at least once.",
            Rate(reopened),
            HourlyRatio("reopened"),
        ),
    },
    orderable={StatsOrderField.COUNT: "count", StatsOrderField.TOTAL_TIME: "timeToResolve"},
    children={},
    rollup=RollupDefinition(
        table="exception_hour",
        contributions="exception_contribution",
        order_column="order_id",
        axes=("opened_at", "resolved_at"),
        sums={
            "unresolved": indicator(unresolved),
            **duration_sums("acknowledge", column("opened_at"), column("acknowledged_at")),
            **duration_sums("resolve", column("opened_at"), column("resolved_at")),
            "reopened": indicator(reopened),
        },
    ),
)
