"""Commands as GraphQL mutations, several in one document."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from simulator.places import Place
from simulator.steps import (
    Cancel,
    Command,
    Confirm,
    CreateShipment,
    Dispatch,
    Estimate,
    Hold,
    Pack,
    ParcelCommand,
    Release,
)

USER_ERRORS = "userErrors { code message }"
ORDER_FIELDS = """
  id trackingId reference status placedAt deliveryMethod
  destination { city region country }
  items { id quantity }
  shipments { id status carrier trackingNumber }
"""

Arguments = dict[str, tuple[str, Any]]


@dataclass(frozen=True, slots=True)
class Operation:
    """A mutation field: its arguments with their GraphQL types, and the selection of its answer."""

    field: str
    arguments: Arguments
    selection: str = USER_ERRORS


def join(operations: Sequence[Operation]) -> tuple[str, dict[str, Any]]:
    """Return one document with all operations in order, named c0, c1 ..., and its variables."""
    variables: dict[str, Any] = {}
    declared, fields = [], []
    for index, operation in enumerate(operations):
        arguments = []
        for name, (kind, value) in operation.arguments.items():
            variable = f"v{len(variables)}"
            variables[variable] = value
            declared.append(f"${variable}: {kind}")
            arguments.append(f"{name}: ${variable}")
        call = f"{operation.field}({', '.join(arguments)})"
        fields.append(f"  c{index}: {call} {{ {operation.selection} }}")
    return f"mutation({', '.join(declared)}) {{\n" + "\n".join(fields) + "\n}", variables


def create_order(order_input: dict[str, Any]) -> Operation:
    """Return the mutation that places an order."""
    arguments = {"input": ("OrderCreateInput!", order_input)}
    return Operation("orderCreate", arguments, f"order {{ {ORDER_FIELDS} }} {USER_ERRORS}")


def order_operation(command: Command, tracking_id: str, at: datetime) -> Operation | None:
    """Return the mutation for a command on an order; None if the command is on a parcel."""
    arguments: Arguments = {"trackingId": ("ID!", tracking_id), "occurredAt": _moment(at)}
    match command:
        case Confirm():
            return Operation("orderConfirm", arguments)
        case Hold(reason=reason):
            return Operation("orderHold", {**arguments, "reason": ("String!", reason)})
        case Release():
            return Operation("orderRelease", arguments)
        case Cancel(reason=reason):
            return Operation("orderCancel", {**arguments, "reason": ("String!", reason)})
        case CreateShipment():
            values = {"trackingId": arguments["trackingId"], "input": _shipment(command, at)}
            return Operation("shipmentCreate", values, f"shipment {{ id }} {USER_ERRORS}")
        case _:
            return None


def parcel_operation(command: ParcelCommand, shipment_id: str, at: datetime) -> Operation | None:
    """Return the mutation for a command on a parcel that exists."""
    match command:
        case Pack():
            return Operation(
                "shipmentPack", {"id": ("ID!", shipment_id), "occurredAt": _moment(at)}
            )
        case Dispatch():
            values = {"id": ("ID!", shipment_id), "input": _dispatch(command, at)}
            return Operation("shipmentDispatch", values)
        case _:
            return None


def estimate_input(estimate: Estimate | None) -> dict[str, Any] | None:
    """Return the API's EstimateInput."""
    if estimate is None:
        return None
    return {
        "earliest": moment_text(estimate.earliest),
        "latest": moment_text(estimate.latest),
        "reason": estimate.reason,
    }


def location_input(place: Place | None, name: str | None = None) -> dict[str, Any] | None:
    """Return the API's LocationInput."""
    if place is None:
        return None
    return {
        "name": name,
        "city": place.city,
        "region": place.region,
        "postalCode": place.postal_code,
        "country": place.country,
        "latitude": place.latitude,
        "longitude": place.longitude,
    }


def moment_text(moment: datetime) -> str:
    """Return RFC 3339 in UTC, with milliseconds unless it is a whole second."""
    digits = "milliseconds" if moment.microsecond else "seconds"
    return moment.astimezone(UTC).isoformat(timespec=digits).replace("+00:00", "Z")


def _moment(at: datetime) -> tuple[str, str]:
    return "DateTime", moment_text(at)


def _shipment(command: CreateShipment, at: datetime) -> tuple[str, dict[str, Any]]:
    return "ShipmentCreateInput!", {
        "items": [{"itemId": item.id, "quantity": item.quantity} for item in command.items],
        "origin": location_input(command.origin, f"Warehouse {command.origin.city}"),
        "occurredAt": moment_text(at),
        "idempotencyKey": command.idempotency_key,
    }


def _dispatch(command: Dispatch, at: datetime) -> tuple[str, dict[str, Any]]:
    return "ShipmentDispatchInput!", {
        "carrier": command.carrier,
        "trackingNumber": command.tracking_number,
        "service": command.service,
        "estimate": estimate_input(command.estimate),
        "occurredAt": moment_text(at),
    }
