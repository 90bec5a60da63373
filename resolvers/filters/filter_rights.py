"""Rights to select by the fields of a filter (`access.policy.FILTERABLE`)."""

from collections.abc import Mapping
from typing import Any

from strawberry.utils.str_converters import to_snake_case

from access.policy import FILTERABLE, scopes_text
from access.viewer import Viewer
from errors import Forbidden
from resolvers.filters.boolean_filters import branches_of, demand_all_bounds
from resolvers.filters.filter_limits import filter_path

_RESTRICTED: Mapping[str, Mapping[str, str]] = {
    type_name: {to_snake_case(name): name for name in audiences}
    for type_name, audiences in FILTERABLE.items()
}
"""The restricted fields of each filter: the attribute, and the name in the API."""


def demand_rights(filter_: Any, viewer: Viewer) -> None:
    """Raises Forbidden if a field of the filter, at any depth, is not for the viewer; Invalid and
    LimitExceeded for a filter that exceeds its limits, which is not looked through."""
    demand_all_bounds(filter_)
    type_name = type(filter_).__name__
    for branch, _ in branches_of(filter_):
        for attribute, name in _RESTRICTED[type_name].items():
            if getattr(branch, attribute) is not None:
                demand_right(type_name, name, viewer)


def demand_right(type_name: str, name: str, viewer: Viewer) -> None:
    """Raises Forbidden if the viewer may not select by this field of the filter."""
    audience = FILTERABLE[type_name][name]
    if not viewer.may_read(audience):
        raise Forbidden(f"{name} needs an API key with {scopes_text(audience)}.", filter_path(name))
