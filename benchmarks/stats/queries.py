"""Six aggregate queries of a dashboard, each in GraphQL and in hand-written SQL."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

ZONE = "Europe/Berlin"
CURRENCY = "EUR"
QUARTER = timedelta(days=90)
YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class StatsQuery:
    """An aggregate query in GraphQL and in SQL."""

    name: str
    label: str
    query: str
    columns: tuple[str, ...]
    """The path in a group of the answer of each column of the SQL."""
    sql: str
    variables: dict[str, Any] = field(default_factory=dict)
    sql_arguments: tuple[Any, ...] = ()
    uses_rollup: bool = False
    """Whether the hourly rollup answers the query."""


def stats_queries(now: datetime) -> list[StatsQuery]:
    """Return the queries; `now` is the time at which both the API and the SQL evaluate them."""
    return [
        _orders_by_day(now - QUARTER),
        _revenue_by_month(),
        _delivery_by_country(now),
        _carriers(now, now - YEAR),
        _exceptions_by_type(now),
        _exception_rate_by_week(now - YEAR),
    ]


def _orders_by_day(since: datetime) -> StatsQuery:
    return StatsQuery(
        "days",
        "orders of 90 days, by day and status",
        """query ($since: DateTime!) { orderStats(first: 1000, timeZone: "Europe/Berlin",
          filter: {placedAt: {from: $since}},
          groupBy: [{time: {field: PLACED_AT, unit: DAY}}, {field: STATUS}])
          { groups { key { placedAt status } count } } }""",
        ("key.placedAt", "key.status", "count"),
        """SELECT date_trunc('day', placed_at, $2) AS day, status, count(*)
          FROM orders WHERE placed_at >= $1 GROUP BY day, status ORDER BY day, status
          LIMIT 1001""",
        {"since": _format_time(since)},
        (since, ZONE),
        uses_rollup=True,
    )


def _revenue_by_month() -> StatsQuery:
    return StatsQuery(
        "revenue",
        "revenue and customers, by month",
        """{ orderStats(timeZone: "Europe/Berlin",
          groupBy: [{time: {field: PLACED_AT, unit: MONTH}}])
          { groups { key { placedAt } count customers
            total(currency: "EUR") { sum maximum } } } }""",
        ("key.placedAt", "count", "customers", "total.sum", "total.maximum"),
        """SELECT date_trunc('month', placed_at, $1) AS month, count(*),
            count(DISTINCT customer_id),
            sum(total_minor) FILTER (WHERE currency = $2) / 100,
            max(total_minor) FILTER (WHERE currency = $2) / 100.0
          FROM orders GROUP BY month ORDER BY month LIMIT 101""",
        {},
        (ZONE, CURRENCY),
    )


def _delivery_by_country(now: datetime) -> StatsQuery:
    return StatsQuery(
        "speed",
        "delivery time and punctuality, by country",
        """{ orderStats(groupBy: [{field: COUNTRY}])
          { groups { key { country } count onTimeRate
            timeToDeliver { average percentile(p: 0.95) } } } }""",
        (
            "key.country",
            "count",
            "onTimeRate",
            "timeToDeliver.average",
            "timeToDeliver.percentile",
        ),
        f"""SELECT destination_country AS country, count(*), {_on_time("$1")},
            avg(extract(epoch FROM delivered_at - placed_at)) / 3600,
            percentile_cont(0.95) WITHIN GROUP
              (ORDER BY extract(epoch FROM delivered_at - placed_at)) / 3600
          FROM orders GROUP BY country ORDER BY country LIMIT 101""",
        {},
        (now,),
    )


def _carriers(now: datetime, since: datetime) -> StatsQuery:
    return StatsQuery(
        "carriers",
        "carriers of a year",
        """query ($since: DateTime!) { shipmentStats(groupBy: [{field: CARRIER}],
          filter: {shippedAt: {from: $since}})
          { groups { key { carrier } count onTimeRate exceptionRate
            transitTime { average } } } }""",
        ("key.carrier", "count", "onTimeRate", "exceptionRate", "transitTime.average"),
        f"""SELECT carrier, count(*), {_on_time("$1")},
            count(exception_shipment)::float8 / count(*),
            avg(extract(epoch FROM delivered_at - shipped_at)) / 3600
          FROM shipment LEFT JOIN (
            SELECT DISTINCT shipment_id AS exception_shipment FROM order_exception
            WHERE status <> 'DISMISSED'
          ) x ON exception_shipment = id
          WHERE shipped_at >= $2 GROUP BY carrier ORDER BY carrier LIMIT 101""",
        {"since": _format_time(since)},
        (now, since),
    )


def _exceptions_by_type(now: datetime) -> StatsQuery:
    return StatsQuery(
        "troubles",
        "exceptions by type",
        """{ exceptionStats(groupBy: [{field: TYPE}], orderBy: {field: COUNT, direction: DESC})
          { groups { key { type } count openCount overdueCount
            timeToResolve { average percentile(p: 0.5) } } } }""",
        (
            "key.type",
            "count",
            "openCount",
            "overdueCount",
            "timeToResolve.average",
            "timeToResolve.percentile",
        ),
        """SELECT type, count(*),
            count(*) FILTER (WHERE status NOT IN ('RESOLVED', 'DISMISSED')),
            count(*) FILTER (WHERE status NOT IN ('RESOLVED', 'DISMISSED') AND due_at < $1),
            avg(extract(epoch FROM resolved_at - opened_at)) / 3600,
            percentile_cont(0.5) WITHIN GROUP
              (ORDER BY extract(epoch FROM resolved_at - opened_at)) / 3600
          FROM order_exception GROUP BY type ORDER BY count(*) DESC LIMIT 101""",
        {},
        (now,),
    )


def _exception_rate_by_week(since: datetime) -> StatsQuery:
    return StatsQuery(
        "trouble_rate",
        "exceptions of orders, by week",
        """query ($since: DateTime!) { orderStats(filter: {placedAt: {from: $since}},
          groupBy: [{time: {field: PLACED_AT, unit: WEEK}}])
          { groups { key { placedAt } count exceptionCount exceptionRate } } }""",
        ("key.placedAt", "count", "exceptionCount", "exceptionRate"),
        """SELECT date_trunc('week', placed_at, 'UTC') AS week, count(*),
            coalesce(sum(exceptions), 0), count(exceptions)::float8 / count(*)
          FROM orders LEFT JOIN (
            SELECT order_id, count(*) AS exceptions FROM order_exception
            WHERE status <> 'DISMISSED' GROUP BY order_id
          ) x ON order_id = id
          WHERE placed_at >= $1 GROUP BY week ORDER BY week LIMIT 101""",
        {"since": _format_time(since)},
        (since,),
        uses_rollup=True,
    )


def _on_time(now: str) -> str:
    """Return the share of punctual deliveries among those that took place or were due."""
    punctual = "status <> 'CANCELLED' AND delivered_at <= late_after"
    late = (
        "status <> 'CANCELLED' AND (delivered_at > late_after OR delivered_at IS NULL"
        f" AND late_after < {now} AND status NOT IN ('RETURNED', 'RETURNING'))"
    )
    return (
        f"(count(*) FILTER (WHERE {punctual}))::float8"
        f" / nullif(count(*) FILTER (WHERE {punctual} OR {late}), 0)"
    )


def _format_time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()
