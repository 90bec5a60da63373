"""The baseline: a hand-written program that records events durably and does nothing else.

It writes the same rows to the same tables as the service: in one transaction per call it inserts
the events, locks and updates the shipments and their orders, and appends the changes through the
log's head. It validates nothing, derives no status from earlier events, knows no exceptions,
estimates, retractions or late events, and notifies its subscribers from memory.
"""

import asyncio
import hashlib
import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
import orjson
import uuid_utils.compat
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

SHIPMENT_STATUS = {"PICKED_UP": "IN_TRANSIT", "OUT_FOR_DELIVERY": "OUT_FOR_DELIVERY"}
ORDER_STATUS = {"IN_TRANSIT": "SHIPPED", "OUT_FOR_DELIVERY": "OUT_FOR_DELIVERY"}
LOCK_SHIPMENTS = """
SELECT s.id, s.order_id, s.number_key, s.status, o.sequence
FROM shipment s JOIN orders o ON o.id = s.order_id
WHERE s.number_key = ANY($1) ORDER BY o.id FOR UPDATE OF o
"""
INSERT_EVENTS = """
INSERT INTO tracking_event
SELECT * FROM jsonb_populate_recordset(NULL::tracking_event, $1::jsonb) ON CONFLICT DO NOTHING
"""
UPDATE_SHIPMENTS = """
UPDATE shipment s SET status = n.status, last_event_id = n.event, updated_at = $4
FROM unnest($1::uuid[], $2::text[], $3::uuid[]) AS n(id, status, event) WHERE s.id = n.id
"""
UPDATE_ORDERS = """
UPDATE orders o SET status = n.status, sequence = n.sequence, last_event_id = n.event,
  updated_at = $5
FROM unnest($1::uuid[], $2::text[], $3::int[], $4::uuid[]) AS n(id, status, sequence, event)
WHERE o.id = n.id
"""
APPEND_CHANGES = """
WITH head AS (UPDATE log_head SET position = position + $1 WHERE id = 1 RETURNING position)
INSERT INTO change (position, order_id, sequence, kind, shipment_id, event_id, previous, status,
  occurred_at, recorded_at, actor, country, carrier, event_type)
SELECT head.position - $1 + c.position, c.order_id, c.sequence, c.kind, c.shipment_id, c.event_id,
  c.previous, c.status, c.occurred_at, c.recorded_at, c.actor, c.country, c.carrier, c.event_type
FROM head, jsonb_populate_recordset(NULL::change, $2::jsonb) AS c
"""


class EventBatch:
    """The rows to write for the events of one call."""

    def __init__(self, shipments: list[asyncpg.Record], source: str) -> None:
        self.now = datetime.now(UTC)
        self.source = source
        self.shipments = {row["number_key"]: dict(row) for row in shipments}
        self.events: list[dict[str, Any]] = []
        self.changes: list[dict[str, Any]] = []

    def add(self, event: dict[str, Any]) -> None:
        shipment: dict[str, Any] = self.shipments[event["trackingNumber"]]
        event_id = shipment["event"] = uuid_utils.compat.uuid7()
        self.events.append(self._event_row(event_id, shipment, event))
        self._add_change(
            shipment, event, "EVENT_RECORDED", event_id=event_id, event_type=event["type"]
        )
        status = SHIPMENT_STATUS.get(event["type"]) or shipment["status"]
        if status != shipment["status"]:
            previous, shipment["status"] = shipment["status"], status
            self._add_change(shipment, event, "SHIPMENT_STATUS", previous=previous, status=status)
            self._add_change(shipment, event, "ORDER_STATUS", status=ORDER_STATUS[status])

    def _event_row(
        self, event_id: UUID, shipment: dict[str, Any], event: dict[str, Any]
    ) -> dict[str, Any]:
        identity = f"{self.source}:{event['sourceEventId']}"
        return {
            "id": event_id,
            "order_id": shipment["order_id"],
            "shipment_id": shipment["id"],
            "carrier": event["carrier"],
            "number_key": event["trackingNumber"],
            "type": event["type"],
            "classifier": "ACTUAL",
            "occurred_at": event["occurredAt"],
            "moment": event["occurredAt"],
            "rank": 5,
            "time_zone_source": "OFFSET",
            "precision": "SECOND",
            "recorded_at": self.now,
            "location": event["location"],
            "description": event["description"],
            "source": self.source,
            "source_event_id": event["sourceEventId"],
            "carrier_code": event["carrierCode"],
            "fingerprint": hashlib.sha256(identity.encode()).hexdigest(),
            "copy_number": 0,
        }

    def _add_change(
        self, shipment: dict[str, Any], event: dict[str, Any], kind: str, **details: Any
    ) -> None:
        shipment["sequence"] += 1
        self.changes.append(
            {
                "position": len(self.changes) + 1,
                "order_id": shipment["order_id"],
                "sequence": shipment["sequence"],
                "kind": kind,
                "shipment_id": shipment["id"],
                "occurred_at": event["occurredAt"],
                "recorded_at": self.now,
                "actor": self.source,
                "country": "DE",
                "carrier": event["carrier"],
                **details,
            }
        )

    async def write(self, connection: asyncpg.Connection) -> None:
        rows = self.shipments.values()
        ids, orders = [row["id"] for row in rows], [row["order_id"] for row in rows]
        statuses, events = [row["status"] for row in rows], [row["event"] for row in rows]
        order_statuses = [ORDER_STATUS.get(status, "CONFIRMED") for status in statuses]
        sequences = [row["sequence"] for row in rows]
        await connection.execute(INSERT_EVENTS, as_json(self.events))
        await connection.execute(UPDATE_SHIPMENTS, ids, statuses, events, self.now)
        await connection.execute(UPDATE_ORDERS, orders, order_statuses, sequences, events, self.now)
        await connection.execute(APPEND_CHANGES, len(self.changes), as_json(self.changes))


