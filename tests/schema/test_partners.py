"""A partner sees the shipments of its carriers, what hangs on them, and nothing else."""

import asyncio
from typing import Any

import pytest

from access.viewer import SYSTEM
from engine.error_formatting import error_code
from engine.operations import InvalidOperation
from models.enums import TrackingEventType
from models.node_ids import NodeType, node_id
from models.shipments import Shipment
from tests.factories.acts import make_events
from tests.factories.drafts import build_event_draft
from tests.schema.api import Api
from tests.schema.partner_shop import (
    FOREIGN_NUMBER,
    FOREIGN_PARTNER,
    HIDDEN_NUMBER,
    OWN_NUMBER,
    PARTNER,
    PARTNER_IN_CONFIDENCE,
    PartnerShop,
    make_partner_shop,
)


@pytest.fixture
async def shop(api: Api) -> PartnerShop:
    return await make_partner_shop(api.tracker)


async def test_lists_have_what_is_of_its_carriers(api: Api, shop: PartnerShop) -> None:
    data = await api.fetch(
        """{
          orders { totalCount nodes { reference shipments { trackingNumber } } }
          shipments { totalCount nodes { id order { shipments { id } } } }
          exceptions { totalCount nodes { type shipment { id } } }
        }""",
        PARTNER,
    )

    assert data == {
        "orders": {
            "totalCount": 1,
            "nodes": [{"reference": "SHARED", "shipments": [{"trackingNumber": OWN_NUMBER}]}],
        },
        "shipments": {
            "totalCount": 1,
            "nodes": [
                {
                    "id": shop.own_shipment,
                    "order": {"shipments": [{"id": shop.own_shipment}]},
                }
            ],
        },
        "exceptions": {
            "totalCount": 1,
            "nodes": [{"type": "DAMAGED", "shipment": {"id": shop.own_shipment}}],
        },
    }


async def test_what_hangs_on_an_order_is_of_its_carriers(api: Api, shop: PartnerShop) -> None:
    query = """query ($id: ID!) { order(trackingId: $id) {
      events { totalCount nodes { shipment { trackingNumber } } }
      exceptions { shipment { trackingNumber } }
      customer { orders { totalCount nodes { reference } } }
    } }"""
    own = {"shipment": {"trackingNumber": OWN_NUMBER}}

    assert await api.fetch(query, PARTNER_IN_CONFIDENCE, id=shop.shared.tracking_id) == {
        "order": {
            "events": {"totalCount": 2, "nodes": [own, own]},
            "exceptions": [own],
            "customer": {"orders": {"totalCount": 1, "nodes": [{"reference": "SHARED"}]}},
        }
    }
    assert await api.fetch(query, PARTNER_IN_CONFIDENCE, id=shop.hidden.tracking_id) == {
        "order": None
    }


async def test_times_status_and_quantities_are_the_whole_orders(
    api: Api, shop: PartnerShop
) -> None:
    query = """query ($id: ID!) { order(trackingId: $id) {
      status health sequence position deliveredAt isLate items { quantity deliveredQuantity }
    } }"""
    seen = await api.fetch(query, PARTNER, id=shop.shared.tracking_id)

    assert seen == await api.fetch(query, SYSTEM, id=shop.shared.tracking_id)
    assert seen["order"]["items"] == [{"quantity": 3, "deliveredQuantity": 3}]


async def test_ids_of_what_it_does_not_see_find_nothing(api: Api, shop: PartnerShop) -> None:
    ids = [
        shop.own_shipment,
        shop.foreign_shipment,
        shop.hidden_shipment,
        shop.order_exception,
        node_id(NodeType.ORDER, shop.shared.id),
        node_id(NodeType.ORDER, shop.hidden.id),
    ]
    data = await api.fetch(
        "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", PARTNER_IN_CONFIDENCE, ids=ids
    )

    assert data == {"nodes": [{"id": ids[0]}, None, None, None, {"id": ids[4]}, None]}


