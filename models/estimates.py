"""Delivery estimates: every revision is kept, one of them is current."""

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
    """One revision. `moment` orders them, `event_id` names the news that brought it, if any."""

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
    """When something is expected, and who says so."""

    earliest: datetime
    latest: datetime
    source: EstimateSource
    reason: str | None
    revised_at: datetime


PREFERENCE = (EstimateSource.PREDICTION, EstimateSource.CARRIER, EstimateSource.OPERATOR)


def current_estimate(
    estimates: Iterable[Estimate], promise: Expectation | None
) -> Expectation | None:
    """The newest by its own moment of carrier and operator, the operator's on a tie.

    Without one, the order's promise; a prediction only below that.
    """
    standing = in_order(estimates)
    spoken = [one for one in standing if one.source is not EstimateSource.PREDICTION]
    if spoken:
        return expectation(spoken[-1])
    return promise or (expectation(standing[-1]) if standing else None)


def first_estimate(estimates: Iterable[Estimate]) -> Estimate | None:
    standing = in_order(estimates)
    return standing[0] if standing else None


def in_order(estimates: Iterable[Estimate]) -> list[Estimate]:
    """Those that stand, oldest first."""
    return sorted(
        (one for one in estimates if not one.is_retracted),
        key=lambda one: (one.moment, PREFERENCE.index(one.source), one.tie_break),
    )


def expectation(estimate: Estimate) -> Expectation:
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
    promised, given = order.promised_at, order.promise_given_at
    return Expectation(promised, promised, EstimateSource.PROMISE, None, given)


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


def put_expectation(row: Shipment | Order, expected: Expectation | None) -> None:
    row.estimate_earliest = None if expected is None else expected.earliest
    row.estimate_latest = None if expected is None else expected.latest
    row.estimate_source = None if expected is None else expected.source
    row.estimate_reason = None if expected is None else expected.reason
    row.estimate_revised_at = None if expected is None else expected.revised_at
