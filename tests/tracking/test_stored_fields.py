"""Fields of inputs that are stored in the column of their name are checked by their marks."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Annotated, get_type_hints

import pytest
from tortoise.models import Model

from errors import Invalid
from models.customers import Customer
from models.enums import DeliveryMethod
from models.orders import Address, Order, OrderItem
from tracking.inputs import AddressDraft, CustomerDraft, ItemDraft, OrderAmendment, OrderDraft
from tracking.inputs.stored_fields import (
    Stored,
    StoredChoice,
    StoredText,
    StoredTime,
    checked_columns,
)
from tracking.inputs.unchanged import UNCHANGED, Unchanged

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@dataclass(kw_only=True)
class _Amendment:
    gift_note: Annotated[str | Unchanged | None, "A note.", StoredText(5)] = UNCHANGED
    wanted_at: Annotated[datetime | Unchanged | None, "A time.", StoredTime()] = UNCHANGED
    method: Annotated[DeliveryMethod | Unchanged, "A choice.", StoredChoice()] = UNCHANGED
    comment: Annotated[str | None, "This field is not stored."] = None


def test_fields_that_are_left_out_and_those_without_a_mark_are_not_columns() -> None:
    assert checked_columns(_Amendment(comment="a")) == {}


def test_null_is_a_value_of_a_column() -> None:
    amendment = _Amendment(gift_note=None, wanted_at=None)

    assert checked_columns(amendment) == {"gift_note": None, "wanted_at": None}


def test_values_are_stored_as_given_but_times_in_utc() -> None:
    local = NOON.astimezone(timezone(timedelta(hours=2)))

    columns = checked_columns(
        _Amendment(gift_note="Enjoy", wanted_at=local, method=DeliveryMethod.PICKUP)
    )

    assert columns == {"gift_note": "Enjoy", "wanted_at": NOON, "method": DeliveryMethod.PICKUP}
    assert columns["wanted_at"].tzinfo is UTC


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"gift_note": "Enjoy!"}, "giftNote"),
        ({"gift_note": ""}, "giftNote"),
        ({"gift_note": "a\0"}, "giftNote"),
        ({"wanted_at": NOON.replace(tzinfo=None)}, "wantedAt"),
    ],
)
def test_a_refusal_has_the_path_of_the_field_in_the_api(values: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        checked_columns(_Amendment(**values), "input", "order")  # type: ignore[arg-type]

    assert refusal.value.field == ("input", "order", field)


@pytest.mark.parametrize(
    ("input_type", "model"),
    [
        (OrderDraft, Order),
        (OrderAmendment, Order),
        (CustomerDraft, Customer),
        (AddressDraft, Address),
        (ItemDraft, OrderItem),
    ],
)
def test_every_stored_field_fits_the_column_of_its_name(
    input_type: type, model: type[Model]
) -> None:
    hints = get_type_hints(input_type, include_extras=True)
    marks = {
        name: mark
        for name, annotation in hints.items()
        for mark in annotation.__metadata__
        if isinstance(mark, Stored)
    }

    assert marks
    columns = model.describe()["data_fields"]
    lengths = {column["name"]: column["constraints"].get("max_length") for column in columns}
    assert marks.keys() <= lengths.keys()
    texts = {name: mark.longest for name, mark in marks.items() if isinstance(mark, StoredText)}
    assert texts == {name: lengths[name] for name in texts}
