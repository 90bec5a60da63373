"""The rows that a partner sees, written a second time, over rows in memory."""

from collections.abc import Callable

from tests.plans.reference.tables import Row, Tables


def rows_within(tables: Tables, carriers: frozenset[str] | None) -> Tables:
    """The rows of the carriers' shipments, of the orders that have such a shipment, and of what
    hangs on either; all rows for None."""
    if carriers is None:
        return tables
    shipments = {row["id"] for row in tables.all("Shipment") if row["carrier"] in carriers}
    orders = {row["order_id"] for row in tables.all("Shipment") if row["id"] in shipments}
    customers = {row["customer_id"] for row in tables.all("Order") if row["id"] in orders}
    rules: dict[str, Callable[[Row], bool]] = {
        "Order": lambda row: row["id"] in orders,
        "OrderItem": lambda row: row["order_id"] in orders,
        "Customer": lambda row: row["id"] in customers,
        "Shipment": lambda row: row["id"] in shipments,
        "TrackingEvent": lambda row: row["shipment_id"] in shipments,
        "OrderException": lambda row: row["shipment_id"] in shipments,
        "Change": lambda row: (
            row["order_id"] in orders and row["exception_id"] is None
            if row["shipment_id"] is None
            else row["shipment_id"] in shipments
        ),
    }
    return Tables(
        {
            name: [row for row in rows if name not in rules or rules[name](row)]
            for name, rows in tables.rows.items()
        }
    )
