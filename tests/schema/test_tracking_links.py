"""Tracking links are created and revoked through the API; the log has who revoked them, and why."""

from typing import Any

import pytest

from access.link_creation import TrackingLinks
from access.rate_limits import RateLimits
from access.scopes import Scope
from access.viewer import ANONYMOUS, Viewer
from errors import Unauthenticated
from models.node_ids import NodeType, node_id
from models.orders import Order
from subscriptions.feed import Feed
from tests.access.link_claims import SECRETS, SIGNER, authenticator
from tests.factories.acts import make_order
from tests.schema.api import Api
from tests.tracking.personal_orders import make_personal_order
from unit_of_work.unit_of_work import Tracker

CREATE = """mutation($id: ID, $reference: String, $postalCode: String, $email: String) {
  trackingLinkCreate(
    trackingId: $id, reference: $reference, postalCode: $postalCode, email: $email
  ) { token url trackingId expiresAt userErrors { code message field } }
}"""
REVOKE = """mutation($id: ID!, $reason: String!) {
  trackingLinksRevoke(trackingId: $id, reason: $reason) {
    order {
      sequence
      history(last: 1) { nodes { sequence actor reason
        ... on OrderAmended { differences { field before after } }
      } }
    }
    userErrors { code message field }
  }
}"""
DESK = Viewer("desk", frozenset({Scope.ORDERS_READ, Scope.ORDERS_WRITE}))


@pytest.fixture
def api(schema: Any, feed: Feed) -> Api:
    links = TrackingLinks(SECRETS, "https://shop.example", RateLimits())
    return Api(schema, Tracker(announce=feed.announce), feed, links)


async def create(api: Api, viewer: Viewer = ANONYMOUS, **arguments: str) -> dict[str, Any]:
    created: dict[str, Any] = (await api.fetch(CREATE, viewer, **arguments))["trackingLinkCreate"]
    return created


async def revoke(
    api: Api, id_: str, viewer: Viewer = DESK, reason: str = "Sent to the wrong person"
) -> Any:
    return (await api.fetch(REVOKE, viewer, id=id_, reason=reason))["trackingLinksRevoke"]


async def is_valid(token: str) -> bool:
    """Whether the token works for a process that has not seen it before."""
    try:
        await authenticator().viewer(f"Bearer {token}")
    except Unauthenticated:
        return False
    return True


async def test_a_customer_gets_a_link_that_works(api: Api) -> None:
    order = await make_order(api.tracker)

    link = await create(api, id=order.tracking_id, postalCode="10 115")

    assert link["userErrors"] == []
    assert link["url"] == f"https://shop.example/t/{order.tracking_id}?k={link['token']}"
    assert link["trackingId"] == order.tracking_id
    assert SIGNER.read(link["token"]).order_id == order.id
    viewer = await authenticator().viewer(f"Bearer {link['token']}")
    assert viewer.order_id == order.id


async def test_a_refused_customer_gets_nothing_but_the_reason(api: Api) -> None:
    order = await make_order(api.tracker)

    assert await create(api, id=order.tracking_id, postalCode="10116") == {
        "token": None,
        "url": None,
        "trackingId": None,
        "expiresAt": None,
        "userErrors": [
            {
                "code": "NOT_FOUND",
                "message": (
                    "No order has this id or reference together with this postal code or e-mail"
                    " address."
                ),
                "field": None,
            }
        ],
    }
    for _ in range(9):
        await create(api, id=order.tracking_id, email="x@example.com")
    (error,) = (await create(api, id=order.tracking_id, postalCode="10115"))["userErrors"]
    assert error["code"] == "LIMIT_EXCEEDED"


async def test_staff_get_a_link_without_a_proof(api: Api) -> None:
    order = await make_order(api.tracker, reference="R-1")

    link = await create(api, DESK, reference="R-1")

    assert SIGNER.read(link["token"]).order_id == order.id


async def test_revoked_links_end_and_later_ones_work(api: Api) -> None:
    order = await make_order(api.tracker)
    before = await create(api, DESK, id=order.tracking_id)
    assert await is_valid(before["token"])

    assert await revoke(api, order.tracking_id) == {
        "order": {
            "sequence": 3,
            "history": {
                "nodes": [
                    {
                        "sequence": 3,
                        "actor": "desk",
                        "reason": "Sent to the wrong person",
                        "differences": [
                            {"field": "trackingLinks", "before": None, "after": "revoked"}
                        ],
                    }
                ]
            },
        },
        "userErrors": [],
    }

    assert not await is_valid(before["token"])
    after = await create(api, DESK, id=order.tracking_id)
    assert await is_valid(after["token"])
    assert (await revoke(api, order.tracking_id))["order"]["sequence"] == 4
    assert not await is_valid(after["token"])


async def test_the_links_of_other_orders_stay(api: Api) -> None:
    revoked, other = await make_order(api.tracker), await make_order(api.tracker)
    link = await create(api, DESK, id=other.tracking_id)

    await revoke(api, revoked.tracking_id)

    assert await is_valid(link["token"])


async def test_a_revocation_needs_a_reason_and_an_order(api: Api) -> None:
    order = await make_order(api.tracker)

    for id_, reason, code, field in (
        (order.tracking_id, " ", "INVALID", "reason"),
        ("WA-1", "Lost", "NOT_FOUND", "trackingId"),
    ):
        answer = await revoke(api, id_, reason=reason)
        assert [(e["code"], e["field"]) for e in answer["userErrors"]] == [(code, [field])]
    assert (await Order.get(id=order.id)).link_version == 0


async def test_an_erasure_revokes_the_links_of_all_the_customer_s_orders(api: Api) -> None:
    order = await make_personal_order(api.tracker)
    link = await create(api, DESK, id=order.tracking_id)

    await api.fetch(
        "mutation($id: ID!) { customerErase(id: $id) { orders } }",
        id=node_id(NodeType.CUSTOMER, order.customer_id),
    )

    assert not await is_valid(link["token"])
    for name, proof in (("postalCode", "PC-NINE"), ("email", "person3@example.com")):
        refused = await create(api, ANONYMOUS, id=order.tracking_id, **{name: proof})
        assert [error["code"] for error in refused["userErrors"]] == ["NOT_FOUND"]
