"""Lists as callers ask for them: by every field of every filter, by pairs of them, in every order.

What is common and what is rare is looked up in the database: an index that serves one may not
serve the other.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import asyncpg

COMMON_AND_RARE = """
SELECT (array_agg(value ORDER BY count DESC, value))[1] AS common,
  (array_agg(value ORDER BY count, value))[1] AS rare
FROM (SELECT {column} AS value, count(*) AS count FROM {table} WHERE {column} IS NOT NULL
  GROUP BY 1) counted
"""
ANY_ORDER = """
SELECT o.tracking_id, o.reference, c.email, c.name, s.tracking_number
FROM orders o JOIN customer c ON c.id = o.customer_id JOIN shipment s ON s.order_id = o.id
WHERE o.reference IS NOT NULL AND s.tracking_number IS NOT NULL AND c.email IS NOT NULL
ORDER BY o.id LIMIT 1 OFFSET $1
"""
WORDS = {
    "orders": ("status", "health", "delivery_method", "destination_country"),
    "order_item": ("sku",),
    "shipment": ("status", "health", "carrier", "service"),
    "order_exception": ("type", "status", "severity", "caused_by", "assignee"),
}
DIRECTIONS = ("ASC", "DESC")
ORDERINGS = {
    "orders": ("PLACED_AT", "PROMISED_AT", "ESTIMATE", "DELIVERED_AT", "UPDATED_AT", "TOTAL"),
    "shipments": ("CREATED_AT", "SHIPPED_AT", "DELIVERED_AT", "UPDATED_AT"),
    "exceptions": ("OPENED_AT", "DUE_AT", "SEVERITY", "UPDATED_AT"),
}

Values = Mapping[str, str]
"""As literals of GraphQL, by `table.column.common`, or by what they are."""


@dataclass(frozen=True, slots=True)
class Case:
    """A list: the root field, what stands between its braces, what it is ordered by, and the filter
    that gives the row after which the page begins: without one, it is the first page."""

    field: str
    filter: str = ""
    order: str = ""
    begins_after: str = ""

    def query(self, after: str | None) -> str:
        given = ["first: 20"]
        given += [f"filter: {{{self.filter}}}"] if self.filter else []
        given += [f"orderBy: {{{self.order}}}"] if self.order else []
        given += [f'after: "{after}"'] if after else []
        return f"{{ {self.field}({', '.join(given)}) {{ nodes {{ id }} }} }}"

    @property
    def finding_cursor(self) -> str:
        given = f"first: 1, filter: {{{self.begins_after}}}, orderBy: {{{self.order}}}"
        return f"{{ {self.field}({given}) {{ pageInfo {{ endCursor }} }} }}"

    @property
    def counting(self) -> str:
        given = f"(filter: {{{self.filter}}})" if self.filter else ""
        return f"{{ {self.field}{given} {{ totalCount }} }}"

    def __str__(self) -> str:
        where = f", after the one with {self.begins_after}" if self.begins_after else ""
        return f"{self.field} {self.filter or 'all'} {self.order}".rstrip() + where


async def find_values(url: str) -> Values:
    values: dict[str, str] = {}
    connection = await asyncpg.connect(url)
    try:
        for table, columns in WORDS.items():
            for column in columns:
                row = await connection.fetchrow(COMMON_AND_RARE.format(table=table, column=column))
                quote = '"' if column in TEXTS else ""
                for name, value in row.items():
                    values[f"{table}.{column}.{name}"] = f"{quote}{value}{quote}"
        count = await connection.fetchval("SELECT count(*) FROM orders")
        values |= dict(await connection.fetchrow(ANY_ORDER, count // 3))
    finally:
        await connection.close()
    return values


TEXTS = ("destination_country", "sku", "carrier", "service", "assignee")
"""Columns whose values are no words of an enum."""


def cases(values: Values) -> Iterator[Case]:
    for field, filters in (
        ("orders", [*_order_filters(values), *_order_pairs(values)]),
        ("shipments", [*_shipment_filters(values), *_shipment_pairs(values)]),
        ("exceptions", [*_exception_filters(values), *_exception_pairs(values)]),
    ):
        yield Case(field)
        yield from (Case(field, one) for one in filters)
        for order in _orders(field):
            yield Case(field, order=order)


def later_pages(values: Values) -> Iterator[Case]:
    """Somewhere in the middle of each order."""
    for field, filter_ in (
        ("orders", f'trackingId: ["{values["tracking_id"]}"]'),
        ("shipments", f'trackingNumber: ["{values["tracking_number"]}"]'),
        ("exceptions", _range("openedAt", 120, 60)),
    ):
        for order in _orders(field):
            yield Case(field, order=order, begins_after=filter_)


def _orders(field: str) -> list[str]:
    return [
        f"field: {name}, direction: {direction}"
        for name in ORDERINGS[field]
        for direction in DIRECTIONS
    ]


def counted(values: Values) -> Iterator[Case]:
    """Those that are counted too."""
    for field, status in (("orders", "orders"), ("shipments", "shipment")):
        yield Case(field)
        yield Case(field, f"status: [{values[f'{status}.status.rare']}]")
    yield Case("orders", f"country: [{values['orders.destination_country.common']}]")
    yield Case("orders", _range("placedAt", 60, 30))
    yield Case("exceptions")
    yield Case("exceptions", f"status: [{values['order_exception.status.common']}]")


def _range(field: str, since_days: int, until_days: int) -> str:
    now = datetime.now(UTC).replace(microsecond=0)
    since, until = [(now - timedelta(days=one)).isoformat() for one in (since_days, until_days)]
    return f'{field}: {{from: "{since}", until: "{until}"}}'


def _both(values: Values, field: str, column: str) -> list[str]:
    """Filters for the common value and for the rare one."""
    return [f"{field}: [{values[f'{column}.{name}']}]" for name in ("common", "rare")]


def _order_filters(values: Values) -> list[str]:
    searched = [values["tracking_id"], values["reference"], values["reference"][-7:]]
    searched += [values["tracking_number"], values["email"], values["name"], "nothing at all"]
    return [
        *_both(values, "status", "orders.status"),
        *_both(values, "health", "orders.health"),
        *_both(values, "deliveryMethod", "orders.delivery_method"),
        *_both(values, "country", "orders.destination_country"),
        *_both(values, "carrier", "shipment.carrier"),
        f'trackingId: ["{values["tracking_id"]}"]',
        f'reference: ["{values["reference"]}"]',
        f'customerEmail: "{values["email"]}"',
        *_both(values, "sku", "order_item.sku"),
        *(_range(field, 90, 60) for field in ("placedAt", "promisedAt", "deliveredAt")),
        *(f"isLate: {one}" for one in ("true", "false")),
        *(f"hasOpenException: {one}" for one in ("true", "false")),
        *_both(values, "exceptionType", "order_exception.type"),
        *(f'search: "{one}"' for one in searched),
    ]


def _order_pairs(values: Values) -> list[str]:
    status, rare_status = _both(values, "status", "orders.status")
    country, rare_country = _both(values, "country", "orders.destination_country")
    health = _both(values, "health", "orders.health")[1]
    trouble = _both(values, "exceptionType", "order_exception.type")[0]
    return [
        f"{status}, {rare_country}",
        f"{rare_status}, {country}",
        f"{rare_status}, {_range('placedAt', 365, 0)}",
        f"{health}, {country}",
        f"{country}, {_range('placedAt', 90, 60)}",
        f"{rare_status}, {_both(values, 'carrier', 'shipment.carrier')[0]}",
        f"{rare_status}, {_both(values, 'sku', 'order_item.sku')[0]}",
        f"isLate: true, {rare_status}",
        f"hasOpenException: true, {country}",
        f"hasOpenException: true, {trouble}",
        f"or: [{{{rare_status}}}, {{{health}}}]",
        f"not: {{{status}}}",
    ]


def _shipment_filters(values: Values) -> list[str]:
    return [
        *_both(values, "status", "shipment.status"),
        *_both(values, "health", "shipment.health"),
        *_both(values, "carrier", "shipment.carrier"),
        *_both(values, "service", "shipment.service"),
        *_both(values, "country", "orders.destination_country"),
        f'trackingNumber: ["{values["tracking_number"]}"]',
        *(_range(field, 90, 60) for field in ("shippedAt", "deliveredAt")),
        *(f"isLate: {one}" for one in ("true", "false")),
    ]


def _shipment_pairs(values: Values) -> list[str]:
    rare_status = _both(values, "status", "shipment.status")[1]
    carrier, rare_carrier = _both(values, "carrier", "shipment.carrier")
    country = _both(values, "country", "orders.destination_country")[0]
    return [
        f"{rare_status}, {carrier}",
        f"{_both(values, 'status', 'shipment.status')[0]}, {rare_carrier}",
        f"{rare_status}, {country}",
        f"isLate: true, {carrier}",
        f"{carrier}, {_range('shippedAt', 90, 60)}",
        f"not: {{{carrier}}}",
    ]


def _exception_filters(values: Values) -> list[str]:
    return [
        *_both(values, "status", "order_exception.status"),
        *_both(values, "type", "order_exception.type"),
        *_both(values, "severity", "order_exception.severity"),
        *_both(values, "causedBy", "order_exception.caused_by"),
        *_both(values, "carrier", "shipment.carrier"),
        f"assignee: {values['order_exception.assignee.common']}",
        *(f"isOverdue: {one}" for one in ("true", "false")),
        *(f"actionRequired: {one}" for one in ("true", "false")),
        *(_range(field, 90, 60) for field in ("dueAt", "openedAt", "resolvedAt")),
    ]


def _exception_pairs(values: Values) -> list[str]:
    status, rare_status = _both(values, "status", "order_exception.status")
    severity = _both(values, "severity", "order_exception.severity")[1]
    return [
        f"{status}, {severity}",
        f"{rare_status}, {_both(values, 'type', 'order_exception.type')[0]}",
        f"{status}, assignee: {values['order_exception.assignee.common']}",
        f"isOverdue: true, {_both(values, 'carrier', 'shipment.carrier')[0]}",
        f"actionRequired: true, {_range('openedAt', 365, 0)}",
    ]
