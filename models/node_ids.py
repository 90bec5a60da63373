"""Node ids: opaque to clients, they name the type of their object."""

from enum import StrEnum
from uuid import UUID


class NodeType(StrEnum):
    ORDER = "order"
    ITEM = "item"
    CUSTOMER = "customer"
    SHIPMENT = "shipment"
    EVENT = "event"
    EXCEPTION = "exception"
    API_KEY = "key"
    SESSION = "session"


def node_id(type_: NodeType, id_: UUID) -> str:
    return f"{type_}_{id_}"


def parse_node_id(text: str) -> tuple[NodeType, UUID] | None:
    """Return type and id, None if `text` is not a node id of this service."""
    name, _, digits = text.partition("_")
    try:
        type_, id_ = NodeType(name), UUID(digits)
    except ValueError:
        return None
    return (type_, id_) if node_id(type_, id_) == text else None


def parse_id(type_: NodeType, text: str) -> UUID | None:
    """Return the id within the type's table, None if `text` is not a node id of that type."""
    parsed = parse_node_id(text)
    return parsed[1] if parsed is not None and parsed[0] is type_ else None
