"""Sources of staff sessions, which only administrators see. Their tokens are nowhere to be read."""

from engine.sql.field_sources import Column, NodeId, plain_columns
from engine.sql.statement_builder import ObjectSource
from models.node_ids import NodeType
from models.sessions import StaffSession

SESSION = ObjectSource(
    StaffSession,
    {
        **plain_columns(StaffSession),
        "id": NodeId(NodeType.SESSION),
        "scopes": Column("scopes"),
    },
)
