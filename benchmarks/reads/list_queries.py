"""List queries with every field of every filter, with pairs of filters, and in every sort order.

The filters use both the most common and the rarest value of a column, because an index that serves
one may not serve the other.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import asyncpg

COMMON_AND_RARE_VALUES = """
SELECT (array_agg(value ORDER BY count DESC, value))[1] AS common,
  (array_agg(value ORDER BY count, value))[1] AS rare
FROM (SELECT {column} AS value, count(*) AS count FROM {table} WHERE {column} IS NOT NULL
  GROUP BY 1) counts
"""
SAMPLE_ORDER = """
SELECT o.tracking_id, o.reference, c.email, c.name, s.tracking_number
FROM orders o JOIN customer c ON c.id = o.customer_id JOIN shipment s ON s.order_id = o.id
WHERE o.reference IS NOT NULL AND s.tracking_number IS NOT NULL AND c.email IS NOT NULL
ORDER BY o.id LIMIT 1 OFFSET $1
"""
FILTERED_COLUMNS = {
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

FilterValues = Mapping[str, str]
"""GraphQL literals by `table.column.common` and `.rare`, and texts of a sample order by column."""


@dataclass(frozen=True, slots=True)
class ListQuery:
    """A query of a list, with the fields of its arguments as GraphQL texts."""

    field: str
    """The root field."""
    filter: str = ""
    order: str = ""
    begins_after: str = ""
    """A filter for the row after which the page begins; without it, the query asks for the first
    page."""

    def page_query(self, after: str | None) -> str:
        """Return the query of a page of 20 rows that begins after the cursor."""
        arguments = ["first: 20"]
        arguments += [f"filter: {{{self.filter}}}"] if self.filter else []
        arguments += [f"orderBy: {{{self.order}}}"] if self.order else []
        arguments += [f'after: "{after}"'] if after else []
        return f"{{ {self.field}({', '.join(arguments)}) {{ nodes {{ id }} }} }}"

    @property
    def cursor_query(self) -> str:
        """The query of the cursor after which the page begins."""
        arguments = f"first: 1, filter: {{{self.begins_after}}}, orderBy: {{{self.order}}}"
        return f"{{ {self.field}({arguments}) {{ pageInfo {{ endCursor }} }} }}"

    @property
    def count_query(self) -> str:
        """The query of the number of rows."""
        arguments = f"(filter: {{{self.filter}}})" if self.filter else ""
        return f"{{ {self.field}{arguments} {{ totalCount }} }}"

    def __str__(self) -> str:
        page = f", after the row with {self.begins_after}" if self.begins_after else ""
        return f"{self.field} {self.filter or 'all'} {self.order}".rstrip() + page


async def read_filter_values(url: str) -> FilterValues:
    """Look up the values for the filters in the database."""
    values: dict[str, str] = {}
    connection = await asyncpg.connect(url)
    try:
        for table, columns in FILTERED_COLUMNS.items():
            for column in columns:
                row = await connection.fetchrow(
                    COMMON_AND_RARE_VALUES.format(table=table, column=column)
                )
                quote = '"' if column in TEXT_COLUMNS else ""
                for name, value in row.items():
                    values[f"{table}.{column}.{name}"] = f"{quote}{value}{quote}"
        count = await connection.fetchval("SELECT count(*) FROM orders")
        values |= dict(await connection.fetchrow(SAMPLE_ORDER, count // 3))
    finally:
        await connection.close()
    return values


TEXT_COLUMNS = ("destination_country", "sku", "carrier", "service", "assignee")
"""Columns whose values are texts; the values of all others are enum members."""


def first_pages(values: FilterValues) -> Iterator[ListQuery]:
    """Yield the queries of first pages."""
    for field, filters in (
        ("orders", [*_order_filters(values), *_order_pairs(values)]),
        ("shipments", [*_shipment_filters(values), *_shipment_pairs(values)]),
        ("exceptions", [*_exception_filters(values), *_exception_pairs(values)]),
    ):
        yield ListQuery(field)
        yield from (ListQuery(field, filter_) for filter_ in filters)
        for order in _orderings(field):
            yield ListQuery(field, order=order)


def later_pages(values: FilterValues) -> Iterator[ListQuery]:
    """Yield the queries of pages somewhere in the middle of a list, in every sort order."""
    for field, filter_ in (
        ("orders", f'trackingId: ["{values["tracking_id"]}"]'),
        ("shipments", f'trackingNumber: ["{values["tracking_number"]}"]'),
        ("exceptions", _range("openedAt", 120, 60)),
    ):
        for order in _orderings(field):
            yield ListQuery(field, order=order, begins_after=filter_)


def _orderings(field: str) -> list[str]:
    return [
        f"field: {name}, direction: {direction}"
        for name in ORDERINGS[field]
        for direction in DIRECTIONS
    ]


def count_queries(values: FilterValues) -> Iterator[ListQuery]:
    """Yield the lists whose rows are counted."""
    for field, status in (("orders", "orders"), ("shipments", "shipment")):
        yield ListQuery(field)
        yield ListQuery(field, f"status: [{values[f'{status}.status.rare']}]")
    yield ListQuery("orders", f"country: [{values['orders.destination_country.common']}]")
    yield ListQuery("orders", _range("placedAt", 60, 30))
    yield ListQuery("exceptions")
    yield ListQuery("exceptions", f"status: [{values['order_exception.status.common']}]")


def _range(field: str, since_days: int, until_days: int) -> str:
    now = datetime.now(UTC).replace(microsecond=0)
    since, until = [(now - timedelta(days=days)).isoformat() for days in (since_days, until_days)]
    return f'{field}: {{from: "{since}", until: "{until}"}}'


def _common_and_rare(values: FilterValues, field: str, column: str) -> list[str]:
    """Return a filter for the most common value and one for the rarest."""
    return [f"{field}: [{values[f'{column}.{name}']}]" for name in ("common", "rare")]


def _order_filters(values: FilterValues) -> list[str]:
    search_terms = [values["tracking_id"], values["reference"], values["reference"][-7:]]
    search_terms += [values["tracking_number"], values["email"], values["name"], "nothing at all"]
    return [
        *_common_and_rare(values, "status", "orders.status"),
        *_common_and_rare(values, "health", "orders.health"),
        *_common_and_rare(values, "deliveryMethod", "orders.delivery_method"),
        *_common_and_rare(values, "country", "orders.destination_country"),
        *_common_and_rare(values, "carrier", "shipment.carrier"),
        f'trackingId: ["{values["tracking_id"]}"]',
        f'reference: ["{values["reference"]}"]',
        f'customerEmail: "{values["email"]}"',
        *_common_and_rare(values, "sku", "order_item.sku"),
        *(_range(field, 90, 60) for field in ("placedAt", "promisedAt", "deliveredAt")),
        *(f"isLate: {flag}" for flag in ("true", "false")),
        *(f"hasOpenException: {flag}" for flag in ("true", "false")),
        *_common_and_rare(values, "exceptionType", "order_exception.type"),
        *(f'search: "{term}"' for term in search_terms),
    ]


def _order_pairs(values: FilterValues) -> list[str]:
    status, rare_status = _common_and_rare(values, "status", "orders.status")
    country, rare_country = _common_and_rare(values, "country", "orders.destination_country")
    health = _common_and_rare(values, "health", "orders.health")[1]
    exception_type = _common_and_rare(values, "exceptionType", "order_exception.type")[0]
    return [
        f"{status}, {rare_country}",
        f"{rare_status}, {country}",
        f"{rare_status}, {_range('placedAt', 365, 0)}",
        f"{health}, {country}",
        f"{country}, {_range('placedAt', 90, 60)}",
        f"{rare_status}, {_common_and_rare(values, 'carrier', 'shipment.carrier')[0]}",
        f"{rare_status}, {_common_and_rare(values, 'sku', 'order_item.sku')[0]}",
        f"isLate: true, {rare_status}",
        f"hasOpenException: true, {country}",
        f"hasOpenException: true, {exception_type}",
        f"or: [{{{rare_status}}}, {{{health}}}]",
        f"not: {{{status}}}",
    ]


def _shipment_filters(values: FilterValues) -> list[str]:
    return [
        *_common_and_rare(values, "status", "shipment.status"),
        *_common_and_rare(values, "health", "shipment.health"),
        *_common_and_rare(values, "carrier", "shipment.carrier"),
        *_common_and_rare(values, "service", "shipment.service"),
        *_common_and_rare(values, "country", "orders.destination_country"),
        f'trackingNumber: ["{values["tracking_number"]}"]',
        *(_range(field, 90, 60) for field in ("shippedAt", "deliveredAt")),
        *(f"isLate: {flag}" for flag in ("true", "false")),
    ]


def _shipment_pairs(values: FilterValues) -> list[str]:
    rare_status = _common_and_rare(values, "status", "shipment.status")[1]
    carrier, rare_carrier = _common_and_rare(values, "carrier", "shipment.carrier")
    country = _common_and_rare(values, "country", "orders.destination_country")[0]
    return [
        f"{rare_status}, {carrier}",
        f"{_common_and_rare(values, 'status', 'shipment.status')[0]}, {rare_carrier}",
        f"{rare_status}, {country}",
        f"isLate: true, {carrier}",
        f"{carrier}, {_range('shippedAt', 90, 60)}",
        f"not: {{{carrier}}}",
    ]


def _exception_filters(values: FilterValues) -> list[str]:
    return [
        *_common_and_rare(values, "status", "order_exception.status"),
        *_common_and_rare(values, "type", "order_exception.type"),
        *_common_and_rare(values, "severity", "order_exception.severity"),
        *_common_and_rare(values, "causedBy", "order_exception.caused_by"),
        *_common_and_rare(values, "carrier", "shipment.carrier"),
        f"assignee: {values['order_exception.assignee.common']}",
        *(f"isOverdue: {flag}" for flag in ("true", "false")),
        *(f"actionRequired: {flag}" for flag in ("true", "false")),
        *(_range(field, 90, 60) for field in ("dueAt", "openedAt", "resolvedAt")),
    ]


def _exception_pairs(values: FilterValues) -> list[str]:
    status, rare_status = _common_and_rare(values, "status", "order_exception.status")
    severity = _common_and_rare(values, "severity", "order_exception.severity")[1]
    return [
        f"{status}, {severity}",
        f"{rare_status}, {_common_and_rare(values, 'type', 'order_exception.type')[0]}",
        f"{status}, assignee: {values['order_exception.assignee.common']}",
        f"isOverdue: true, {_common_and_rare(values, 'carrier', 'shipment.carrier')[0]}",
        f"actionRequired: true, {_range('openedAt', 365, 0)}",
    ]
