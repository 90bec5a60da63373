"""Row rights: which rows of a table a viewer may see.

Every root field of a query, every node lookup and every aggregate adds this condition to its own.
A condition that is EVERYTHING adds no SQL. Rights to single fields are another matter
(`access.policy.READABLE`), and so is the scope that a root field needs (`engine.permissions`).

Rows that a viewer reaches through a visible row, such as the shipments of an order, are not tested
again: a right to an order includes all that belongs to it. Live changes are selected by
`resolvers.changes.ChangeSelection`, which a rule for orders has to narrow as well.
"""

from collections.abc import Callable

from tortoise.models import Model

from access.viewer import Viewer
from engine.sql.conditions import EVERYTHING, Condition
from models.events import TrackingEvent

BELONGS_TO_AN_ORDER = Condition(f'"{TrackingEvent._meta.db_table}"."order_id" IS NOT NULL')
"""Tracking events without an order wait for a shipment with their number and belong to nobody."""
ROW_RIGHTS: dict[type[Model], Callable[[Viewer], Condition]] = {
    TrackingEvent: lambda viewer: BELONGS_TO_AN_ORDER,
}
"""The rule for each model that has one. A rule names columns with their table, as conditions do."""


def visible(model: type[Model], viewer: Viewer) -> Condition:
    """Return the condition that the rows of `model` meet which `viewer` may see.

    Rows of a model without a rule are visible to everybody who may use the field that reads them.
    """
    rule = ROW_RIGHTS.get(model)
    return EVERYTHING if rule is None else rule(viewer)
