"""The check character of a tracking id refuses typing errors before the database is asked.

There is no database here: whatever asked it would fail.
"""

import pytest

from access.link_creation import TrackingLinks
from access.rate_limits import RateLimits
from access.viewer import ANONYMOUS, SYSTEM, Viewer
from engine.operations import InvalidOperation
from engine.schema import Schema
from errors import NotFound
from models.tracking_ids import ALPHABET, new_tracking_id
from subscriptions.feed import Feed
from subscriptions.transport import open_transport
from tests.access.link_claims import SECRETS
from tests.schema.api import Api
from unit_of_work.unit_of_work import Tracker


@pytest.fixture
def api(schema: Schema) -> Api:
    """The schema without a database."""
    feed = Feed(open_transport("memory://"))
    links = TrackingLinks(SECRETS, None, RateLimits())
    return Api(schema, Tracker(announce=feed.announce), feed, links)


def mistyped() -> list[str]:
    """A tracking id with each single symbol wrong, and with each two neighbours swapped."""
    right = new_tracking_id()
    wrong = []
    for place, symbol in enumerate(right[3:], start=3):
        if symbol != "-":
            other = ALPHABET[(ALPHABET.index(symbol) + 1) % 32]
            wrong.append(f"{right[:place]}{other}{right[place + 1 :]}")
    for place in range(3, len(right) - 1):
        one, two = right[place], right[place + 1]
        if one != two and "-" not in (one, two):
            wrong.append(f"{right[:place]}{two}{one}{right[place + 2 :]}")
    return wrong


@pytest.mark.parametrize("viewer", [ANONYMOUS, SYSTEM], ids=lambda one: one.name)
async def test_a_query_finds_no_order(api: Api, viewer: Viewer) -> None:
    query = "query($id: ID!) { order(trackingId: $id) { status } }"
    for id_ in mistyped():
        assert await api.fetch(query, viewer, id=id_) == {"order": None}


async def test_a_subscription_is_refused_as_for_an_unknown_order(api: Api) -> None:
    query = "subscription($ids: [ID!]!) { orderChanged(trackingIds: $ids) { position } }"
    with pytest.raises(InvalidOperation) as refused:
        async with api.stream(query, ids=mistyped()):
            pass

    assert isinstance(refused.value.errors[0].original_error, NotFound)


async def test_no_link_is_created(api: Api) -> None:
    query = """mutation($id: ID!) {
      trackingLinkCreate(trackingId: $id, postalCode: "1") { userErrors { code } }
    }"""
    for id_ in mistyped()[:10]:
        answer = await api.execute(query, id=id_)

        assert answer.data == {"trackingLinkCreate": {"userErrors": [{"code": "NOT_FOUND"}]}}
