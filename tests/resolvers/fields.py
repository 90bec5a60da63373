"""Filters by chance, of a shop's words."""

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from models.enums import DeliveryMethod, ExceptionSeverity, Health, Party
from resolvers.filters import TimeRange
from tests.resolvers import rows, shop


def some(values: Sequence[Any]) -> st.SearchStrategy[Any]:
    """Not asked, or one of these; sometimes of none."""
    given = [value for value in values if value is not None]
    return st.none() | st.lists(st.sampled_from(given), max_size=3)


def maybe(values: Sequence[Any]) -> st.SearchStrategy[Any]:
    return st.none() | st.sampled_from([value for value in values if value is not None])


MOMENTS = st.sampled_from(shop.DAYS).map(rows.day)
RANGES = st.none() | st.builds(TimeRange, since=MOMENTS, until=MOMENTS)
SEARCHES = ["ada", "%", "_", "r-100", "R_1", "\\", "99a", "1z 99", "@EXAMPLE", "100% c", "-", "x99"]


def tree(leaf: st.SearchStrategy[Any], type_: Any) -> st.SearchStrategy[Any]:
    """Filters within filters."""

    def grown(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        lists = st.none() | st.lists(inner, max_size=2)
        return st.builds(_joined, leaf, lists, lists, st.none() | inner)

    def _joined(given: Any, all_of: Any, any_of: Any, none_of: Any) -> Any:
        own = {name: value for name, value in vars(given).items() if value is not None}
        return type_(**own | {"all_of": all_of, "any_of": any_of, "none_of": none_of})

    return st.recursive(leaf, grown, max_leaves=4)


def sparse(type_: Any, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Few fields at a time, or hardly a row is left."""
    return st.sets(st.sampled_from(sorted(fields)), max_size=2).flatmap(
        lambda names: st.builds(type_, **{name: fields[name] for name in names})
    )


ORDER_FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "status": some(shop.STATUSES),
    "health": some(list(Health)),
    "delivery_method": some(list(DeliveryMethod)),
    "country": some(["DE", "pt", "FR"]),
    "carrier": some(["ups", "DHL_Express", "none"]),
    "reference": some(["R-1000/1", "A\\B/2", "R-100%/0"]),
    "customer_email": maybe(["ADA@example.com", "adam@example.com", "%"]),
    "sku": some(["MUG", "CUP", "POT"]),
    "placed_at": RANGES,
    "promised_at": RANGES,
    "delivered_at": RANGES,
    "is_late": maybe([True, False]),
    "has_open_exception": maybe([True, False]),
    "exception_type": some(shop.TYPES),
    "search": maybe(SEARCHES),
}
SHIPMENT_FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "status": some(shop.PARCELS),
    "health": some(list(Health)),
    "carrier": some(["UPS", "dhl_express"]),
    "service": some(["saver", "slow"]),
    "country": some(["de", "PT"]),
    "tracking_number": some(["1z 99_a%", "jjd000", "X-99-A", "%"]),
    "shipped_at": RANGES,
    "delivered_at": RANGES,
    "is_late": maybe([True, False]),
}
EXCEPTION_FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "status": some(shop.STATES),
    "type": some(shop.TYPES),
    "severity": some(list(ExceptionSeverity)),
    "caused_by": some(list(Party)),
    "carrier": some(["ups", "DHL_EXPRESS"]),
    "assignee": maybe(["ann", "bob", "%"]),
    "is_overdue": maybe([True, False]),
    "action_required": maybe([True, False]),
    "due_at": RANGES,
    "opened_at": RANGES,
    "resolved_at": RANGES,
}
