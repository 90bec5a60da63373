"""Access paths to the orders of partners, by the index of the shipments of their carriers."""

from dataclasses import replace
from datetime import datetime

from access.viewer import Viewer
from engine.sql.access_paths.access_path import AccessPath
from resolvers.filters.boolean_filters import count_searches
from resolvers.filters.columns import carriers
from resolvers.filters.order_paths import PLACED_AT, order_path
from resolvers.filters.orders import OrderFilter


def partner_order_path(
    filter_: OrderFilter | None, viewer: Viewer, now: datetime, key: str
) -> AccessPath | None:
    """Return the access path to the filter's orders that a partner sees, in a list ordered by the
    column `key`; None if each order has to be tested.

    The orders of a partner are those with a shipment of its carriers, which is a filter that has an
    index in the list's order. A search would find the numbers of other shipments by its own index.
    Raises as `order_condition` does.
    """
    given = OrderFilter() if filter_ is None else filter_
    if not viewer.is_partner or key != PLACED_AT or count_searches(given):
        return None
    named = viewer.bound
    if given.carrier is not None:
        named = sorted({*named}.intersection(carriers(given.carrier) or ()))
    return order_path(replace(given, carrier=named), viewer, now, key)
