"""An import knows the orders that came through the API, and the API those that were imported."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from access.viewer import SYSTEM
from commands.importing.storing import Tally
from errors import Conflict
from models.orders import Order
from tests.commands.order_files import (
    COLUMNS,
    build_csv_line,
    import_into,
    read_rejects,
    write_csv_file,
)
from tracking.inputs import AddressDraft, CustomerDraft, ItemDraft, MetadatumDraft, OrderDraft
from tracking.orders.creation import create_order
from unit_of_work.unit_of_work import Tracker

pytestmark = pytest.mark.usefixtures("db")

PLACED = datetime(2026, 3, 1, 14, 5, tzinfo=UTC)


def build_draft(**values: Any) -> OrderDraft:
    """The order of `build_csv_line`, as somebody sends it through the API."""
    usual = {
        "reference": "A-1",
        "customer": CustomerDraft(name="Customer 1", email="customer1@example.com"),
        "shipping_address": AddressDraft(line1="Sample Street 1", city="Berlin", country="DE"),
        "items": [ItemDraft(sku="MUG", name="Mug", quantity=2, unit_price=Decimal("9.99"))],
        "currency": "EUR",
        "placed_at": PLACED,
    }
    return OrderDraft(**{**usual, **values})


@pytest.mark.parametrize("key", [None, "order-1"])
async def test_an_import_knows_an_order_of_the_api(
    key: str | None, tracker: Tracker, tmp_path: Path
) -> None:
    await create_order(tracker, SYSTEM, build_draft(idempotency_key=key))

    tally = await import_into(tracker, write_csv_file(tmp_path, build_csv_line()))

    assert tally == Tally(earlier=1)
    assert await Order.all().count() == 1


async def test_spelling_does_not_make_another_order(tracker: Tracker, tmp_path: Path) -> None:
    await create_order(tracker, SYSTEM, build_draft())
    line = build_csv_line(
        currency="eur",
        address_country="Germany",
        item_unit_price="9.990",
        placed_at="2026-03-01 15:05 +0100",
    )

    assert await import_into(tracker, write_csv_file(tmp_path, line)) == Tally(earlier=1)


async def test_a_time_that_the_file_leaves_out_does_not_count(
    tracker: Tracker, tmp_path: Path
) -> None:
    await create_order(tracker, SYSTEM, build_draft(placed_at=None))
    file = write_csv_file(tmp_path, build_csv_line(placed_at=""))

    assert await import_into(tracker, file) == Tally(earlier=1)


OTHER: dict[str, dict[str, Any]] = {
    "another customer": {"customer": CustomerDraft(name="Customer 2")},
    "another street": {
        "shipping_address": AddressDraft(line1="Sample Street 2", city="Berlin", country="DE")
    },
    "another quantity": {
        "items": [ItemDraft(sku="MUG", name="Mug", quantity=3, unit_price=Decimal("9.99"))]
    },
    "another price": {"items": [ItemDraft(sku="MUG", name="Mug", quantity=2)]},
    "one item more": {
        "items": [*build_draft().items, ItemDraft(sku="TEA", name="Tea", quantity=1)]
    },
    "another total": {"total": Decimal("20.00")},
    "another currency": {"currency": "USD"},
    "another time": {"placed_at": datetime(2026, 3, 2, tzinfo=UTC)},
    "a promise": {"promised_at": datetime(2026, 3, 9, tzinfo=UTC)},
    "metadata": {"metadata": [MetadatumDraft(key="channel", value="web")]},
}


@pytest.mark.parametrize("difference", OTHER)
async def test_an_order_of_other_content_is_refused(
    difference: str, tracker: Tracker, tmp_path: Path
) -> None:
    await create_order(tracker, SYSTEM, build_draft(**OTHER[difference]))
    file = write_csv_file(tmp_path, build_csv_line())

    assert await import_into(tracker, file) == Tally(rejected=1)
    assert (
        "2,This order is there already with other content; an import adds orders and changes none."
        in read_rejects(file)
    )


async def test_a_customer_with_an_id_of_the_shop_is_the_same_by_any_name(
    tracker: Tracker, tmp_path: Path
) -> None:
    customer = CustomerDraft(external_id="C-1", name="Customer 1", email="customer1@example.com")
    await create_order(tracker, SYSTEM, build_draft(customer=customer))
    renamed = CustomerDraft(external_id="C-1", name="Customer One")
    await create_order(tracker, SYSTEM, build_draft(reference="A-2", customer=renamed))
    columns = (*COLUMNS, "customer_external_id")
    file = write_csv_file(tmp_path, f"{build_csv_line()},C-1", columns=columns)

    assert await import_into(tracker, file) == Tally(earlier=1)


async def test_the_api_knows_an_imported_order_if_it_is_sent_with_a_key(
    tracker: Tracker, tmp_path: Path
) -> None:
    await import_into(tracker, write_csv_file(tmp_path, build_csv_line()))
    imported = await Order.get(reference="A-1")

    answer = await create_order(tracker, SYSTEM, build_draft(idempotency_key="order-1"))

    assert answer == imported.id
    with pytest.raises(Conflict, match="Another order has the reference A-1"):
        await create_order(
            tracker, SYSTEM, build_draft(idempotency_key="order-2", total=Decimal(1))
        )
    with pytest.raises(Conflict, match="Another order has the reference A-1"):
        await create_order(tracker, SYSTEM, build_draft())
    assert await Order.all().count() == 1
