"""Small values: ids, money, places, estimates, and where a carrier shows its own page."""

from datetime import datetime
from typing import Any
from urllib.parse import quote

from tests.plans.oracle.asking import Asking
from tests.plans.oracle.tables import Row, ordered

Value = dict[str, Any]
DECIMALS = {"EUR": 2, "USD": 2, "JPY": 0, "KWD": 3, "CLF": 4}
PAGES = {
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
PREFERRED_LAST = ("PREDICTION", "CARRIER", "OPERATOR")
NEWEST = 99
"""Of what carriers bring without a bound: the first, and so many of the newest."""


def node_id(row: Row, asking: Asking) -> str:
    return f"{NODE_NAMES[row.table]}_{row['id']}"


def money(minor: int | None, currency: str) -> Value | None:
    if minor is None:
        return None
    digits = DECIMALS[currency]
    text = str(minor).rjust(digits + 1, "0")
    amount = f"{text[:-digits]}.{text[-digits:]}" if digits else text
    return {"amount": amount, "currency": currency}


def total(order: Row, asking: Asking) -> Value | None:
    return money(order["total_minor"], order["currency"])


def unit_price(item: Row, asking: Asking) -> Value | None:
    order = asking.tables.find("Order", item["order_id"])
    assert order is not None
    return money(item["unit_price_minor"], order["currency"])


def destination(order: Row, asking: Asking) -> Value:
    return {name: order[f"destination_{name}"] for name in ("city", "region", "country")}


def current_estimate(row: Row, asking: Asking) -> Value | None:
    if row["estimate_latest"] is None:
        return None
    names = ("earliest", "latest", "source", "reason", "revised_at")
    return {name: row[f"estimate_{name}"] for name in names}


def estimates(shipment: Row, asking: Asking) -> list[Value]:
    """Oldest first; those that were taken back are not among them."""
    rows = asking.tables.where("Estimate", "shipment_id", shipment["id"])
    standing = [row for row in rows if not row["is_retracted"]]
    standing.sort(
        key=lambda row: (row["moment"], PREFERRED_LAST.index(row["source"]), row["tie_break"])
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
    """As a change of the log holds it."""

    def field(change: Row, asking: Asking) -> Value | None:
        logged = change["details"][name]
        if logged is None:
            return None
        times = ("earliest", "latest", "revised_at")
        return {**logged, **{one: datetime.fromisoformat(logged[one]) for one in times}}

    return field


def tracking_url(shipment: Row, asking: Asking) -> str | None:
    number = shipment["number_key"]
    if number is None or shipment["carrier"] not in PAGES:
        return None
    return PAGES[shipment["carrier"]] + quote(number, safe="")


def exceptions_of(name: str) -> Any:
    """Of an order or a shipment, newest first."""

    def field(row: Row, asking: Asking, status: list[str] | None = None) -> list[Row]:
        rows = asking.tables.where("OrderException", name, row["id"])
        wanted = [one for one in rows if status is None or one["status"] in status]
        newest = ordered(wanted, lambda one: one["opened_at"], is_descending=True)
        return [*newest[:NEWEST], *newest[NEWEST:][-1:]]

    return field
