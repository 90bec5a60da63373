"""The shop: writes through the API, and notes what was acknowledged."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from random import Random
from time import monotonic
from typing import Any

import httpx2

from tests.faults.checker import Receipt, Written
from tests.faults.counters import Tally

ANSWER_SECONDS = 6.0
"""For one request: longer than a write may be held up by a lock, shorter than a fault may last."""
AGAIN_SECONDS = 0.1
ACTS_OF_AN_ORDER = 40
"""Then another order takes its place: each event folds all those before it."""
PAYLOAD = "order { trackingId sequence position } userErrors { code message }"
OF_SHIPMENT = f"shipment {{ id {PAYLOAD.split(' userErrors')[0]} }} userErrors {{ code message }}"

CREATE = (
    f"""mutation ($input: OrderCreateInput!) {{ orderCreate(input: $input) {{ {PAYLOAD} }} }}"""
)
CONFIRM = f"""mutation ($id: ID!) {{ orderConfirm(trackingId: $id) {{ {PAYLOAD} }} }}"""
AMEND = f"""mutation ($id: ID!, $input: OrderAmendInput!) {{
  orderAmend(trackingId: $id, input: $input) {{ {PAYLOAD} }} }}"""
SHIP = f"""mutation ($id: ID!, $input: ShipmentCreateInput!) {{
  shipmentCreate(trackingId: $id, input: $input) {{ {OF_SHIPMENT} }} }}"""
TELL = """mutation ($input: TrackingEventsRecordInput!) { trackingEventsRecord(input: $input) {
  results { outcome event { order { trackingId sequence position } } userErrors { code message } }
  userErrors { code message } } }"""
NEWS = ("PICKED_UP", "DEPARTED_FACILITY", "ARRIVED_FACILITY", "IN_TRANSIT", "OUT_FOR_DELIVERY",
        "DELIVERY_ATTEMPTED", "DAMAGED", "HELD", "DELAYED", "DELIVERED")  # fmt: skip


_shops = count(1)


@dataclass
class KnownOrder:
    """An order that is open: news of its shipment can be told."""

    tracking_id: str
    shipment_id: str
    position: int
    """Of its newest change when it was opened."""
    acts: int = 0


@dataclass
class Shop:
    """All that its writers share. `run` is one writer."""

    addresses: Sequence[str]
    headers: dict[str, str]
    tally: Tally
    chance: Random
    orders: list[KnownOrder] = field(default_factory=list)
    written: Written = field(default_factory=Written)
    acknowledged_at: dict[Receipt, float] = field(default_factory=dict)
    """When the answer that named this change came: not before it could be told."""
    is_open: bool = True
    """Once it is closed, each writer ends with what it is at."""

    def __post_init__(self) -> None:
        self._name, self._numbers = f"shop {next(_shops)}", count(1)
        self._answer: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._http = httpx2.AsyncClient(headers=self.headers, timeout=ANSWER_SECONDS)

    async def close(self) -> None:
        await self._http.aclose()

    async def next_answer(self) -> None:
        """Wait until one more write was acknowledged."""
        await asyncio.shield(self._answer)

    async def run(self, pause: float) -> None:
        while self.is_open:
            await asyncio.sleep(pause * self.chance.uniform(0.5, 1.5))
            order = self.chance.choice(self.orders)
            order.acts += 1
            if order.acts == ACTS_OF_AN_ORDER:
                self.orders[self.orders.index(order)] = await self.open_order()
            elif self.chance.random() < 0.15:
                await self._amend(order)
            else:
                await self.tell(order, self.chance.choice((1, 1, 1, 2, 4)))

    async def open_order(self) -> KnownOrder:
        mark = self._mark("order")
        draft = {
            "idempotencyKey": mark,
            "reference": mark,
            "customer": {"name": "Customer 1"},
            "shippingAddress": {"line1": "Sample Street 1", "city": "Berlin", "country": "DE"},
            "items": [{"sku": "MUG", "name": "Mug", "quantity": 2}],
        }
        created = await self._act(CREATE, "orderCreate", input=draft)
        self.written.marks[mark] += 1
        tracking_id = created["order"]["trackingId"]
        await self._act(CONFIRM, "orderConfirm", id=tracking_id)
        shipped = await self._act(
            SHIP, "shipmentCreate", id=tracking_id, input={"idempotencyKey": f"{mark}, shipped"}
        )
        shipment = shipped["shipment"]
        return KnownOrder(tracking_id, shipment["id"], shipment["order"]["position"])

    async def tell(self, order: KnownOrder, events: int = 1, server: str | None = None) -> None:
        """News of the order's shipment; the same news however often it has to be sent."""
        marks = [self._mark("event") for _ in range(events)]
        news = [
            {
                "shipmentId": order.shipment_id,
                "type": self.chance.choice(NEWS),
                "occurredAt": f"2026-01-{self.chance.randint(1, 28):02}T10:00:00Z",
                "sourceEventId": mark,
            }
            for mark in marks
        ]
        told = {"source": "carrier", "events": news}
        answer = await self._act(TELL, "trackingEventsRecord", server=server, input=told)
        for mark, result in zip(marks, answer["results"], strict=True):
            assert result["outcome"] in ("RECORDED", "DUPLICATE"), result
            self.written.marks[mark] += 1
            self._acknowledge(result["event"]["order"])

    async def _amend(self, order: KnownOrder) -> None:
        note = {"metadata": [{"key": "note", "value": self._mark("note")}]}
        await self._act(AMEND, "orderAmend", id=order.tracking_id, input=note)

    def _mark(self, kind: str) -> str:
        mark = f"{self._name}, {kind} {next(self._numbers)}"
        if kind != "note":
            self.written.tried.add(mark)
        return mark

    async def _act(
        self, document: str, field: str, *, server: str | None = None, **variables: Any
    ) -> dict[str, Any]:
        """The payload of an act, asked for until somebody answers. What was done, was done once."""
        is_repeat = False
        while True:
            address = server or self.chance.choice(self.addresses)
            payload = await self._ask(address, document, variables, field)
            if payload is not None:
                break
            self.tally.retries += 1
            is_repeat = True
            await asyncio.sleep(AGAIN_SECONDS)
        refused = {error["code"] for error in payload["userErrors"]}
        # Confirmed already, by an attempt whose answer was lost.
        assert not refused or (is_repeat and refused == {"ILLEGAL_TRANSITION"}), payload
        self.tally.acknowledged += 1
        self._answer.set_result(None)
        self._answer = asyncio.get_running_loop().create_future()
        subject = payload.get("shipment") or payload
        if subject.get("order"):
            self._acknowledge(subject["order"])
        return payload

    async def _ask(
        self, address: str, document: str, variables: dict[str, Any], field: str
    ) -> dict[str, Any] | None:
        """None: nobody knows what became of it."""
        body = {"query": document, "variables": variables}
        try:
            response = await self._http.post(f"http://{address}/graphql", json=body)
        except httpx2.TransportError as error:
            self.tally.failures[type(error).__name__] += 1
            return None
        answer = response.json()
        if "errors" in answer:  # perhaps it was done, and could not be read back
            self.tally.errors.update(error["extensions"]["code"] for error in answer["errors"])
            return None
        payload: dict[str, Any] = answer["data"][field]
        return payload

    def _acknowledge(self, order: dict[str, Any]) -> None:
        receipt = Receipt(order["position"], order["trackingId"], order["sequence"])
        self.written.acknowledged.append(receipt)
        self.acknowledged_at.setdefault(receipt, monotonic())
