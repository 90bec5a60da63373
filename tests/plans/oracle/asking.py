"""Who asks what the oracle knows, and how it refuses."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from graphql import GraphQLError

from tests.plans.oracle.tables import Row, Tables

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
class Asker:
    name: str
    scopes: frozenset[str] = frozenset()

    def has(self, *scopes: str) -> bool:
        return "ADMIN" in self.scopes or self.scopes.issuperset(scopes)


@dataclass
class Cursors:
    """Cursors are opaque: these are those that the service gave, in each order of rows."""

    texts: dict[tuple[str, UUID | int], str] = field(default_factory=dict)
    places: dict[tuple[str, str], Row] = field(default_factory=dict)

    def learn(self, order: str, row: Row, text: str) -> None:
        self.texts[order, identity(row)] = text
        self.places[order, text] = row

    def text(self, order: str, row: Row) -> str:
        return self.texts[order, identity(row)]


def identity(row: Row) -> UUID | int:
    key: UUID | int = row["position" if row.table == "Change" else "id"]
    return key


@dataclass(frozen=True)
class Asking:
    """What an operation is answered from."""

    tables: Tables
    cursors: Cursors
    asker: Asker
    now: datetime


def refusal(code: str, message: str, *field: str) -> GraphQLError:
    extensions: Mapping[str, object] = {"code": code} | ({"field": [*field]} if field else {})
    return GraphQLError(message, extensions=dict(extensions))
