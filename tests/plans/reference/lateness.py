"""Lateness of orders and shipments, and overdue exceptions, at a given time."""

from datetime import datetime

from tests.plans.reference.tables import Row


def is_late(row: Row, now: datetime) -> bool:
    """Whether an order or a shipment is late: the conditions of the rules, in their order."""
    if row["status"] == "CANCELLED" or row["late_after"] is None:
        return False
    if row["delivered_at"] is not None:
        return bool(row["late_after"] < row["delivered_at"])
    if row["status"] in ("RETURNED", "RETURNING"):
        return False
    return bool(row["late_after"] < now)


def is_unresolved(exception: Row) -> bool:
    return exception["status"] not in ("RESOLVED", "DISMISSED")


def is_overdue(exception: Row, now: datetime) -> bool:
    due_at = exception["due_at"]
    return is_unresolved(exception) and due_at is not None and due_at < now
