"""Rows of the world, table by table: whose they are, and what becomes of them in a copy.

Ids begin with the copy's own time, and times are moved; times that are part of a text stay.
"""

import asyncpg

OWNERS = {
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
"""The rows of each table, and whose they are."""
TIMES = {
    "change": "recorded_at",
    "tracking_event": "recorded_at",
    "orders": "placed_at",
    "shipment": "created_at",
    "order_exception": "opened_at",
    "estimate": "revised_at",
}
"""By which the rows of a batch are sorted; the other tables' come copy by copy."""
NAMED = "r.{0} || '-' || c.number"
NUMBERED = "r.{0} || c.number"
PREFIXED = "c.number || '.' || r.{0}"
OWN = {
    ("customer", "external_id"): NAMED,
    ("customer", "name"): NAMED,
    ("customer", "name_key"): NAMED,
    ("customer", "email"): PREFIXED,
    ("customer", "email_key"): PREFIXED,
    ("orders", "reference"): NAMED,
    ("orders", "reference_key"): NAMED,
    ("orders", "tracking_id"): "n.tracking_id",
    # Else the sweeper would have much to do as soon as a server starts.
    ("orders", "sweep_at"): "CASE WHEN r.{0} IS NOT NULL THEN"
    " greatest(r.{0} - c.shift, now() + interval '1 day') END",
    ("shipment", "tracking_number"): NUMBERED,
    ("shipment", "number_key"): NUMBERED,
    ("tracking_event", "number_key"): NUMBERED,
    ("tracking_event", "source_event_id"): NAMED,
    ("tracking_event", "retracts"): NAMED,
    ("tracking_event", "fingerprint"): "lpad(to_hex(c.number), 8, '0') || substr(r.{0}, 9)",
    ("change", "position"): "$3 + row_number() OVER (ORDER BY r.recorded_at - c.shift,"
    " r.order_id, r.sequence)",
}
"""What is each copy's own and neither an id nor a time."""


async def copying_statement(connection: asyncpg.Connection, table: str) -> str:
    """Of the rows of copies from $1 to $2; $3 is the log's head."""
    rows = await connection.fetch(
        "SELECT column_name, udt_name FROM information_schema.columns"
        " WHERE table_schema = 'public' AND table_name = $1 AND is_generated = 'NEVER'"
        " ORDER BY ordinal_position",
        table,
    )
    columns = {row["column_name"]: _expression(table, *row) for row in rows}
    names = "JOIN world.name n ON n.copy = c.number AND n.order_id = r.id"
    time = f"r.{TIMES[table]} - c.shift, c.number" if table in TIMES else "c.number"
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(columns.values())}"
        f" FROM world.copy c JOIN world.{table} r ON r.owner = c.owner"
        f" {names if table == 'orders' else ''}"
        f" WHERE c.number BETWEEN $1 AND $2 ORDER BY {time}"
    )


def _expression(table: str, column: str, type_: str) -> str:
    """A copy of an id keeps all but the time that it begins with: that is the copy's own."""
    if (table, column) in OWN:
        return OWN[table, column].format(column)
    if type_ == "uuid":
        return f"(c.prefix || substr(r.{column}::text, 14))::uuid"
    return f"r.{column} - c.shift" if type_ == "timestamptz" else f"r.{column}"