def as_json(rows: list[dict[str, Any]]) -> str:
    return orjson.dumps(rows, default=str).decode()


async def record(request: Request) -> Response:
    variables = orjson.loads(await request.body())["variables"]
    numbers = list({event["trackingNumber"] for event in variables["events"]})
    async with request.app.state.pool.acquire() as connection, connection.transaction():
        shipments = await connection.fetch(LOCK_SHIPMENTS, numbers)
        batch = EventBatch(shipments, variables["source"])
        for event in variables["events"]:
            batch.add(event)
        await batch.write(connection)
    for event in variables["events"]:
        notify(request.app.state.subscribers, event["carrierCode"])
    results = [{"outcome": "RECORDED", "userErrors": []} for _ in variables["events"]]
    payload = {"results": results, "userErrors": []}
    return Response(
        orjson.dumps({"data": {"trackingEventsRecord": payload}}), media_type="application/json"
    )


def notify(subscribers: set[asyncio.Queue[str]], code: str) -> None:
    if subscribers:
        change = {"__typename": "TrackingEventRecorded", "event": {"carrierCode": code}}
        payload = {"data": {"changes": change}}
        text = orjson.dumps({"id": "1", "type": "next", "payload": payload}).decode()
        for subscriber in subscribers:
            subscriber.put_nowait(text)


async def subscribe(socket: WebSocket) -> None:
    await socket.accept(subprotocol="graphql-transport-ws")
    queue: asyncio.Queue[str] = asyncio.Queue()
    await socket.receive_text()
    await socket.send_text('{"type":"connection_ack"}')
    await socket.receive_text()
    socket.app.state.subscribers.add(queue)
    try:
        while True:
            await socket.send_text(await queue.get())
    except WebSocketDisconnect:
        pass
    finally:
        socket.app.state.subscribers.discard(queue)


async def is_ready(_request: Request) -> Response:
    return Response()


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncGenerator[None, None]:
    app.state.subscribers = set()
    async with asyncpg.create_pool(os.environ["WHEREABOUTS_DATABASE_URL"], max_size=10) as pool:
        app.state.pool = pool
        yield


app = Starlette(
    routes=[
        Route("/graphql", record, methods=["POST"]),
        WebSocketRoute("/graphql", subscribe),
        Route("/readyz", is_ready),
    ],
    lifespan=lifespan,
)

if __name__ == "__main__":
    uvicorn.run(
        app,
        port=int(os.environ["WHEREABOUTS_PORT"]),
        access_log=False,
        log_level="warning",
        timeout_graceful_shutdown=1,
    )
