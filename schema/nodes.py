"""Nodes: things by id, each if the viewer may see it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from strawberry.dataloader import DataLoader

from auth import Audience
from models.node_ids import NodeType, parse_node_id
from schema.context import Context

AUDIENCES = {
    NodeType.ORDER: Audience.STAFF,
    NodeType.CUSTOMER: Audience.PERSONAL,
    NodeType.SHIPMENT: Audience.STAFF,
    NodeType.EVENT: Audience.STAFF,
    NodeType.EXCEPTION: Audience.STAFF,
}
"""Who may look up what by its id. What is not named here is no node."""


async def load_nodes(ids: Sequence[str], context: Context) -> list[Any]:
    """In the order of the ids; None for what does not exist, and for what is not to be seen."""
    parsed = [parse_node_id(one) for one in ids]
    wanted = [one if one is not None and _may_see(one[0], context) else None for one in parsed]
    found = await _load(wanted, context)
    return [None if one is None else found.get(one) for one in wanted]


def _may_see(type_: NodeType, context: Context) -> bool:
    return type_ in AUDIENCES and context.viewer.may_read(AUDIENCES[type_])


async def _load(
    wanted: Sequence[tuple[NodeType, UUID] | None], context: Context
) -> dict[tuple[NodeType, UUID], Any]:
    loaders: dict[NodeType, DataLoader[UUID, Any]] = {
        NodeType.ORDER: context.loaders.orders,
        NodeType.CUSTOMER: context.loaders.customers,
        NodeType.SHIPMENT: context.loaders.shipments,
        NodeType.EVENT: context.loaders.events,
        NodeType.EXCEPTION: context.loaders.exceptions,
    }
    found: dict[tuple[NodeType, UUID], Any] = {}
    for type_, loader in loaders.items():
        ids = [one[1] for one in dict.fromkeys(wanted) if one is not None and one[0] is type_]
        if ids:
            rows = await loader.load_many(ids)
            found.update({(type_, id_): row for id_, row in zip(ids, rows, strict=True)})
    return {key: row for key, row in found.items() if not _is_kept(row)}


def _is_kept(row: Any) -> bool:
    """An event that no shipment has yet is nobody's node."""
    return row is None or getattr(row, "order_id", True) is None