@pytest.mark.parametrize(
    ("filter_", "count"),
    [
        ('{carrier: ["fedex"]}', 0),
        ('{carrier: ["ups", "fedex"]}', 1),
        (f'{{search: "{FOREIGN_NUMBER}"}}', 0),
        (f'{{search: "{OWN_NUMBER}"}}', 1),
        ("{exceptionType: [OUT_OF_STOCK]}", 0),
        ("{exceptionType: [DAMAGED], hasOpenException: true}", 1),
        ('{not: {carrier: ["fedex"]}}', 1),
        ('{reference: ["HIDDEN"]}', 0),
    ],
)
async def test_filters_test_what_it_sees(
    api: Api, shop: PartnerShop, filter_: str, count: int
) -> None:
    data = await api.fetch(
        f"""{{ orders(filter: {filter_}) {{ totalCount }}
          orderStats(filter: {filter_}) {{ groups {{ count }} }} }}""",
        PARTNER,
    )

    assert data == {"orders": {"totalCount": count}, "orderStats": {"groups": [{"count": count}]}}


async def test_an_open_exception_of_others_is_not_the_orders(api: Api, shop: PartnerShop) -> None:
    (own,) = (await api.fetch("{ exceptions { nodes { id } } }", PARTNER))["exceptions"]["nodes"]
    await api.fetch(
        'mutation ($id: ID!) { exceptionDismiss(id: $id, reason: "x") { exception { id } } }',
        id=own["id"],
    )
    query = "{ orders(filter: {hasOpenException: true}) { totalCount } }"

    assert await api.fetch(query, PARTNER) == {"orders": {"totalCount": 0}}
    assert await api.fetch(query) == {"orders": {"totalCount": 2}}


async def test_aggregates_count_what_it_sees(api: Api, shop: PartnerShop) -> None:
    data = await api.fetch(
        """{
          orderStats { groups { count customers exceptionCount } }
          shipmentStats(groupBy: [{field: CARRIER}]) { groups { key { carrier } count } }
          exceptionStats { groups { count } }
        }""",
        PARTNER,
    )

    assert data == {
        "orderStats": {"groups": [{"count": 1, "customers": 1, "exceptionCount": 1}]},
        "shipmentStats": {"groups": [{"key": {"carrier": "ups"}, "count": 1}]},
        "exceptionStats": {"groups": [{"count": 1}]},
    }


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ("{ orders { nodes { total { amount } } } }", ["orders", "nodes", 0, "total"]),
        (
            "{ orders { nodes { items { unitPrice { amount } } } } }",
            ["orders", "nodes", 0, "items", 0, "unitPrice"],
        ),
        ("{ orders(orderBy: {field: TOTAL, direction: ASC}) { totalCount } }", ["orders"]),
        ('{ orderStats { groups { total(currency: "EUR") { sum } } } }', ["orderStats"]),
    ],
)
async def test_prices_are_forbidden(
    api: Api, shop: PartnerShop, query: str, path: list[str | int]
) -> None:
    answer = await api.execute(query, PARTNER_IN_CONFIDENCE)

    assert answer.codes == ["FORBIDDEN"]
    assert answer.errors[0]["path"] == path


async def test_changes_of_others_are_left_out(api: Api, shop: PartnerShop) -> None:
    changes = """nodes { sequence __typename
      ... on OrderAmended { differences { field } }
      ... on ShipmentStatusChanged { shipment { id } } }"""
    await api.fetch(
        """mutation ($id: ID!) { orderAmend(trackingId: $id, input:
          {metadata: [{key: "a", value: "b"}]}) { userErrors { message } } }""",
        id=shop.shared.tracking_id,
    )
    data = await api.fetch(
        f"""query ($id: ID!) {{ changes(first: 100) {{ {changes} }}
          order(trackingId: $id) {{ sequence history(first: 100) {{ {changes} }} }} }}""",
        PARTNER,
        id=shop.shared.tracking_id,
    )
    seen = data["changes"]["nodes"]
    sequences = [change["sequence"] for change in seen]

    assert data["order"]["history"]["nodes"] == seen
    assert len(sequences) < data["order"]["sequence"]
    assert sequences == sorted(set(sequences))
    assert {change["shipment"]["id"] for change in seen if "shipment" in change} == {
        shop.own_shipment
    }
    assert [one["differences"] for one in seen if one["__typename"] == "OrderAmended"] == [[]]


FOLLOW = """subscription ($ids: [ID!]!, $after: Position) {
  orderChanged(trackingIds: $ids, after: $after) {
    __typename sequence actor reason order { reference }
    ... on ShipmentStatusChanged { shipment { id } }
    ... on OrderAmended { differences { field } }
  }
}"""


