"""Builders of the drafts that the product's functions take, with every argument defaulted."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from models.enums import TrackingEventType
from tracking.drafts import AddressDraft, CustomerDraft, EventDraft, ItemDraft, OrderDraft

NOW = datetime.now(UTC).replace(microsecond=0)
"""The moment at which the tests were started: the product refuses events of the future."""


def ago(**duration: float) -> datetime:
    return NOW - timedelta(**duration)


def build_item_draft(**values: Any) -> ItemDraft:
    defaults = {"sku": "MUG", "name": "Mug", "quantity": 2, "unit_price": Decimal("9.99")}
    return ItemDraft(**{**defaults, **values})


def build_address_draft(**values: Any) -> AddressDraft:
    defaults = {
        "line1": "Sample Street 1",
        "city": "Berlin",
        "postal_code": "10115",
        "country": "DE",
    }
    return AddressDraft(**{**defaults, **values})


def build_customer_draft(**values: Any) -> CustomerDraft:
    return CustomerDraft(**{"name": "Customer 1", "email": "customer1@example.com", **values})


def build_order_draft(**values: Any) -> OrderDraft:
    defaults = {
        "customer": build_customer_draft(),
        "shipping_address": build_address_draft(),
        "items": [build_item_draft()],
        "currency": "EUR",
    }
    return OrderDraft(**{**defaults, **values})


def build_event_draft(type_: TrackingEventType, **values: Any) -> EventDraft:
    """The event happened an hour ago, unless a time is passed."""
    if "local_time" not in values:
        values.setdefault("occurred_at", ago(hours=1))
    return EventDraft(type=type_, **values)


def build_carrier_event_draft(
    type_: TrackingEventType, number: str = "1Z999AA1", **values: Any
) -> EventDraft:
    """The event names its shipment by `shipment_id` if that is passed, else by a number of UPS."""
    if "shipment_id" not in values:
        values |= {"carrier": "ups", "tracking_number": number}
    return build_event_draft(type_, **values)
