"""Deliveries as senders make them."""

from typing import Any
from uuid import UUID

from intake.storage import ReceivedBody, store
from models.enums.intakes import ReceiverType

RECEIVER = UUID("01a20625-b6ae-74e2-ae13-6b75262c2ac7")


def build_delivery(**values: Any) -> ReceivedBody:
    defaults: dict[str, Any] = {
        "receiver_type": ReceiverType.SOURCE,
        "receiver_id": RECEIVER,
        "delivery_id": None,
        "headers": {"topic": "orders/create"},
        "body": b"{}",
    }
    return ReceivedBody(**{**defaults, **values})


async def make_intakes(*bodies: bytes) -> None:
    for body in bodies:
        assert await store(build_delivery(body=body))
