"""Writers that change orders through the API and record what the service acknowledged."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from random import Random
from time import monotonic
from typing import Any

import httpx2

from tests.faults.checker import ChangeReference, WriteHistory
from tests.faults.counters import Counters

REQUEST_SECONDS = 6.0
"""The timeout of a request: longer than a lock may block a write, and shorter than a fault may
last."""
RETRY_SECONDS = 0.1
WRITES_PER_ORDER = 40
"""After this number of writes a new order replaces an old one: each event makes the service derive
the order's status from all earlier events."""
ORDER_PAYLOAD = "order { trackingId sequence position } userErrors { code message }"
SHIPMENT_PAYLOAD = (
    "shipment { id order { trackingId sequence position } } userErrors { code message }"
)

CREATE_ORDER = f"""mutation ($input: OrderCreateInput!) {{
  orderCreate(input: $input) {{ {ORDER_PAYLOAD} }} }}"""
CONFIRM_ORDER = f"""mutation ($id: ID!) {{ orderConfirm(trackingId: $id) {{ {ORDER_PAYLOAD} }} }}"""
AMEND_ORDER = f"""mutation ($id: ID!, $input: OrderAmendInput!) {{
  orderAmend(trackingId: $id, input: $input) {{ {ORDER_PAYLOAD} }} }}"""
CREATE_SHIPMENT = f"""mutation ($id: ID!, $input: ShipmentCreateInput!) {{
  shipmentCreate(trackingId: $id, input: $input) {{ {SHIPMENT_PAYLOAD} }} }}"""
RECORD_EVENTS = """mutation ($input: TrackingEventsRecordInput!) {
  trackingEventsRecord(input: $input) {
  results { outcome event { order { trackingId sequence position } } userErrors { code message } }
  userErrors { code message } } }"""
EVENT_TYPES = (
    "PICKED_UP",
    "DEPARTED_FACILITY",
    "ARRIVED_FACILITY",
    "IN_TRANSIT",
    "OUT_FOR_DELIVERY",
    "DELIVERY_ATTEMPTED",
    "DAMAGED",
    "HELD",
    "DELAYED",
    "DELIVERED",
)

_pool_numbers = count(1)


@dataclass
class OpenOrder:
    """An order whose shipment takes tracking events."""

    tracking_id: str
    shipment_id: str
    position: int
    """The position of the order's newest change when its shipment was created."""
    writes: int = 0


