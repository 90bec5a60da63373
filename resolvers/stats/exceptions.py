"""The cube of exceptions: their dimensions and measures."""

from engine.sql.conditions import literals
from models.enums import UNRESOLVED, ExceptionSeverity, ExceptionStatus, ExceptionType, Party
from models.exceptions import OrderException
from resolvers.filters import ExceptionFilter, exception_condition
from resolvers.stats.amounts import Duration
from resolvers.stats.cubes import Cube, Dimension, Moment
from resolvers.stats.enums import ExceptionDimension, ExceptionTimeField
from resolvers.stats.group_statement_builder import GroupStatementBuilder
from resolvers.stats.measures import Count, Measure, Rate, own
from resolvers.stats.rollup_definition import Hours, span, whether
from resolvers.stats.rollup_measures import HourShare, HourSpan, HourSum


def unresolved(writing: GroupStatementBuilder) -> str:
    return f"{writing.own('status')} IN {literals(UNRESOLVED)}"


def reopened(writing: GroupStatementBuilder) -> str:
    return f"{writing.own('reopened_count')} > 0"


def overdue(writing: GroupStatementBuilder) -> str:
    """Return the expression for overdue exceptions, which is the filter's own condition."""
    return writing.condition(
        exception_condition(ExceptionFilter(is_overdue=True), writing.reader.now)
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
            "The number of exceptions, whatever their status.", Count(), HourSum("many")
        ),
        "openCount": Measure(
            "The number of exceptions that are neither resolved nor dismissed.",
            Count(unresolved),
            HourSum("unresolved"),
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
            Duration(own("opened_at"), own("acknowledged_at")),
            HourSpan("acknowledge"),
        ),
        "timeToResolve": Measure(
            (
                "The hours from openedAt to resolvedAt, over the exceptions that have both"
                " times. This includes resolved and dismissed exceptions."
            ),
            Duration(own("opened_at"), own("resolved_at")),
            HourSpan("resolve"),
        ),
        "reopenedRate": Measure(
            "The share of exceptions that were reopened at least once.",
            Rate(reopened),
            HourShare("reopened"),
        ),
    },
    children={},
    hours=Hours(
        table="exception_hour",
        counted="exception_counted",
        order_column="order_id",
        axes=("opened_at", "resolved_at"),
        sums={
            "unresolved": whether(unresolved),
            **span("acknowledge", own("opened_at"), own("acknowledged_at")),
            **span("resolve", own("opened_at"), own("resolved_at")),
            "reopened": whether(reopened),
        },
    ),
)
