"""The SQL that copies the seed rows of each table: whose rows they are, and what a copy changes.

The ids of a copy begin with its own time, and its times are shifted. Times inside texts stay.
"""

import asyncpg

SEED_ROWS = {
    "customer": "SELECT *, id AS owner FROM customer",
    "orders": "SELECT *, customer_id AS owner FROM orders",
    **{
        table: f"SELECT r.*, o.customer_id AS owner FROM {table} r JOIN orders o ON o.id = order_id"
        for table in (
            *("change", "order_item", "tracking_event", "shipment"),
            *("address", "order_exception"),
        )
    },
    **{
        table: f"SELECT r.*, o.customer_id AS owner FROM {table} r"
        f" JOIN {parent} p ON p.id = r.{key} JOIN orders o ON o.id = p.order_id"
        for table, parent, key in (
            ("shipment_item", "shipment", "shipment_id"),
            ("estimate", "shipment", "shipment_id"),
            ("exception_note", "order_exception", "exception_id"),
        )
    },
}
"""A query for the rows of each table, with the id of the customer who owns each row."""
SORT_COLUMNS = {
    "change": "recorded_at",
    "tracking_event": "recorded_at",
    "orders": "placed_at",
    "shipment": "created_at",
    "order_exception": "opened_at",
    "estimate": "revised_at",
}
"""The columns by which the rows of a batch are sorted; other tables are sorted by copy."""
SUFFIXED_NAME = "r.{0} || '-' || c.number"
SUFFIXED_NUMBER = "r.{0} || c.number"
PREFIXED_EMAIL = "c.number || '.' || r.{0}"
COPY_EXPRESSIONS = {
    ("customer", "external_id"): SUFFIXED_NAME,
    ("customer", "name"): SUFFIXED_NAME,
    ("customer", "name_key"): SUFFIXED_NAME,
    ("customer", "email"): PREFIXED_EMAIL,
    ("customer", "email_key"): PREFIXED_EMAIL,
    ("orders", "reference"): SUFFIXED_NAME,
    ("orders", "reference_key"): SUFFIXED_NAME,
    ("orders", "tracking_id"): "n.tracking_id",
    # Due times in the past would make the sweeper busy as soon as a server starts.
    ("orders", "sweep_at"): "CASE WHEN r.{0} IS NOT NULL THEN"
    " greatest(r.{0} - c.shift, now() + interval '1 day') END",
    ("shipment", "tracking_number"): SUFFIXED_NUMBER,
    ("shipment", "number_key"): SUFFIXED_NUMBER,
    ("tracking_event", "number_key"): SUFFIXED_NUMBER,
    ("tracking_event", "source_event_id"): SUFFIXED_NAME,
    ("tracking_event", "retracts"): SUFFIXED_NAME,
    ("tracking_event", "fingerprint"): "lpad(to_hex(c.number), 8, '0') || substr(r.{0}, 9)",
    ("change", "position"): "$3 + row_number() OVER (ORDER BY r.recorded_at - c.shift,"
    " r.order_id, r.sequence)",
}
"""The expressions of columns that differ in each copy and are neither ids nor times."""


async def copy_statement(connection: asyncpg.Connection, table: str) -> str:
    """Return the statement that inserts the rows of copies $1 to $2.

    For the change log, $3 is the position of its last row.
    """
    rows = await connection.fetch(
        "SELECT column_name, udt_name FROM information_schema.columns"
        " WHERE table_schema = 'public' AND table_name = $1 AND is_generated = 'NEVER'"
        " ORDER BY ordinal_position",
        table,
    )
    columns = {row["column_name"]: _expression(table, *row) for row in rows}
    tracking_ids = "JOIN seed.tracking_id n ON n.copy = c.number AND n.order_id = r.id"
    order = "c.number"
    if table in SORT_COLUMNS:
        order = f"r.{SORT_COLUMNS[table]} - c.shift, c.number"
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(columns.values())}"
        f" FROM seed.copy c JOIN seed.{table} r ON r.owner = c.owner"
        f" {tracking_ids if table == 'orders' else ''}"
        f" WHERE c.number BETWEEN $1 AND $2 ORDER BY {order}"
    )


def _expression(table: str, column: str, type_: str) -> str:
    """Return the value of a column in a copy.

    An id keeps all but the time that it begins with, which is that of the copy.
    """
    if (table, column) in COPY_EXPRESSIONS:
        return COPY_EXPRESSIONS[table, column].format(column)
    if type_ == "uuid":
        return f"(c.prefix || substr(r.{column}::text, 14))::uuid"
    return f"r.{column} - c.shift" if type_ == "timestamptz" else f"r.{column}"
