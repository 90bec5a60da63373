"""Shops that send webhooks: histories of an order, and a sender that signs and tries again."""

import copy
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import httpx2
import pytest
from pydantic import SecretStr

from models.enums.sources import SourceKind
from sources.readers import READERS
from sources.readings import ReadOrder
from sources.signatures import SCHEMES, signature_of

BODIES = Path(__file__).parent / "bodies"
SECRET = "secret of a shop"
TOPIC_HEADERS = {
    SourceKind.SHOPIFY: "x-shopify-topic",
    SourceKind.WOOCOMMERCE: "x-wc-webhook-topic",
}
DELIVERY_ID_HEADERS = {
    SourceKind.SHOPIFY: "x-shopify-webhook-id",
    SourceKind.WOOCOMMERCE: "x-wc-webhook-delivery-id",
}
TOPICS = {SourceKind.SHOPIFY: "orders/updated", SourceKind.WOOCOMMERCE: "order.updated"}
TIMES = {SourceKind.SHOPIFY: "updated_at", SourceKind.WOOCOMMERCE: "date_modified_gmt"}
STREETS = {SourceKind.SHOPIFY: "address1", SourceKind.WOOCOMMERCE: "address_1"}
ADDRESSES = {SourceKind.SHOPIFY: "shipping_address", SourceKind.WOOCOMMERCE: "shipping"}

Change = Callable[[dict[str, Any]], object]
every_kind = pytest.mark.parametrize("kind", list(SourceKind))


def read_order(kind: SourceKind) -> dict[str, Any]:
    """An ordinary order as the shop sends it."""
    order: dict[str, Any] = json.loads((BODIES / f"{kind.lower()}.json").read_text())
    return order


def encoded(order: object) -> bytes:
    return json.dumps(order).encode()


def reading_of(kind: SourceKind, order: object) -> ReadOrder:
    reading = READERS[kind](encoded(order), {TOPIC_HEADERS[kind]: TOPICS[kind]})
    assert isinstance(reading, ReadOrder), reading
    return reading


def changed_order(kind: SourceKind, **values: Any) -> dict[str, Any]:
    """The ordinary order with other values at its top."""
    return {**read_order(kind), **values}


def version_time(kind: SourceKind, number: int) -> str:
    """The time of a version, in the shop's own form."""
    zone = "+01:00" if kind is SourceKind.SHOPIFY else ""
    return f"2026-03-02T08:{number:02}:00{zone}"


def versions(kind: SourceKind, *changes: Change) -> list[dict[str, Any]]:
    """The order after each change, beginning with the order as it was placed."""
    order = read_order(kind)
    history = [copy.deepcopy(order)]
    for number, change in enumerate(changes, start=1):
        change(order)
        order[TIMES[kind]] = version_time(kind, number)
        history.append(copy.deepcopy(order))
    return history


def moves_to(kind: SourceKind, street: str) -> Change:
    """The customer changes the address."""

    def change(order: dict[str, Any]) -> None:
        order[ADDRESSES[kind]][STREETS[kind]] = street

    return change


def takes_out(kind: SourceKind, line: int, count: int) -> Change:
    """The shop takes pieces out of a line."""
    name = "current_quantity" if kind is SourceKind.SHOPIFY else "quantity"

    def change(order: dict[str, Any]) -> None:
        order["line_items"][line][name] -= count

    return change


def is_cancelled(kind: SourceKind) -> Change:
    """The shop cancels the order."""
    if kind is SourceKind.SHOPIFY:
        return lambda order: order.update(
            cancelled_at="2026-03-02T08:00:00+01:00", cancel_reason="customer"
        )
    return lambda order: order.update(status="cancelled")


@dataclass
class Shop:
    """The webhooks of a shop, which sends each body until it is answered with success."""

    kind: SourceKind
    http: httpx2.AsyncClient
    path: str
    secret: str = SECRET
    _numbers: "count[int]" = field(default_factory=lambda: count(1))

    def headers(self, body: bytes, **more: str) -> dict[str, str]:
        scheme = SCHEMES[self.kind]
        id_header = DELIVERY_ID_HEADERS[self.kind]
        return {
            "content-type": "application/json",
            TOPIC_HEADERS[self.kind]: TOPICS[self.kind],
            scheme.signature: signature_of(SecretStr(self.secret), body),
            id_header: f"delivery-{next(self._numbers)}",
            **more,
        }

    async def post(
        self, order: object, headers: Mapping[str, str] | None = None
    ) -> httpx2.Response:
        """Send an order, or a body as it is, once."""
        body = order if isinstance(order, bytes) else encoded(order)
        return await self.http.post(self.path, content=body, headers=headers or self.headers(body))

    async def send(self, order: object) -> None:
        """Send an order as the shop does: the same delivery again until it succeeds."""
        body = order if isinstance(order, bytes) else encoded(order)
        headers = self.headers(body)

        async def is_taken() -> bool:
            try:
                return (await self.post(body, headers)).is_success
            except httpx2.TransportError:
                return False

        while not await is_taken():
            pass
