"""Strategies that generate filters from the values of the dataset."""

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from models.enums import DeliveryMethod, ExceptionSeverity, Health, Party
from resolvers.filters import TimeRange
from tests.factories.in_memory import day
from tests.resolvers import dataset


def lists_of(values: Sequence[Any]) -> st.SearchStrategy[Any]:
    """No filter, or a list of at most three of the values, which may be empty."""
    present = [value for value in values if value is not None]
    return st.none() | st.lists(st.sampled_from(present), max_size=3)


def one_of(values: Sequence[Any]) -> st.SearchStrategy[Any]:
    return st.none() | st.sampled_from([value for value in values if value is not None])


MOMENTS = st.sampled_from(dataset.DAYS).map(day)
RANGES = st.none() | st.builds(TimeRange, since=MOMENTS, until=MOMENTS).filter(
    lambda range_: not range_.is_reversed
)
SEARCHES = [
    "customer",
    "%",
    "_",
    "r-100",
    "R_1",
    "\\",
    "99a",
    "1z 99",
    "@EXAMPLE",
    "100% c",
    "-",
    "x99",
]


def filter_trees(leaf: st.SearchStrategy[Any], type_: Any) -> st.SearchStrategy[Any]:
    """Filters nested in `all_of`, `any_of` and `none_of` of other filters."""

    def nested(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        lists = st.none() | st.lists(inner, max_size=2)
        return st.builds(_combined, leaf, lists, lists, st.none() | inner)

    def _combined(filter_: Any, all_of: Any, any_of: Any, none_of: Any) -> Any:
        own = {name: value for name, value in vars(filter_).items() if value is not None}
        return type_(**own | {"all_of": all_of, "any_of": any_of, "none_of": none_of})

    return st.recursive(leaf, nested, max_leaves=4)


def few_fields(type_: Any, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Filters of at most two fields, as more would leave hardly a row."""
    return st.sets(st.sampled_from(sorted(fields)), max_size=2).flatmap(
        lambda names: st.builds(type_, **{name: fields[name] for name in names})
    )


ORDER_FILTERS: dict[str, st.SearchStrategy[Any]] = {
    "status": lists_of(dataset.STATUSES),
    "health": lists_of(list(Health)),
    "delivery_method": lists_of(list(DeliveryMethod)),
    "country": lists_of(["DE", "pt", "FR"]),
    "carrier": lists_of(["ups", "DHL_Express", "none"]),
    "reference": lists_of(["R-1000/1", "A\\B/2", "R-100%/0"]),
    "customer_email": one_of(["CUSTOMER1@example.com", "customer2@example.com", "%"]),
    "sku": lists_of(["MUG", "CUP", "POT"]),
    "placed_at": RANGES,
    "promised_at": RANGES,
    "delivered_at": RANGES,
    "is_late": one_of([True, False]),
    "has_open_exception": one_of([True, False]),
    "exception_type": lists_of(dataset.TYPES),
    "has_shipment": one_of([True, False]),
    "has_pieces_to_ship": one_of([True, False]),
    "search": one_of(SEARCHES),
}
SHIPMENT_FILTERS: dict[str, st.SearchStrategy[Any]] = {
    "status": lists_of(dataset.PARCELS),
    "health": lists_of(list(Health)),
    "carrier": lists_of(["UPS", "dhl_express"]),
    "service": lists_of(["saver", "slow"]),
    "country": lists_of(["de", "PT"]),
    "tracking_number": lists_of(["1z 99_a%", "jjd000", "X-99-A", "%"]),
    "shipped_at": RANGES,
    "delivered_at": RANGES,
    "is_late": one_of([True, False]),
}
EXCEPTION_FILTERS: dict[str, st.SearchStrategy[Any]] = {
    "status": lists_of(dataset.STATES),
    "type": lists_of(dataset.TYPES),
    "severity": lists_of(list(ExceptionSeverity)),
    "caused_by": lists_of(list(Party)),
    "carrier": lists_of(["ups", "DHL_EXPRESS"]),
    "assignee": one_of(["agent1", "agent2", "%"]),
    "is_assigned": one_of([True, False]),
    "is_overdue": one_of([True, False]),
    "action_required": one_of([True, False]),
    "due_at": RANGES,
    "opened_at": RANGES,
    "resolved_at": RANGES,
}
