"""The context of an operation: who calls, the data it is answered from, and its errors."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from graphql import GraphQLError

from tests.plans.reference.tables import Row, Tables

SCOPES = (
    "ORDERS_READ",
    "ORDERS_WRITE",
    "PERSONAL_READ",
    "TRACKING_WRITE",
    "EXCEPTIONS_WRITE",
    "ANALYTICS_READ",
    "ADMIN",
)


@dataclass(frozen=True)
class Caller:
    """Who sends a query, and the scopes and bounds of their API key."""

    name: str
    scopes: frozenset[str] = frozenset()
    carriers: frozenset[str] | None = None
    """The carriers to which a partner is bounded."""

    def has(self, *scopes: str) -> bool:
        return "ADMIN" in self.scopes or self.scopes.issuperset(scopes)


@dataclass
class Cursors:
    """The cursors that the service gave, which are opaque, by ordering and row."""

    texts: dict[tuple[str, UUID | int], str] = field(default_factory=dict)
    rows: dict[tuple[str, str], Row] = field(default_factory=dict)

    def add(self, ordering: str, row: Row, text: str) -> None:
        self.texts[ordering, identity(row)] = text
        self.rows[ordering, text] = row

    def text(self, ordering: str, row: Row) -> str:
        return self.texts[ordering, identity(row)]


def identity(row: Row) -> UUID | int:
    """The row's primary key."""
    key: UUID | int = row["position" if row.table == "Change" else "id"]
    return key


@dataclass(frozen=True)
class Context:
    """The rows, cursors, caller and time that determine the answer to an operation.

    `tables` has the rows that the caller sees. A cursor may be that of any row of `all_tables`.
    """

    tables: Tables
    all_tables: Tables
    cursors: Cursors
    caller: Caller
    now: datetime


def contract_error(code: str, message: str, *field: str) -> GraphQLError:
    """An error with a code of the contract; `field` is the path of the wrong argument."""
    extensions: Mapping[str, object] = {"code": code} | ({"field": [*field]} if field else {})
    return GraphQLError(message, extensions=dict(extensions))
