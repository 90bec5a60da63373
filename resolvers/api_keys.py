"""Sources of API keys, which only administrators see. Their secrets are nowhere to be read."""

from engine.sql.field_sources import ALWAYS_NULL, Column, NodeId, SqlExpression, plain_columns
from engine.sql.json_dialects import or_null
from engine.sql.rows import Row
from engine.sql.statement_builder import ObjectSource, StatementBuilder
from models.api_keys import ApiKey
from models.node_ids import NodeType


def _carriers(builder: StatementBuilder, row: Row) -> str:
    return or_null(builder.dialect.json_text(row["carriers"]))


API_KEY = ObjectSource(
    ApiKey,
    {
        **plain_columns(ApiKey),
        "id": NodeId(NodeType.API_KEY),
        "scopes": Column("scopes"),
        "carriers": SqlExpression(_carriers),
        "sites": ALWAYS_NULL,
    },
)
