"""Sources of API keys, which only administrators see. Their secrets are nowhere to be read."""

from engine.sql.field_sources import ALWAYS_NULL, Column, NodeId, plain_columns
from engine.sql.statement_builder import ObjectSource
from models.api_keys import ApiKey
from models.node_ids import NodeType

API_KEY = ObjectSource(
    ApiKey,
    {
        **plain_columns(ApiKey),
        "id": NodeId(NodeType.API_KEY),
        "scopes": Column("scopes"),
        "carriers": Column("carriers"),
        "sites": ALWAYS_NULL,
    },
)
