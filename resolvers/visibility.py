"""Row rights: which rows of a table a viewer may see.

Every root field of a query, every node lookup and every aggregate adds this condition to its own.
A condition that is EVERYTHING adds no SQL. Rights to single fields are another matter
(`access.policy.READABLE`), and so is the scope that a root field needs (`engine.permissions`).

Rows that a viewer reaches through a visible row, such as the shipments of an order, are tested
again only for a viewer with bounds, by `bounds`. A partner sees the shipments of its carriers, what
hangs on these, and the orders that have such a shipment. What is seen is decided at the moment of
reading, for live changes too: their statement tests them (`schema.root_fields`). The holder of a
tracking link sees one order and all that belongs to it; only the way from the order to the others
of its customer narrows by itself (`resolvers.customers`).
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from tortoise.models import Model

from access.viewer import Viewer
from engine.sql.conditions import EVERYTHING, NOTHING, TIME, Condition, among, compared, exists
from models.changes import Change
from models.customers import Customer
from models.estimates import Estimate
from models.events import TrackingEvent
from models.exceptions import ExceptionNote, OrderException
from models.orders import Address, Order, OrderItem
from models.sessions import StaffSession
from models.shipments import Shipment, ShipmentItem
from resolvers.link_visibility import visible_by_link

BELONGS_TO_AN_ORDER = Condition(f'"{TrackingEvent._meta.db_table}"."order_id" IS NOT NULL')
"""Tracking events without an order wait for a shipment with their number and belong to nobody."""


def is_running(viewer: Viewer) -> Condition:
    """Return the condition for sessions that have not ended: no others are shown."""
    sessions = StaffSession._meta.db_table
    expires_later = compared(f'"{sessions}"."expires_at"', ">", datetime.now(UTC), TIME)
    return Condition(f'"{sessions}"."ended_at" IS NULL') & expires_later


ROW_RIGHTS: dict[type[Model], Callable[[Viewer], Condition]] = {
    TrackingEvent: lambda viewer: BELONGS_TO_AN_ORDER,
    StaffSession: is_running,
}
"""The rule for each model that has one. A rule names columns with their table, as conditions do."""


def _has_shipment(key: str) -> Callable[[Condition], Condition]:
    """Return the rule that the order whose id is in the column `key` has a visible shipment."""
    return lambda shipments: exists("shipment", f'"shipment"."order_id" = {key}', shipments)


def _hangs_on_shipment(table: str) -> Callable[[Condition], Condition]:
    """Return the rule that the row's shipment is visible."""
    joined = f'"shipment"."id" = "{table}"."shipment_id"'
    return lambda shipments: exists("shipment", joined, shipments)


def _of_customer(shipments: Condition) -> Condition:
    joined = '"orders"."customer_id" = "customer"."id"'
    return exists("orders", joined, _has_shipment('"orders"."id"')(shipments))


def _of_change(shipments: Condition) -> Condition:
    """Select the changes of visible shipments, and those of the order itself, to which the
    exceptions that no shipment has do not belong."""
    of_order = Condition('"change"."shipment_id" IS NULL AND "change"."exception_id" IS NULL')
    of_order &= _has_shipment('"change"."order_id"')(shipments)
    return _hangs_on_shipment("change")(shipments) | of_order


def _all(shipments: Condition) -> Condition:
    return EVERYTHING


PARTNER_BOUNDS: Mapping[type[Model], Callable[[Condition], Condition]] = {
    Order: _has_shipment('"orders"."id"'),
    OrderItem: _has_shipment('"order_item"."order_id"'),
    Address: _all,
    Customer: _of_customer,
    Shipment: lambda shipments: shipments,
    ShipmentItem: _all,
    Estimate: _all,
    TrackingEvent: _hangs_on_shipment("tracking_event"),
    OrderException: _hangs_on_shipment("order_exception"),
    ExceptionNote: _all,
    Change: _of_change,
    StaffSession: _all,  # only their own, which commands end
}
"""The rows of each model that a partner sees, by the condition of the shipments that it sees. The
rows of some are reached through visible rows only. A model that is not listed shows it no rows."""


def visible(model: type[Model], viewer: Viewer) -> Condition:
    """Return the condition that the rows of `model` meet which `viewer` may see.

    Rows of a model without a rule are visible to everybody without bounds who may use the field
    that reads them.
    """
    if viewer.order_id is not None:
        return visible_by_link(model, viewer.order_id)
    rule = ROW_RIGHTS.get(model)
    condition = EVERYTHING if rule is None else rule(viewer)
    return condition & bounds(model, viewer)


def bounds(model: type[Model], viewer: Viewer) -> Condition:
    """Return the condition of the rows within the viewer's bounds; EVERYTHING without bounds.

    Each of its values is `viewer.bound`, and its text is the same for all viewers with equal
    rights.
    """
    if not viewer.is_partner:
        return EVERYTHING
    rule = PARTNER_BOUNDS.get(model)
    return NOTHING if rule is None else rule(of_carriers('"shipment"', viewer))


def of_carriers(table: str, viewer: Viewer) -> Condition:
    """Return the condition that the table's column `carrier` is within the viewer's bounds."""
    return among(f'{table}."carrier"', viewer.bound) if viewer.is_partner else EVERYTHING
