"""The SQL of the baseline: one statement per query, which builds the text of the answer.

`to_json` writes a time with `+00:00` where the connection's time zone is UTC: the last seven
characters of that, including the quote, become `Z"`. The statements concatenate texts, because
`json_build_object` costs more for each time and puts spaces between all tokens. Aggregates keep
the order of the sorted subquery and need not sort again.
"""

from models.enums import Health


def _time(column: str) -> str:
    return f"left(to_json({column})::text, -7) || 'Z\"'"


def _optional_time(column: str) -> str:
    return f"coalesce({_time(column)}, 'null')"


def _text(column: str) -> str:
    return f"coalesce(to_json({column})::text, 'null')"


def _enum(column: str) -> str:
    return f"'\"' || {column} || '\"'"


def _object(**fields: str) -> str:
    pairs = [f"""'"{name}":' || {value}""" for name, value in fields.items()]
    return "'{' || " + " || ',' || ".join(pairs) + " || '}'"


def _list(item: str, rows: str) -> str:
    """Return a JSON array of the items; `rows` is a subquery and its alias."""
    return f"'[' || (SELECT coalesce(string_agg({item}, ','), '') FROM {rows}) || ']'"


def _page(size: int) -> str:
    """Return a subquery of the orders after a time and an id, with the newest first."""
    return (
        "(SELECT * FROM orders WHERE (placed_at, id) < ($1::text::timestamptz, $2::text::uuid)"
        f" ORDER BY placed_at DESC, id DESC LIMIT {size}) o"
    )


def _newest(*conditions: str) -> str:
    """Return a subquery of the 50 newest orders for which one of the conditions holds.

    Each condition has an index scan, and PostgreSQL merges the scans, which it does not do by
    itself for `status IN ($1, $2)`.
    """
    newest = "ORDER BY placed_at DESC, id DESC LIMIT 50"
    scans = [f"(SELECT * FROM orders WHERE {condition} {newest})" for condition in conditions]
    return f"({' UNION ALL '.join(scans)} {newest}) o" if len(scans) > 1 else f"{scans[0]} o"


_LOCATION = _object(
    city="coalesce((e.location->'city')::text, 'null')",
    country="coalesce((e.location->'country')::text, 'null')",
)
_EVENTS = _list(
    _object(
        type=_enum("e.type"),
        occurredAt=_time("e.occurred_at"),
        description=_text("e.description"),
        location=f"CASE WHEN e.location IS NULL THEN 'null' ELSE {_LOCATION} END",
    ),
    "(SELECT type, occurred_at, description, location FROM tracking_event"
    " WHERE shipment_id = s.id ORDER BY moment, rank, fingerprint LIMIT 20) e",
)
_SHIPMENTS = _list(
    _object(
        carrier=_text("s.carrier"),
        trackingNumber=_text("s.tracking_number"),
        status=_enum("s.status"),
        shippedAt=_optional_time("s.shipped_at"),
        deliveredAt=_optional_time("s.delivered_at"),
        events=_object(nodes=_EVENTS),
    ),
    "(SELECT * FROM shipment WHERE order_id = o.id ORDER BY created_at DESC, id DESC) s",
)
_EXCEPTIONS = _list(
    _object(
        type=_enum("x.type"),
        severity=_enum("x.severity"),
        status=_enum("x.status"),
        summary=_text("x.summary"),
        openedAt=_time("x.opened_at"),
    ),
    "(SELECT * FROM order_exception WHERE order_id = o.id ORDER BY opened_at DESC, id DESC) x",
)
_ESTIMATE = _object(
    earliest=_time("o.estimate_earliest"),
    latest=_time("o.estimate_latest"),
    source=_enum("o.estimate_source"),
)
_ORDER = _object(
    trackingId=_enum("o.tracking_id"),
    reference=_text("o.reference"),
    status=_enum("o.status"),
    health=_enum("o.health"),
    placedAt=_time("o.placed_at"),
    promisedAt=_optional_time("o.promised_at"),
    estimate=f"CASE WHEN o.estimate_latest IS NULL THEN 'null' ELSE {_ESTIMATE} END",
    shipments=_SHIPMENTS,
    exceptions=_EXCEPTIONS,
)
ORDER = f"SELECT {_object(data=_object(order=_ORDER))} FROM orders o WHERE tracking_id = $1"

_ROW = _object(
    trackingId=_enum("o.tracking_id"),
    reference=_text("o.reference"),
    status=_enum("o.status"),
    health=_enum("o.health"),
    placedAt=_time("o.placed_at"),
)


def _select_page(rows: str) -> str:
    return f"SELECT {_object(data=_object(orders=_object(nodes=_list(_ROW, rows))))}"


PAGE = _select_page(_page(50))
PAGE_OF_STATUS = _select_page(_newest("status = $1"))
PAGE_OF_STATUSES = _select_page(_newest("status = $1", "status = $2"))
# The index of countries and statuses goes on with the health, which has few values.
PAGE_OF_COUNTRY = _select_page(
    _newest(
        *[f"status = $1 AND destination_country = $2 AND health = '{health}'" for health in Health]
    )
)

_LAST_EVENT = _object(type=_enum("e.type"), occurredAt=_time("e.occurred_at"))
_SHIPMENT_SUMMARY = _object(
    carrier=_text("s.carrier"),
    status=_enum("s.status"),
    lastEvent=f"CASE WHEN e.id IS NULL THEN 'null' ELSE {_LAST_EVENT} END",
)
_SHIPMENT_SUMMARIES = _list(
    _SHIPMENT_SUMMARY,
    "(SELECT * FROM shipment WHERE order_id = o.id ORDER BY created_at DESC, id DESC) s"
    " LEFT JOIN tracking_event e ON e.id = s.last_event_id",
)
_NESTED_ROW = _object(
    trackingId=_enum("o.tracking_id"), status=_enum("o.status"), shipments=_SHIPMENT_SUMMARIES
)
NESTED = f"SELECT {_object(data=_object(orders=_object(nodes=_list(_NESTED_ROW, _page(20)))))}"

CURSOR = """
SELECT placed_at, id FROM orders WHERE placed_at < $1 ORDER BY placed_at DESC, id DESC LIMIT 10
"""
