"""The exports of shops are imported as the shops write them."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from models.enums import DeliveryMethod, OrderStatus
from tests.commands.conftest import RunCommand
from tests.commands.stored_orders import read_items, read_orders, read_shipments

EXPORTS = Path(__file__).parent / "shop_exports"
ORDER = ("reference", "status", "currency", "total_minor", "placed_at")
DOOR = ("address.line1", "address.city", "address.postal_code", "address.country")
COPIES = {
    "shopify": ("shopify.csv", ()),
    "woocommerce": ("woocommerce.csv", ("--time-zone", "Europe/Berlin", "--currency", "EUR")),
    "magento": ("magento.csv", ("--time-zone", "UTC", "--currency", "EUR")),
    "amazon": ("amazon.txt", ()),
    "ebay": ("ebay.csv", ("--time-zone", "America/New_York")),
    "etsy": ("etsy.csv", ("--time-zone", "America/New_York")),
    "odoo": ("odoo.csv", ("--time-zone", "Europe/Berlin")),
}


Imported = Callable[..., str]


@pytest.fixture
def imported(run: RunCommand, tmp_path: Path) -> Imported:
    """Imports a copy of a sample, and returns what the command says."""

    def copy_and_run(name: str, *options: str) -> str:
        file = tmp_path / name
        file.write_bytes((EXPORTS / name).read_bytes())
        result = run("import", file, *options)
        rejects = Path(f"{file}.rejects")
        assert not rejects.exists(), rejects.read_text()
        assert result.exit_code == 0
        return result.stderr

    return copy_and_run


def test_shopify(imported: Imported, database_url: str) -> None:
    said = imported("shopify.csv")

    assert said.startswith("Read as Shopify: reference is Name, currency is Currency, total is")
    assert "item_sku is Lineitem sku" in said
    assert "Left out: Financial Status, Paid at," in said
    assert said.endswith("2 orders: 2 new, 0 already there, 0 rejected.\n")
    assert read_orders(database_url, *ORDER, *DOOR) == [
        (
            *("#1001", OrderStatus.SHIPPED, "USD", 6129),
            datetime(2026, 8, 4, 0, 24, 22, tzinfo=UTC),
            *("1 Sample Street", "Boston", "02138", "US"),
        ),
        (
            *("#1002", OrderStatus.CANCELLED, "USD", 2500),
            datetime(2026, 8, 6, 4, 59, tzinfo=UTC),
            *("2 Sample Street", "Toronto", "M5V 2T6", "CA"),
        ),
    ]
    assert read_orders(database_url, "customer.name", "customer.phone", "cancelled_at") == [
        ("Customer 1", "+1 617 555 0100", None),
        ("Customer 2", None, datetime(2026, 8, 7, 3, tzinfo=UTC)),
    ]
    assert read_items(database_url) == [
        ("#1001", "FERN-1", "Fern print", 2, 1600),
        ("#1001", "Canvas bag", "Canvas bag", 1, 2000),
        ("#1002", "MUG-1", "Mug", 1, 2500),
    ]


def test_woocommerce(imported: Imported, database_url: str) -> None:
    imported("woocommerce.csv", "--time-zone", "Europe/Berlin", "--currency", "EUR")

    assert read_orders(database_url, *ORDER, *DOOR, "customer.name", "address.name") == [
        (
            *("2001", OrderStatus.PENDING, "EUR", 2938),
            datetime(2026, 3, 1, 13, 5, tzinfo=UTC),
            *("Sample Street 1", "Berlin", "10115", "DE", "Customer One", "Customer One"),
        )
    ]
    assert read_items(database_url) == [
        ("2001", "MUG", "Mug", 2, 999),
        ("2001", "TEA", 'Tea "Earl", black', 1, 450),
    ]


def test_woocommerce_by_another_plugin_with_prices_of_whole_lines(
    imported: Imported, database_url: str
) -> None:
    imported("woocommerce_plugin.csv", "--time-zone", "UTC")

    assert read_orders(database_url, *ORDER, *DOOR) == [
        (
            *("2002", OrderStatus.PENDING, "EUR", 2000),
            datetime(2026, 3, 1, 14, 5, tzinfo=UTC),
            *("Sample Street 2", "Wien", "1010", "AT"),
        )
    ]
    assert read_items(database_url) == [
        ("2002", "MUG", "Mug", 2, 999),
        ("2002", "STICKER", "Sticker", 3, None),
    ]


def test_magento(imported: Imported, database_url: str) -> None:
    imported("magento.csv", "--time-zone", "UTC", "--currency", "EUR")

    assert read_orders(database_url, *ORDER, *DOOR) == [
        (
            *("000000301", OrderStatus.PENDING, "EUR", 2498),
            datetime(2026, 3, 1, 14, 5, tzinfo=UTC),
            *("Sample Street 1", "Berlin", "10115", "DE"),
        )
    ]
    assert read_items(database_url) == [("000000301", "MUG", "Mug", 2, 999)]


def test_amazon(imported: Imported, database_url: str) -> None:
    imported("amazon.txt")

    assert read_orders(database_url, *ORDER, "delivery_method", "address.line2", *DOOR) == [
        (
            *("111-0000001-0000001", OrderStatus.PENDING, "USD", 2998),
            datetime(2026, 3, 1, 18, 50, 49, tzinfo=UTC),
            *(DeliveryMethod.EXPRESS, "Floor 2 Door 3"),
            *("1 Sample Street", "Boston", "02138", "US"),
        )
    ]
    assert read_items(database_url) == [
        ("111-0000001-0000001", "MUG", '19" Mug', 2, 999),
        ("111-0000001-0000001", "TEA", "Tea", 3, None),
    ]


def test_ebay(imported: Imported, database_url: str) -> None:
    imported("ebay.csv", "--time-zone", "America/New_York")

    assert read_orders(database_url, *ORDER, *DOOR) == [
        (
            *("12-00001-00001", OrderStatus.SHIPPED, "USD", 105799),
            datetime(2026, 3, 1, 5, tzinfo=UTC),
            *("1 Sample Street", "Boston", "02138", "US"),
        ),
        (
            *("12-00001-00002", OrderStatus.PENDING, "USD", 3500),
            datetime(2026, 3, 2, 5, tzinfo=UTC),
            *("2 Sample Street", "Leeds", "LS1 1BA", "GB"),
        ),
    ]
    assert read_items(database_url) == [
        ("12-00001-00001", "LAMP", "Lamp, brass", 1, 104599),
        ("12-00001-00002", "330000000002", "Mug", 2, 1000),
        ("12-00001-00002", "TEA", "Tea", 1, 1000),
    ]
    ((reference, carrier, number, *_),) = read_shipments(database_url)
    assert (reference, carrier) == ("12-00001-00001", "usps")
    assert number == "9400 1000 0000 0000 0000 00"


def test_etsy(imported: Imported, database_url: str) -> None:
    imported("etsy.csv", "--time-zone", "America/New_York")

    assert read_orders(database_url, *ORDER, *DOOR) == [
        (
            *("3001", OrderStatus.SHIPPED, "USD", 1300),
            datetime(2026, 3, 1, 5, tzinfo=UTC),
            *("1 Sample Street", "Boston", "02138", "US"),
        )
    ]
    assert read_items(database_url) == [
        ("3001", "FOX-1", "Fox | Greeting card", 2, 500),
        ("3001", "9002", "Fox | Sticker", 1, 300),
    ]


def test_odoo(imported: Imported, database_url: str) -> None:
    imported("odoo.csv", "--time-zone", "Europe/Berlin")

    assert read_orders(database_url, *ORDER, *DOOR) == [
        (
            *("S00021", OrderStatus.PENDING, "EUR", 2913),
            datetime(2026, 3, 1, 13, 5, tzinfo=UTC),
            *("Sample Street 1", "Berlin", "10115", "DE"),
        ),
        (
            *("S00022", OrderStatus.PENDING, "EUR", 2400),
            datetime(2026, 3, 2, 8, tzinfo=UTC),
            *("Sample Street 2", "Amsterdam", "1011 AB", "NL"),
        ),
    ]
    assert read_items(database_url) == [
        ("S00021", "MUG", "[MUG] Mug", 2, 999),
        ("S00021", "TEA", "[TEA] Tea", 1, 450),
        ("S00022", "LAMP", "[LAMP] Lamp", 1, 2400),
    ]


@pytest.mark.parametrize("shop", COPIES)
def test_a_shop_can_be_named_and_its_file_imported_again(
    shop: str, imported: Imported, database_url: str
) -> None:
    name, options = COPIES[shop]
    imported(name, *options)
    before = read_orders(database_url, *ORDER)

    said = imported(name, "--format", shop, *options)

    orders = "1 order" if len(before) == 1 else f"{len(before)} orders"
    assert said.endswith(f"{orders}: 0 new, {len(before)} already there, 0 rejected.\n")
    assert read_orders(database_url, *ORDER) == before
