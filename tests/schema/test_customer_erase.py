"""Administrators erase customers through the API, and followers are shown nothing erased."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing

from access.scopes import READING, Scope
from access.viewer import Viewer
from models.node_ids import NodeType, node_id
from subscriptions.followers import Follower
from tests.factories.acts import make_order
from tests.schema.api import Api
from tests.schema.viewers import CONFIDANT
from tests.timeouts import TIMEOUT, poll_until
from tests.tracking.assertions import current_head
from tests.tracking.personal_orders import PERSONAL, make_personal_order, personal_values

ERASE = """mutation($id: ID!) {
  customerErase(id: $id) { orders userErrors { code message field } }
}"""
ADMINISTRATOR = Viewer("console", frozenset({Scope.ADMIN}))
EVERYTHING = """subscription($after: Position) {
  changes(after: $after) {
    position
    order {
      customer { name email phone }
      shippingAddress { name company line1 line2 postalCode phone }
      shipments { signedBy events { nodes { description signedBy location { name postalCode } } } }
    }
  }
}"""
SHOWN = set(PERSONAL) - {
    *("person-1", "gsw-ch"),
    *("51.111111", "12.121212", "51.151515", "12.161616"),
}
"""The personal values that the subscription selects."""


async def erase(api: Api, customer_id: str, viewer: Viewer = ADMINISTRATOR) -> dict[str, object]:
    erased: dict[str, object] = (await api.fetch(ERASE, viewer, id=customer_id))["customerErase"]
    return erased


async def test_an_administrator_erases_a_customer(api: Api) -> None:
    order = await make_personal_order(api.tracker)
    customer_id = node_id(NodeType.CUSTOMER, order.customer_id)

    for _ in range(2):
        assert await erase(api, customer_id) == {"orders": 1, "userErrors": []}

    assert await personal_values() == set()
    found = await api.fetch(
        """query($id: ID!) { order(trackingId: $id) {
          status customer { name email phone locale } shippingAddress { line1 city postalCode }
          history(last: 1) { nodes {
            ... on OrderAmended { actor differences { field before after } }
          } }
        } }""",
        CONFIDANT,
        id=order.tracking_id,
    )
    assert found["order"] == {
        "status": "DELIVERED",
        "customer": {"name": "erased", "email": None, "phone": None, "locale": "en"},
        "shippingAddress": {"line1": "erased", "city": "Leipzig", "postalCode": None},
        "history": {
            "nodes": [
                {
                    "actor": "console",
                    "differences": [
                        {"field": "customer", "before": "***", "after": "erased"},
                        {"field": "shippingAddress", "before": "***", "after": "erased"},
                    ],
                }
            ]
        },
    }


async def test_nobody_finds_the_customer_by_what_was_erased(api: Api) -> None:
    order = await make_personal_order(api.tracker)
    search = """{
      byMail: orders(filter: {customerEmail: "person3@example.com"}) { totalCount }
      byName: orders(filter: {search: "rson tw"}) { totalCount }
    }"""
    assert await api.fetch(search) == {"byMail": {"totalCount": 1}, "byName": {"totalCount": 1}}

    await erase(api, node_id(NodeType.CUSTOMER, order.customer_id))

    assert await api.fetch(search) == {"byMail": {"totalCount": 0}, "byName": {"totalCount": 0}}


async def test_it_is_refused_with_the_reason(api: Api) -> None:
    order = await make_order(api.tracker)
    customer_id = node_id(NodeType.CUSTOMER, order.customer_id)

    assert await erase(api, customer_id) == {
        "orders": 0,
        "userErrors": [
            {
                "code": "ILLEGAL_TRANSITION",
                "message": f"The order {order.tracking_id} is not finished, and needs the address."
                " Cancel what has not shipped, or erase the customer when everything has arrived.",
                "field": ["id"],
            }
        ],
    }
    for id_ in (node_id(NodeType.ORDER, order.id), node_id(NodeType.CUSTOMER, order.id), "x"):
        assert await erase(api, id_) == {
            "orders": 0,
            "userErrors": [
                {"code": "NOT_FOUND", "message": "No customer has this id.", "field": ["id"]}
            ],
        }


async def test_nobody_else_erases(api: Api) -> None:
    order = await make_personal_order(api.tracker)
    others = frozenset(Scope) - {Scope.ADMIN}

    for viewer in (Viewer("all but one", others), Viewer("reader", frozenset(READING) & others)):
        refused = await erase(api, node_id(NodeType.CUSTOMER, order.customer_id), viewer)

        assert refused["orders"] == 0
        assert "FORBIDDEN" in str(refused["userErrors"])
    assert await personal_values() == set(PERSONAL)


async def bodies(opened: Follower, head: int) -> str:
    """What a follower is sent up to a position, in small letters."""
    texts = []
    async with asyncio.timeout(TIMEOUT), opened as follower, aclosing(aiter(follower)) as sent:
        async for delivery in sent:
            texts.append(delivery.body)
            if delivery.position == head:
                break
    return "".join(texts).casefold()


async def test_replays_do_not_show_what_others_were_shown_before(
    api: Api, follower: Callable[..., Awaitable[Follower]]
) -> None:
    order = await make_personal_order(api.tracker)
    head = await current_head()
    await poll_until(lambda: api.feed.position == head)

    async def replay(to: int) -> set[str]:
        """The personal values that a follower is sent who begins at the beginning."""
        sent = await bodies(await follower(EVERYTHING, CONFIDANT, after="0"), to)
        return {value for value in SHOWN if value in sent}

    # Two stay, so that the stream keeps its deliveries for those who come back.
    async with (
        await follower(EVERYTHING, CONFIDANT, after="0") as staying,
        await follower(EVERYTHING, CONFIDANT, after="0"),
    ):
        assert await replay(head) == SHOWN
        assert len(staying._stream._cached) == head

        await erase(api, node_id(NodeType.CUSTOMER, order.customer_id))
        await poll_until(lambda: api.feed.position == head + 1)

        assert await replay(head + 1) == set()
