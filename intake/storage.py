"""The storage of received bodies: each once, and committed before it is answered."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from tortoise.expressions import Q

from database.clock import database_now, measure_clock
from database.connections import connection, is_postgres, transaction
from database.retries import with_retries
from models.enums.intakes import IntakeState, ReceiverType
from models.intakes import WAITS_ANEW, Intake

REPEATED_HOURS = 24
"""Hours within which the same body counts as a repeat: senders that give deliveries no id try again
for some hours, and a body that comes later may say anew what meanwhile was otherwise."""
REPEATED_WITHIN = timedelta(hours=REPEATED_HOURS)
MAXIMUM_WAITING = 100_000
"""Bodies of a receiver that wait to be read: some hours of a large shop. More are refused, and the
sender tries again."""


class IntakeFull(Exception):
    """Too many bodies of the receiver wait to be read."""


@dataclass(frozen=True, slots=True)
class ReceivedBody:
    """A body that a sender has delivered, with the headers that its reader needs.

    `delivery_id` is the sender's own id of the delivery, which is the same when it tries again.
    """

    receiver_type: ReceiverType
    receiver_id: UUID
    delivery_id: str | None
    headers: Mapping[str, str]
    body: bytes


async def store(delivery: ReceivedBody) -> bool:
    """Store and commit a delivery; return False if it was stored before.

    What it repeats may have failed: then it is read again, as it came now.

    Raises Unavailable, and IntakeFull.
    """
    digest = hashlib.sha256(delivery.body).hexdigest()
    return await with_retries(partial(_store, delivery, digest))


async def _store(delivery: ReceivedBody, digest: str) -> bool:
    await measure_clock()
    now = database_now()
    async with transaction():
        await _lock(f"{delivery.receiver_id}:{digest}")
        repeated = await _repeated(delivery, digest, now)
        if repeated is not None and repeated.state is not IntakeState.FAILED:
            return False
        waiting = Intake.filter(receiver_id=delivery.receiver_id, state=IntakeState.RECEIVED)
        if await waiting.offset(MAXIMUM_WAITING - 1).limit(1).values_list("id"):
            raise IntakeFull
        content: dict[str, Any] = {
            "body_digest": digest,
            "headers": dict(delivery.headers),
            "body": delivery.body,
            "received_at": now,
            **WAITS_ANEW,
            "due_at": now,
        }
        if repeated is not None:
            await Intake.filter(id=repeated.id).update(**content)
        else:
            await Intake.create(
                receiver_type=delivery.receiver_type,
                receiver_id=delivery.receiver_id,
                delivery_id=delivery.delivery_id,
                **content,
            )
    return True


async def _repeated(delivery: ReceivedBody, digest: str, now: datetime) -> Intake | None:
    """Return what the delivery repeats, None if it is new. One that has not failed comes first."""
    alike = Q(body_digest=digest, received_at__gt=now - REPEATED_WITHIN)
    if delivery.delivery_id is not None:
        alike |= Q(delivery_id=delivery.delivery_id)
    sent = Intake.filter(alike, receiver_id=delivery.receiver_id)
    found = await sent.only("id", "state", "received_at").order_by("-received_at")
    return min(found, key=lambda row: row.state is IntakeState.FAILED, default=None)


async def _lock(name: str) -> None:
    """Let others who store the same body wait for this transaction; SQLite has one writer."""
    if is_postgres():
        await connection().execute_query(
            "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", [name]
        )
