"""A fake of the GraphQL API for the simulator's player."""

import re
from typing import Any

import httpx2
import orjson

from simulator.client import Client
from simulator.orders import OrderCreateInput

CALL = re.compile(r"(c\d+): (\w+)\(([^)]*)\)")


class FakeServer:
    """Keeps orders, shipments and events in memory, and validates nothing."""

    def __init__(self, orders: list[OrderCreateInput]) -> None:
        self.orders: list[dict[str, Any]] = []
        self.events: list[dict[str, Any]] = []
        self.commands: list[tuple[str, dict[str, Any]]] = []
        self.shipments: dict[str, dict[str, Any]] = {}
        for order in orders:
            self.add_order({**order})

    def client(self) -> Client:
        return Client("http://test/graphql", "key", transport=httpx2.MockTransport(self.answer))

    def add_order(self, order: dict[str, Any]) -> dict[str, Any]:
        tracking_id = f"WA-{len(self.orders) + 1:04d}"
        items = enumerate(order["items"])
        node = {
            "trackingId": tracking_id,
            "status": "PENDING",
            "placedAt": order["placedAt"],
            "deliveryMethod": order["deliveryMethod"],
            "destination": {
                name: order["shippingAddress"][name] for name in ("city", "region", "country")
            },
            "items": [
                {"id": f"{tracking_id}-{line}", "quantity": item["quantity"]}
                for line, item in items
            ],
            "shipments": [],
        }
        self.orders.append(node)
        return node

    def answer(self, request: httpx2.Request) -> httpx2.Response:
        body = orjson.loads(request.content)
        return httpx2.Response(200, json={"data": self._data(body["query"], body["variables"])})

    def _data(self, query: str, variables: dict[str, Any]) -> dict[str, Any]:
        if "RecordEvents" in query:
            self.events += variables["events"]
            results = [{"outcome": "RECORDED", "userErrors": []} for _ in variables["events"]]
            return {"trackingEventsRecord": {"results": results, "userErrors": []}}
        if "totalCount" in query:
            return {"orders": {"totalCount": len(self.orders)}}
        if "query Orders" in query:
            return {"orders": self._page(int(variables["after"] or 0), variables["first"])}
        if "query Order(" in query:
            return {"order": self._order(variables["trackingId"])}
        return {
            alias: self._run(field, arguments, variables)
            for alias, field, arguments in CALL.findall(query)
        }

    def _page(self, start: int, count: int) -> dict[str, Any]:
        has_more = start + count < len(self.orders)
        page = {"hasNextPage": has_more, "endCursor": str(start + count)}
        return {"nodes": self.orders[start : start + count], "pageInfo": page}

    def _order(self, tracking_id: str) -> dict[str, Any] | None:
        return next((order for order in self.orders if order["trackingId"] == tracking_id), None)

    def _run(self, field: str, arguments: str, variables: dict[str, Any]) -> dict[str, Any]:
        names = (pair.split(": $") for pair in arguments.split(", "))
        values = {name: variables[variable] for name, variable in names}
        self.commands.append((field, values))
        if field == "orderCreate":
            return {"order": self.add_order(values["input"]), "userErrors": []}
        order = self._order(values.get("trackingId", ""))
        if order and field == "orderConfirm":
            order["status"] = "CONFIRMED"
        if order and field == "orderCancel":
            order["status"] = "CANCELLED"
        if order and field == "shipmentCreate":
            return {"shipment": self._ship(order), "userErrors": []}
        if field == "shipmentPack":
            self.shipments[values["id"]]["status"] = "PACKED"
        if field == "shipmentDispatch":
            self.shipments[values["id"]] |= {
                "status": "PRE_TRANSIT",
                "carrier": values["input"]["carrier"],
                "trackingNumber": values["input"]["trackingNumber"],
            }
        return {"userErrors": []}

    def _ship(self, order: dict[str, Any]) -> dict[str, Any]:
        shipment_id = f"S{len(self.shipments)}"
        shipment = {"id": shipment_id, "status": "PENDING", "carrier": None, "trackingNumber": None}
        self.shipments[shipment_id] = shipment
        order["shipments"].insert(0, shipment)
        return shipment
