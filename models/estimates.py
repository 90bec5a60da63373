"""Delivery estimates: every revision is stored, and one of them is current."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index

from database.columns import enum_column, new_id, time_column
from database.plain_model import PlainModel
from models.enums import EstimateSource
from models.orders import TEXT_LENGTH, Order
from models.shipments import Shipment


class Estimate(PlainModel):
    """One revision of an estimate.

    Revisions sort by `moment`, then source, then `tie_break`. The moment of an event's revision is
    its `occurred_at`, which for a date without a time is the start of that local day: an estimate
    that a person gives on that day is newer. `event_id` names the event, if one brought the
    revision.
    """

    id = fields.UUIDField(primary_key=True, default=new_id)
    shipment: fields.ForeignKeyRelation[Shipment] = fields.ForeignKeyField(
        "models.Shipment", related_name="estimates", db_index=False
    )
    shipment_id: UUID
    event_id: UUID | None = fields.UUIDField(null=True, db_index=True)
    source = enum_column(EstimateSource)
    earliest_at = time_column()
    latest_at = time_column()
    reason = fields.CharField(max_length=TEXT_LENGTH, null=True)
    moment = time_column()
    revised_at = time_column()
    tie_break = fields.CharField(max_length=64)
    is_retracted = fields.BooleanField(default=False)

    class Meta:
        table = "estimate"
        indexes = (Index(fields=["shipment_id", "moment", "tie_break"]),)


@dataclass(frozen=True, slots=True)
class Expectation:
    """The time at which a shipment or an order is expected, with its source."""

    earliest: datetime
    latest: datetime
    source: EstimateSource
    reason: str | None
    revised_at: datetime


PREFERENCE = (EstimateSource.PREDICTION, EstimateSource.CARRIER, EstimateSource.OPERATOR)


def current_estimate(
    estimates: Iterable[Estimate], promise: Expectation | None
) -> Expectation | None:
    """Return the newest estimate of carrier or operator; at the same moment the operator's wins.

    Without one it is the order's promise, and without a promise the newest prediction.
    """
    valid = valid_estimates(estimates)
    reported = [estimate for estimate in valid if estimate.source is not EstimateSource.PREDICTION]
    if reported:
        return expectation_from(reported[-1])
    return promise or (expectation_from(valid[-1]) if valid else None)


def first_estimate(estimates: Iterable[Estimate]) -> Estimate | None:
    valid = valid_estimates(estimates)
    return valid[0] if valid else None


def valid_estimates(estimates: Iterable[Estimate]) -> list[Estimate]:
    """Return the estimates that are not retracted, oldest first."""
    return sorted(
        (estimate for estimate in estimates if not estimate.is_retracted),
        key=lambda estimate: (
            estimate.moment,
            PREFERENCE.index(estimate.source),
            estimate.tie_break,
        ),
    )


def expectation_from(estimate: Estimate) -> Expectation:
    return Expectation(
        estimate.earliest_at,
        estimate.latest_at,
        estimate.source,
        estimate.reason,
        estimate.revised_at,
    )


def promise_of(order: Order) -> Expectation | None:
    if order.promised_at is None:
        return None
    promised_at, given_at = order.promised_at, order.promise_given_at
    return Expectation(promised_at, promised_at, EstimateSource.PROMISE, None, given_at)


def expectation_of(row: Shipment | Order) -> Expectation | None:
    if row.estimate_latest is None or row.estimate_earliest is None:
        return None
    if row.estimate_source is None or row.estimate_revised_at is None:
        return None
    return Expectation(
        row.estimate_earliest,
        row.estimate_latest,
        row.estimate_source,
        row.estimate_reason,
        row.estimate_revised_at,
    )


def set_expectation(row: Shipment | Order, expected: Expectation | None) -> None:
    row.estimate_earliest = None if expected is None else expected.earliest
    row.estimate_latest = None if expected is None else expected.latest
    row.estimate_source = None if expected is None else expected.source
    row.estimate_reason = None if expected is None else expected.reason
    row.estimate_revised_at = None if expected is None else expected.revised_at
