"""The sender, which carries out the steps of journeys on a server."""

import asyncio
from datetime import UTC, datetime
from typing import Any

from simulator.batches import CommandQueue, EventBasket
from simulator.client import Client
from simulator.known_orders import KnownOrder
from simulator.news import event_input
from simulator.operations import Operation, order_operation, parcel_operation
from simulator.steps import CarrierEvent, Command, CreateShipment, Dispatch, Pack, Step


class Sender:
    """Sends commands and waits for their answers; collects events, which are sent in batches."""

    def __init__(self, client: Client, group: asyncio.TaskGroup, concurrency: int) -> None:
        self.client = client
        self.basket = EventBasket(client)
        self._commands = CommandQueue(client, group, concurrency)

    async def perform(self, order: KnownOrder, step: Step) -> None:
        """Carry out one step of an order's journey, with the step's own time."""
        if isinstance(step.act, CarrierEvent):
            shipment_id = order.shipment_ids.get(step.act.parcel)
            news = event_input(step.act, step.at, shipment_id, datetime.now(UTC))
            if news:
                await self.basket.add(news)
            return
        operation = _operation(order, step.act, step.at)
        payload = await self._commands.run(operation) if operation else None
        if isinstance(step.act, CreateShipment) and payload and payload["shipment"]:
            order.shipment_ids[step.act.parcel] = payload["shipment"]["id"]

    async def run(self, operation: Operation) -> dict[str, Any] | None:
        """Run an operation and return its payload, if it has one."""
        return await self._commands.run(operation)


def _operation(order: KnownOrder, command: Command, at: datetime) -> Operation | None:
    """Return the mutation of a command; None if its parcel could not be created."""
    if isinstance(command, Pack | Dispatch):
        shipment_id = order.shipment_ids.get(command.parcel)
        return parcel_operation(command, shipment_id, at) if shipment_id else None
    return order_operation(command, order.placed.tracking_id, at)
