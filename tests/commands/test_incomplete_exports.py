"""A file of a shop that makes no orders is named, with what it lacks."""

from pathlib import Path

import pytest

from tests.commands.conftest import RunCommand
from tests.commands.stored_orders import read_orders

EXPORTS = Path(__file__).parent / "shop_exports"
INCOMPLETE = {
    "ID,Purchase Point,Purchase Date,Bill-to Name,Ship-to Name,Grand Total (Base)": (
        "This is Magento's grid of orders, which has neither items nor countries"
    ),
    "Sale Date,Order ID,Buyer User ID,Full Name,Number of Items,Currency": (
        "This is Etsy's file of orders, which has no items: download Order Items."
    ),
    "Date,Order #,Status,Customer,Product(s),Items sold": (
        "This is the report of WooCommerce's analytics"
    ),
    "amazon-order-id\tmerchant-order-id\tpurchase-date\tlast-updated-date\torder-status": (
        "This is Amazon's report of all orders, which has no addresses"
    ),
    "Name,Lineitem name,Lineitem quantity": (
        "Read as Shopify, it lacks columns: customer_name (Billing Name or Shipping Name or Email),"
        " address_line1 (Shipping Address1 or Shipping Street),"
    ),
}


@pytest.mark.parametrize("header", INCOMPLETE)
def test_an_export_that_makes_no_orders_is_named(
    header: str, run: RunCommand, tmp_path: Path
) -> None:
    file = tmp_path / "orders.csv"
    file.write_text(f"{header}\n")

    result = run("import", file)

    assert result.exit_code == 2
    assert f"Error: {file} cannot be read: {INCOMPLETE[header]}" in result.stderr


def test_amounts_without_a_currency_are_not_taken_for_dollars(
    run: RunCommand, database_url: str
) -> None:
    result = run("import", EXPORTS / "magento.csv", "--time-zone", "UTC", "--rejects", "-")

    assert result.exit_code == 2
    assert "say --currency, like --currency EUR." in result.stderr
    assert read_orders(database_url, "reference") == []
