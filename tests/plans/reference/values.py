"""Resolvers of small values: ids, money, places, estimates and links to carriers' pages."""

from datetime import datetime
from typing import Any
from urllib.parse import quote

from tests.plans.reference.context import Context
from tests.plans.reference.tables import Row, ordered

Value = dict[str, Any]
DECIMALS = {"EUR": 2, "USD": 2, "JPY": 0, "KWD": 3, "CLF": 4}
CARRIER_PAGES = {
    "ups": "https://www.ups.com/track?tracknum=",
    "dhl_express": "https://www.dhl.com/en/express/tracking.html?AWB=",
    "royal_mail": "https://www.royalmail.com/track-your-item#/tracking-results/",
}
NODE_NAMES = {
    "Order": "order",
    "OrderItem": "item",
    "Customer": "customer",
    "Shipment": "shipment",
    "TrackingEvent": "event",
    "OrderException": "exception",
}
SOURCE_PRECEDENCE = ("PREDICTION", "CARRIER", "OPERATOR")
NEWEST = 99
"""Lists that carriers can extend without bound show the first row and this many newest ones."""


def node_id(row: Row, context: Context) -> str:
    return f"{NODE_NAMES[row.table]}_{row['id']}"


def money(minor: int | None, currency: str) -> Value | None:
    if minor is None:
        return None
    digits = DECIMALS[currency]
    text = str(minor).rjust(digits + 1, "0")
    amount = f"{text[:-digits]}.{text[-digits:]}" if digits else text
    return {"amount": amount, "currency": currency}


def total(order: Row, context: Context) -> Value | None:
    return money(order["total_minor"], order["currency"])


def unit_price(item: Row, context: Context) -> Value | None:
    order = context.tables.find("Order", item["order_id"])
    assert order is not None
    return money(item["unit_price_minor"], order["currency"])


def destination(order: Row, context: Context) -> Value:
    return {name: order[f"destination_{name}"] for name in ("city", "region", "country")}


def current_estimate(row: Row, context: Context) -> Value | None:
    if row["estimate_latest"] is None:
        return None
    names = ("earliest", "latest", "source", "reason", "revised_at")
    return {name: row[f"estimate_{name}"] for name in names}


def estimates(shipment: Row, context: Context) -> list[Value]:
    """The shipment's estimates, oldest first, without the retracted ones."""
    rows = context.tables.where("Estimate", "shipment_id", shipment["id"])
    standing = [row for row in rows if not row["is_retracted"]]
    standing.sort(
        key=lambda row: (row["moment"], SOURCE_PRECEDENCE.index(row["source"]), row["tie_break"])
    )
    shown = [*standing[:1], *standing[1:][-NEWEST:]]
    return [
        {
            "earliest": row["earliest_at"],
            "latest": row["latest_at"],
            "source": row["source"],
            "reason": row["reason"],
            "revised_at": row["revised_at"],
        }
        for row in shown
    ]


def logged_estimate(name: str) -> Any:
    """The resolver of an estimate that is stored in a change of the log."""

    def resolve(change: Row, context: Context) -> Value | None:
        logged = change["details"][name]
        if logged is None:
            return None
        times = ("earliest", "latest", "revised_at")
        return {**logged, **{time: datetime.fromisoformat(logged[time]) for time in times}}

    return resolve


def tracking_url(shipment: Row, context: Context) -> str | None:
    number = shipment["number_key"]
    if number is None or shipment["carrier"] not in CARRIER_PAGES:
        return None
    return CARRIER_PAGES[shipment["carrier"]] + quote(number, safe="")


def exceptions_of(name: str) -> Any:
    """The resolver of the exceptions of an order or a shipment, newest first."""

    def resolve(row: Row, context: Context, status: list[str] | None = None) -> list[Row]:
        rows = context.tables.where("OrderException", name, row["id"])
        selected = [row for row in rows if status is None or row["status"] in status]
        newest = ordered(selected, lambda row: row["opened_at"], is_descending=True)
        return [*newest[:NEWEST], *newest[NEWEST:][-1:]]

    return resolve
