"""The schema without a server around it, asked by somebody who may read aggregates."""

from typing import Any

import pytest

from auth import Scope, Viewer
from models.bulk import insert
from models.customers import Customer
from models.orders import Order
from resolvers.stats import plan
from schema.build import Schema, build_schema
from subscriptions.feed import Feed
from subscriptions.transport import open_transport
from tests.resolvers.rows import customer, order
from tests.schema.api import Answer, Api
from tracking.acts import Tracker
from tracking.counting import recount

ANALYST = Viewer("analyst", frozenset({Scope.ANALYTICS_READ}))


@pytest.fixture(scope="session")
def schema() -> Schema:
    return build_schema()


class Analyst:
    def __init__(self, schema: Schema) -> None:
        self._api = Api(
            schema, Tracker(announce=lambda head: None), Feed(open_transport("memory://"))
        )

    async def answer(self, query: str, viewer: Viewer = ANALYST, **variables: Any) -> Answer:
        return await self._api.answer(query, viewer, **variables)

    async def ask(self, query: str, **variables: Any) -> Any:
        """What its one root field gives."""
        data = await self._api.data(query, ANALYST, **variables)
        (field,) = data.values()
        return field

    async def groups(self, query: str, **variables: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self.ask(query, **variables))["groups"]
        return found


@pytest.fixture
def analyst(schema: Schema, db: str) -> Analyst:
    return Analyst(schema)


@pytest.fixture
def by_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """No question is answered from kept-up hours."""

    monkeypatch.setattr(plan, "span_of", lambda *_: None)


class Shop:
    """Orders of one customer."""

    def __init__(self, owner: Customer) -> None:
        self._owner = owner

    async def place(self, **columns: Any) -> Order:
        row = order(self._owner.id, **columns)
        await insert([row])
        # Nothing in the log says that it is there.
        await recount()
        return row


@pytest.fixture
async def shop(db: str) -> Shop:
    owner = customer()
    await insert([owner])
    return Shop(owner)