async def test_who_follows_an_order_is_told_nothing_of_others_changes(
    api: Api, shop: PartnerShop
) -> None:
    everything = (
        await api.fetch(
            "query ($id: ID!) { order(trackingId: $id) { history(first: 100) { nodes {"
            " __typename sequence ... on ShipmentStatusChanged { shipment { id } } } } } }",
            id=shop.shared.tracking_id,
        )
    )["order"]["history"]["nodes"]
    received = []
    variables: dict[str, Any] = {"ids": [shop.shared.tracking_id], "after": 0}
    async with asyncio.timeout(20), api.stream(FOLLOW, PARTNER, **variables) as answers:
        async for answer in answers:
            assert answer.data is not None
            received.append(answer.data["orderChanged"])
            if len(received) == len(everything):
                break

    assert [one["sequence"] for one in received] == [one["sequence"] for one in everything]
    masked = [one for one in received if one["actor"] is None]
    assert masked
    assert all(
        one
        == {
            "__typename": "OrderAmended",
            "sequence": one["sequence"],
            "actor": None,
            "reason": None,
            "order": {"reference": "SHARED"},
            "differences": [],
        }
        for one in masked
    )
    assert {one["shipment"]["id"] for one in received if "shipment" in one} == {shop.own_shipment}


async def test_an_order_that_it_does_not_see_cannot_be_followed(
    api: Api, shop: PartnerShop
) -> None:
    errors = []
    for tracking_id in (shop.hidden.tracking_id, "WA-1"):
        with pytest.raises(InvalidOperation) as refused:
            async with api.stream(FOLLOW, PARTNER, ids=[tracking_id]):
                pass
        errors.append(refused.value.errors[0])

    assert [error_code(error) for error in errors] == ["NOT_FOUND", "NOT_FOUND"]
    assert errors[0].message == errors[1].message


@pytest.mark.parametrize(
    "selection",
    ["position sequence", "position sequence order { trackingId }"],
    ids=["columns", "relations"],
)
async def test_the_stream_of_all_changes_skips_those_of_others(
    api: Api, shop: PartnerShop, selection: str
) -> None:
    query = f"subscription ($after: Position) {{ changes(after: $after) {{ {selection} }} }}"
    listing = f"{{ changes(first: 100) {{ nodes {{ {selection} }} }} }}"
    listed = await api.fetch(listing, PARTNER)
    expected = listed["changes"]["nodes"]
    async with asyncio.timeout(20), api.stream(query, PARTNER, after=0) as answers:
        received = [(await anext(answers)).data for _ in expected]
        await make_events(api.tracker, _scan("fedex", HIDDEN_NUMBER), _scan("ups", OWN_NUMBER))
        live = (await anext(answers)).data

    assert [data and data["changes"] for data in received] == expected
    newest = await api.fetch(listing, PARTNER)
    assert live == {"changes": newest["changes"]["nodes"][len(expected)]}


def _scan(carrier: str, number: str) -> Any:
    return build_event_draft(
        TrackingEventType.RETURN_STARTED, carrier=carrier, tracking_number=number
    )


async def test_partners_of_different_carriers_share_no_subscription(
    api: Api, shop: PartnerShop
) -> None:
    query = "subscription { orderStats { groups { count } } }"
    counts = []
    for viewer in (PARTNER, FOREIGN_PARTNER, PARTNER):
        async with asyncio.timeout(20), api.stream(query, viewer) as answers:
            counts.append((await anext(answers)).data)

    assert counts == [{"orderStats": {"groups": [{"count": count}]}} for count in (1, 2, 1)]


async def test_a_shipment_that_goes_to_another_carrier_is_seen_no_more(
    api: Api, shop: PartnerShop
) -> None:
    await api.fetch(
        'mutation ($id: ID!) { shipmentAmend(id: $id, input: {carrier: "dpd"}) {'
        " userErrors { message } } }",
        id=shop.own_shipment,
    )

    assert await api.fetch("{ orders { totalCount } changes { nodes { position } } }", PARTNER) == {
        "orders": {"totalCount": 0},
        "changes": {"nodes": []},
    }
    assert (await Shipment.get(number_key=OWN_NUMBER.replace("-", ""))).carrier == "dpd"
