"""Exceptions: of orders and shipments, their notes, and filtered, ordered lists."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from uuid import UUID

from models.enums import ExceptionStatus
from models.exceptions import ExceptionNote, OrderException
from resolvers.filters import ExceptionFilter, exception_conditions
from resolvers.grouping import NEWEST, by_parent, in_order_of
from resolvers.ordering import Key, Ordering, by_id, timed, whole
from resolvers.pages import Page, Slice, read_slice


class ExceptionSort(StrEnum):
    OPENED_AT = "OPENED_AT"
    DUE_AT = "DUE_AT"
    SEVERITY = "SEVERITY"
    UPDATED_AT = "UPDATED_AT"


COLUMNS: Mapping[ExceptionSort, tuple[str, bool]] = {
    ExceptionSort.OPENED_AT: ("opened_at", False),
    ExceptionSort.DUE_AT: ("due_at", True),
    ExceptionSort.UPDATED_AT: ("updated_at", False),
}


def exception_ordering(
    sort: ExceptionSort = ExceptionSort.OPENED_AT, *, descending: bool = True
) -> Ordering:
    tag = f"{sort}{'-' if descending else '+'}"
    if sort is ExceptionSort.SEVERITY:
        keys = (Key("severity_rank", descending, parse=whole(16)), by_id(descending))
        return Ordering(tag, keys)
    column, is_nullable = COLUMNS[sort]
    return timed(tag, column, descending=descending, nullable=is_nullable)


async def list_exceptions(
    filter_: ExceptionFilter, ordering: Ordering, page: Page
) -> Slice[OrderException]:
    query = OrderException.filter(exception_conditions(filter_, datetime.now(UTC)))
    return await read_slice(query, ordering, page)


async def load_exceptions(ids: list[UUID]) -> list[OrderException | None]:
    return in_order_of(ids, await OrderException.filter(id__in=set(ids)))


async def load_exceptions_of_orders(order_ids: list[UUID]) -> list[list[OrderException]]:
    """Newest first; those of its shipments too."""
    rows = OrderException.filter(order_id__in=set(order_ids)).order_by("-opened_at", "-id")
    return by_parent(order_ids, await rows, "order_id")


async def load_exceptions_of_shipments(shipment_ids: list[UUID]) -> list[list[OrderException]]:
    """Newest first."""
    rows = OrderException.filter(shipment_id__in=set(shipment_ids)).order_by("-opened_at", "-id")
    return by_parent(shipment_ids, await rows, "shipment_id")


def shown(
    newest_first: Sequence[OrderException], status: Sequence[ExceptionStatus] | None
) -> list[OrderException]:
    """Those with one of these statuses, any if left out; of many the newest, and the first."""
    wanted = [one for one in newest_first if status is None or one.status in status]
    return wanted if len(wanted) <= NEWEST + 1 else [*wanted[:NEWEST], wanted[-1]]


async def load_notes(exception_ids: list[UUID]) -> list[list[ExceptionNote]]:
    """Oldest first."""
    rows = await ExceptionNote.filter(exception_id__in=set(exception_ids)).order_by(
        "created_at", "id"
    )
    return by_parent(exception_ids, rows, "exception_id")
