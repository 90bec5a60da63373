"""Node ids: opaque to clients, and they name their type."""

from enum import StrEnum
from uuid import UUID


class NodeType(StrEnum):
    ORDER = "order"
    ITEM = "item"
    CUSTOMER = "customer"
    SHIPMENT = "shipment"
    EVENT = "event"
    EXCEPTION = "exception"


def node_id(type_: NodeType, id_: UUID) -> str:
    return f"{type_}_{id_}"


def parse_node_id(text: str) -> tuple[NodeType, UUID] | None:
    """None if no thing of ours can have that id."""
    name, _, digits = text.partition("_")
    try:
        type_, id_ = NodeType(name), UUID(digits)
    except ValueError:
        return None
    return (type_, id_) if node_id(type_, id_) == text else None


def parse_id_of(type_: NodeType, text: str) -> UUID | None:
    """The id within its table; None if `text` is not the id of such a thing."""
    parsed = parse_node_id(text)
    return parsed[1] if parsed is not None and parsed[0] is type_ else None