@dataclass
class WriterPool:
    """The state that all writers share. Each call of `run` is one writer."""

    addresses: Sequence[str]
    headers: dict[str, str]
    counters: Counters
    rng: Random
    orders: list[OpenOrder] = field(default_factory=list)
    history: WriteHistory = field(default_factory=WriteHistory)
    acknowledged_at: dict[ChangeReference, float] = field(default_factory=dict)
    """The time of the answer that named the change, on the monotonic clock."""
    is_open: bool = True
    """Once this is False, each writer ends after its current write."""

    def __post_init__(self) -> None:
        self._name, self._numbers = f"writers {next(_pool_numbers)}", count(1)
        self._acknowledgement: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._http = httpx2.AsyncClient(headers=self.headers, timeout=REQUEST_SECONDS)

    async def close(self) -> None:
        await self._http.aclose()

    async def next_acknowledgement(self) -> None:
        """Wait until the service has acknowledged one more write."""
        await asyncio.shield(self._acknowledgement)

    async def run(self, interval: float) -> None:
        """Write about once per interval (seconds) until the pool is closed."""
        while self.is_open:
            await asyncio.sleep(interval * self.rng.uniform(0.5, 1.5))
            order = self.rng.choice(self.orders)
            order.writes += 1
            if order.writes == WRITES_PER_ORDER:
                self.orders[self.orders.index(order)] = await self.open_order()
            elif self.rng.random() < 0.15:
                await self._amend(order)
            else:
                await self.record_events(order, self.rng.choice((1, 1, 1, 2, 4)))

    async def open_order(self) -> OpenOrder:
        """Create and confirm an order and create its shipment."""
        write_id = self._new_write_id("order")
        order_input = {
            "idempotencyKey": write_id,
            "reference": write_id,
            "customer": {"name": "Customer 1"},
            "shippingAddress": {"line1": "Sample Street 1", "city": "Berlin", "country": "DE"},
            "items": [{"sku": "MUG", "name": "Mug", "quantity": 2}],
        }
        created = await self._mutate(CREATE_ORDER, "orderCreate", input=order_input)
        self.history.acknowledged_ids.add(write_id)
        tracking_id = created["order"]["trackingId"]
        await self._mutate(CONFIRM_ORDER, "orderConfirm", id=tracking_id)
        shipment_input = {"idempotencyKey": f"{write_id}, shipment"}
        payload = await self._mutate(
            CREATE_SHIPMENT, "shipmentCreate", id=tracking_id, input=shipment_input
        )
        shipment = payload["shipment"]
        return OpenOrder(tracking_id, shipment["id"], shipment["order"]["position"])

    async def record_events(
        self, order: OpenOrder, count: int = 1, server: str | None = None
    ) -> None:
        """Record new tracking events of the order's shipment; retries send the same events."""
        write_ids = [self._new_write_id("event") for _ in range(count)]
        events = [
            {
                "shipmentId": order.shipment_id,
                "type": self.rng.choice(EVENT_TYPES),
                "occurredAt": f"2026-01-{self.rng.randint(1, 28):02}T10:00:00Z",
                "sourceEventId": write_id,
            }
            for write_id in write_ids
        ]
        payload = await self._mutate(
            RECORD_EVENTS,
            "trackingEventsRecord",
            server=server,
            input={"source": "carrier", "events": events},
        )
        for write_id, result in zip(write_ids, payload["results"], strict=True):
            assert result["outcome"] in ("RECORDED", "DUPLICATE"), result
            self.history.acknowledged_ids.add(write_id)
            self._acknowledge(result["event"]["order"])

    async def _amend(self, order: OpenOrder) -> None:
        metadata = [{"key": "note", "value": self._new_name("note")}]
        order_input = {"metadata": metadata}
        await self._mutate(AMEND_ORDER, "orderAmend", id=order.tracking_id, input=order_input)

    def _new_write_id(self, kind: str) -> str:
        write_id = self._new_name(kind)
        self.history.attempted_ids.add(write_id)
        return write_id

    def _new_name(self, kind: str) -> str:
        return f"{self._name}, {kind} {next(self._numbers)}"

    async def _mutate(
        self, query: str, field: str, *, server: str | None = None, **variables: Any
    ) -> dict[str, Any]:
        """Send a mutation until a server answers, and return its payload.

        The mutations are idempotent, so a repeated one takes effect only once.
        """
        is_repeat = False
        while True:
            address = server or self.rng.choice(self.addresses)
            payload = await self._post(address, query, variables, field)
            if payload is not None:
                break
            self.counters.retries += 1
            is_repeat = True
            await asyncio.sleep(RETRY_SECONDS)
        codes = {error["code"] for error in payload["userErrors"]}
        # An earlier attempt, whose answer was lost, has confirmed the order already.
        assert not codes or (is_repeat and codes == {"ILLEGAL_TRANSITION"}), payload
        self.counters.acknowledged += 1
        self._acknowledgement.set_result(None)
        self._acknowledgement = asyncio.get_running_loop().create_future()
        subject = payload.get("shipment") or payload
        if subject.get("order"):
            self._acknowledge(subject["order"])
        return payload

    async def _post(
        self, address: str, query: str, variables: dict[str, Any], field: str
    ) -> dict[str, Any] | None:
        """Send a mutation once; return its payload, or None if its outcome is unknown."""
        body = {"query": query, "variables": variables}
        try:
            response = await self._http.post(f"http://{address}/graphql", json=body)
        except httpx2.TransportError as error:
            self.counters.failures[type(error).__name__] += 1
            return None
        answer = response.json()
        if "errors" in answer:  # The write may be committed although reading it back failed.
            self.counters.errors.update(error["extensions"]["code"] for error in answer["errors"])
            return None
        payload: dict[str, Any] = answer["data"][field]
        return payload

    def _acknowledge(self, order: dict[str, Any]) -> None:
        change = ChangeReference(order["position"], order["trackingId"], order["sequence"])
        self.history.acknowledged.append(change)
        self.acknowledged_at.setdefault(change, monotonic())
