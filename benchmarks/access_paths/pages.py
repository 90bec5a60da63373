"""The measured pages of filtered lists, by the kind of access path that each of them takes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from access.viewer import SYSTEM
from database.connections import connection, read_rows
from engine.sql.access_paths.access_path import AccessPath
from engine.sql.access_paths.builder import AccessPathBuilder
from engine.sql.conditions import Condition
from models.enums import ExceptionSeverity, ExceptionStatus, Health, OrderStatus, ShipmentStatus
from resolvers.filters import (
    ExceptionFilter,
    OrderFilter,
    ShipmentFilter,
    TimeRange,
    exception_condition,
    order_condition,
    shipment_condition,
)
from resolvers.filters.exception_paths import exception_path
from resolvers.filters.order_paths import order_path
from resolvers.filters.shipment_paths import shipment_path

MERGED, LOOSE = "merged index scans", "loose index scan"
CHILDREN = "loose scan of children"
LATE = "late rows"
DAYS, RANGE = "day by day", "sort of a range if few"
SEARCH, UNION, MOVING = "sort of matches if few", "union of filters", "on their way"
NULLABLE = ("promised_at", "estimate_latest", "shipped_at", "due_at")
COMMON_FIRST = """
SELECT {column} AS value FROM {table} WHERE {column} IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC
"""
ANY = "SELECT {column} FROM {table} WHERE {column} IS NOT NULL LIMIT 1 OFFSET 100"
ABSENT = "nowhere"
"""A value that no row has: a plain query reads all rows and finds none."""

Filter = OrderFilter | ShipmentFilter | ExceptionFilter


@dataclass(frozen=True, slots=True)
class MeasuredPage:
    """A page of a filtered list: the kind of its access path, and the two queries that read it."""

    kind: str
    description: str
    table: str
    key: str
    chosen: AccessPath = field(repr=False)
    plain: AccessPath = field(repr=False)

    @property
    def direction(self) -> str:
        """Return the SQL order: the first due leads among rows on their way, else the newest."""
        return "ASC" if self.kind == MOVING else "DESC"

    @property
    def is_nullable(self) -> bool:
        return self.key in NULLABLE


async def measured_pages() -> list[MeasuredPage]:
    """Return pages of the open database, for common values, rare ones and absent ones."""
    now = datetime.now(UTC)
    orders, shipments, exceptions = await _orders(), await _shipments(), await _exceptions()
    return [
        *(_order(*page, now=now) for page in orders),
        *(_shipment(*page, now=now) for page in shipments),
        *(_exception(*page, now=now) for page in exceptions),
    ]


def _order(
    kind: str, filter_: OrderFilter, key: str = "placed_at", *, now: datetime
) -> MeasuredPage:
    chosen = order_path(filter_, SYSTEM, now, key)
    return _page(kind, filter_, "orders", key, chosen, order_condition(filter_, SYSTEM, now))


def _shipment(
    kind: str, filter_: ShipmentFilter, key: str = "created_at", *, now: datetime
) -> MeasuredPage:
    chosen = shipment_path(filter_, now, key)
    return _page(kind, filter_, "shipment", key, chosen, shipment_condition(filter_, now))


def _exception(
    kind: str, filter_: ExceptionFilter, key: str = "opened_at", *, now: datetime
) -> MeasuredPage:
    chosen = exception_path(filter_, now, key)
    return _page(kind, filter_, "order_exception", key, chosen, exception_condition(filter_, now))


def _page(
    kind: str,
    filter_: Filter,
    table: str,
    key: str,
    chosen: AccessPath,
    condition: Condition,
) -> MeasuredPage:
    description = f"{table} {_described(filter_)} by {key}"
    plain = AccessPathBuilder(table, key).plain(condition)
    return MeasuredPage(kind, description, table, key, chosen, plain)


def _described(filter_: Filter) -> str:
    return ", ".join(
        f"{name} {_shown(value)}" for name, value in vars(filter_).items() if value is not None
    )


def _shown(value: Any) -> str:
    if isinstance(value, TimeRange):
        assert value.since is not None
        assert value.until is not None
        return f"{(value.until - value.since).days} days"
    if isinstance(value, list):
        return "+".join(
            _described(item) if isinstance(item, Filter) else str(item) for item in value
        )
    return str(value)


async def _orders() -> list[tuple[Any, ...]]:
    status, *_, rare_status = await _values("orders", "status")
    country, *_, rare_country = await _values("orders", "destination_country")
    method, *_, rare_method = await _values("orders", "delivery_method")
    carrier, *_, rare_carrier = await _values("shipment", "carrier")
    sku, *_, rare_sku = await _values("order_item", "sku")
    kind, *_, rare_kind = await _values("order_exception", "type")
    email, reference = await _any("customer", "email"), await _any("orders", "reference")
    moving = [OrderStatus.SHIPPED]
    return [
        *_each(MERGED, OrderFilter, "status", [status], [rare_status], [status, rare_status]),
        (MERGED, OrderFilter(status=[status], country=[rare_country])),
        (MERGED, OrderFilter(status=[rare_status], country=[country])),
        *_each(MERGED, OrderFilter, "health", [Health.ON_TRACK], [Health.STALE]),
        *_each(MERGED, OrderFilter, "delivery_method", [method], [rare_method]),
        *_each(LOOSE, OrderFilter, "country", [country], [rare_country], [ABSENT]),
        *_each(CHILDREN, OrderFilter, "sku", [sku], [rare_sku], [ABSENT]),
        *_each(CHILDREN, OrderFilter, "carrier", [carrier], [rare_carrier], [ABSENT]),
        *_each(CHILDREN, OrderFilter, "exception_type", [kind], [rare_kind]),
        (LATE, OrderFilter(is_late=True)),
        (LATE, OrderFilter(is_late=True, status=[status])),
        (LATE, OrderFilter(is_late=True, country=[country])),
        (LATE, OrderFilter(is_late=True, country=[rare_country])),
        (DAYS, OrderFilter(promised_at=_days(90, 30))),
        (DAYS, OrderFilter(delivered_at=_days(90, 30))),
        (RANGE, OrderFilter(promised_at=_days(90, 30), country=[rare_country])),
        (RANGE, OrderFilter(delivered_at=_days(800, 30), country=[country])),
        *_each(SEARCH, OrderFilter, "search", reference, email, "WEB", ABSENT),
        (
            UNION,
            OrderFilter(any_of=[OrderFilter(status=[rare_status]), OrderFilter(sku=[rare_sku])]),
        ),
        (MOVING, OrderFilter(status=moving), "promised_at"),
        (MOVING, OrderFilter(status=moving), "estimate_latest"),
    ]


async def _shipments() -> list[tuple[Any, ...]]:
    status, *_, rare_status = await _values("shipment", "status")
    carrier, *_, rare_carrier = await _values("shipment", "carrier")
    country, *_, rare_country = await _values("shipment", "country")
    return [
        *_each(MERGED, ShipmentFilter, "status", [status], [rare_status]),
        (MERGED, ShipmentFilter(carrier=[carrier], status=[rare_status])),
        *_each(LOOSE, ShipmentFilter, "carrier", [carrier], [rare_carrier], [ABSENT]),
        *_each(LOOSE, ShipmentFilter, "country", [country], [rare_country]),
        (LATE, ShipmentFilter(is_late=True)),
        (LATE, ShipmentFilter(is_late=True, carrier=[rare_carrier])),
        (DAYS, ShipmentFilter(shipped_at=_days(90, 30))),
        (RANGE, ShipmentFilter(delivered_at=_days(90, 30), carrier=[rare_carrier])),
        (MOVING, ShipmentFilter(status=[ShipmentStatus.IN_TRANSIT]), "shipped_at"),
    ]


async def _exceptions() -> list[tuple[Any, ...]]:
    kind, *_, rare_kind = await _values("order_exception", "type")
    assignee = (await _values("order_exception", "assignee"))[0]
    waiting = [ExceptionStatus.OPEN]
    return [
        *_each(MERGED, ExceptionFilter, "type", [kind], [rare_kind]),
        *_each(MERGED, ExceptionFilter, "assignee", assignee, ABSENT),
        *_each(MERGED, ExceptionFilter, "severity", [ExceptionSeverity.LOW]),
        (MERGED, ExceptionFilter(status=waiting), "due_at"),
        (MERGED, ExceptionFilter(status=waiting), "severity_rank"),
        (DAYS, ExceptionFilter(due_at=_days(90, 30))),
        (RANGE, ExceptionFilter(resolved_at=_days(90, 30), type=[rare_kind])),
    ]


def _each(kind: str, filter_: type[Filter], name: str, *values: Any) -> Iterator[tuple[Any, ...]]:
    """Yield a page for each value of a field."""
    for value in values:
        yield kind, filter_(**{name: value})


async def _values(table: str, column: str) -> Sequence[Any]:
    """Return the column's distinct values, the most common first."""
    text = COMMON_FIRST.format(table=table, column=column)
    return [row[0] for row in await read_rows(connection(), text, [])]


async def _any(table: str, column: str) -> str:
    ((value,),) = await read_rows(connection(), ANY.format(table=table, column=column), [])
    return str(value)


def _days(ago: int, count: int) -> TimeRange:
    since = datetime.now(UTC) - timedelta(days=ago)
    return TimeRange(since=since, until=since + timedelta(days=count))
