"""Faults: all that is wrong with an order, not only what is found first.

Checks stop at the first fault. So what is wrong is replaced by a stand-in, and the order is checked
again, until nothing is wrong with it any more.
"""

from collections.abc import Callable, Sequence
from copy import deepcopy
from typing import Any

from strawberry.utils.str_converters import to_snake_case

from errors import DomainError
from tracking.inputs import OrderDraft

MAXIMUM_FAULTS = 25
"""Faults of an order that are told: more would not be read."""
STAND_INS: dict[str, Any] = {
    "name": "-",
    "line1": "-",
    "city": "-",
    "country": "DE",
    "latitude": 0.0,
    "longitude": 0.0,
    "sku": "-",
    "quantity": 1,
    "currency": "USD",
    "key": "-",
    "value": "-",
}
"""Values that every check takes, for the fields that must have one."""

Check = Callable[[OrderDraft], object]


def all_faults(
    draft: OrderDraft | None, faults: Sequence[DomainError], check: Check
) -> list[DomainError]:
    """Return these faults, and those that `check` finds in the draft."""
    found = list(faults)
    if draft is None:
        return found
    draft = deepcopy(draft)
    for fault in faults:
        _replace(draft, fault.field)
    while len(found) < MAXIMUM_FAULTS:
        try:
            check(draft)
            break
        except DomainError as fault:
            # A stand-in that is refused, too, would be refused for ever.
            if fault.field in {other.field for other in found}:
                break
            found.append(fault)
            if not _replace(draft, fault.field):
                break
    return found


def _replace(draft: OrderDraft, path: Sequence[str]) -> bool:
    """Put a stand-in at the path; return False if there is none for it."""
    match [to_snake_case(step) for step in path]:
        case ["items"] | []:
            return False
        case ["customer"]:
            pass
        case ["items", place]:
            draft.items[int(place)].unit_price = None
        case ["items", place, attribute]:
            _set(draft.items[int(place)], attribute)
        case ["customer", attribute]:
            _set(draft.customer, attribute)
        case ["shipping_address"]:
            draft.shipping_address.latitude = draft.shipping_address.longitude = None
        case ["shipping_address", attribute]:
            _set(draft.shipping_address, attribute)
        case ["currency"]:
            _forget_amounts(draft)
        case [attribute, *_] if hasattr(draft, attribute):
            setattr(draft, attribute, None)
        case _:
            return True
    return True


def _set(part: object, attribute: str) -> None:
    setattr(part, attribute, STAND_INS.get(attribute))


def _forget_amounts(draft: OrderDraft) -> None:
    """Without its currency, nothing can be said of an amount."""
    draft.currency, draft.total = STAND_INS["currency"], None
    for item in draft.items:
        item.unit_price = None
