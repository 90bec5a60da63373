"""The list of kept numbers: news that no shipment has taken, and whose it may be."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tortoise.models import Model

from access.scopes import Scope
from access.viewer import SYSTEM, Viewer
from database.timestamps import rfc_3339
from engine.sql.conditions import NOTHING, compared
from models.enums import TrackingEventType as Type
from models.events import TrackingEvent
from models.shipments import Shipment
from resolvers import kept_numbers
from resolvers.visibility import ROW_RIGHTS
from tests.factories.acts import (
    make_dispatched_shipment,
    make_events,
    make_order,
    make_shipment,
    shipment_node_id,
)
from tests.factories.drafts import NOW, build_event_draft
from tests.schema.api import Api
from tests.schema.viewers import HOLDER, READER

LIST = """
query ($filter: KeptNumberFilter, $first: Int, $after: String, $last: Int, $before: String) {
  keptNumbers(filter: $filter, first: $first, after: $after, last: $last, before: $before) {
    nodes {
      carrier trackingNumber events firstReceivedAt lastReceivedAt lastEventType sources
      candidates { id carrier }
    }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    totalCount
  }
}
"""
NUMBERS = """
query ($filter: KeptNumberFilter) {
  keptNumbers(filter: $filter) { edges { cursor node { trackingNumber } } totalCount }
}
"""
ASSIGN = """
mutation ($carrier: String!, $number: String!, $id: ID!, $reason: String!) {
  keptNumberAssign(carrier: $carrier, trackingNumber: $number, shipmentId: $id, reason: $reason) {
    shipment { status events { nodes { type } } } userErrors { code field }
  }
}
"""
DISCARD = """
mutation ($carrier: String!, $number: String!) {
  keptNumberDiscard(carrier: $carrier, trackingNumber: $number, reason: "spam") {
    events userErrors { code field }
  }
}
"""
HUB = Viewer("hub", frozenset({Scope.TRACKING_WRITE}))


async def keep(
    api: Api,
    number: str,
    hours: float = 0,
    *,
    type_: Type = Type.IN_TRANSIT,
    carrier: str = "dhl",
    source: str = "hub",
    name: str = "",
) -> str:
    """Keeps an event that is received so many hours from now; returns when."""
    received_at = NOW + timedelta(hours=hours)
    draft = build_event_draft(
        type_,
        carrier=carrier,
        tracking_number=number,
        source_event_id=f"{carrier} {number} {hours} {name}",
    )
    tracker = replace(api.tracker, clock=lambda: received_at)
    await make_events(tracker, draft, source=source)
    return rfc_3339(received_at)


async def numbers(api: Api, **filter_: Any) -> list[str]:
    data = await api.fetch(NUMBERS, filter=filter_)
    found = [edge["node"]["trackingNumber"] for edge in data["keptNumbers"]["edges"]]
    assert data["keptNumbers"]["totalCount"] == len(found)
    return found


async def test_each_number_is_listed_once_with_what_is_kept_for_it(api: Api) -> None:
    first = await keep(api, "jd-014 600", 1, source="hub")
    last = await keep(api, "JD014600", 3, type_=Type.DELIVERED, source="api")
    await keep(api, "JD014600", 2, carrier="ups")
    courier = await make_dispatched_shipment(
        api.tracker, await make_order(api.tracker), carrier="city_courier", number="JD 014600"
    )

    data = await api.fetch(LIST, READER, filter={"carrier": ["DHL"]})

    (cursor,) = {data["keptNumbers"]["pageInfo"].pop(name) for name in ("startCursor", "endCursor")}
    assert cursor.startswith("kept~")
    assert data["keptNumbers"] == {
        "nodes": [
            {
                "carrier": "dhl",
                "trackingNumber": "JD014600",
                "events": 2,
                "firstReceivedAt": first,
                "lastReceivedAt": last,
                "lastEventType": "DELIVERED",
                "sources": ["api", "hub"],
                "candidates": [{"id": shipment_node_id(courier.id), "carrier": "city_courier"}],
            }
        ],
        "pageInfo": {"hasNextPage": False, "hasPreviousPage": False},
        "totalCount": 1,
    }


async def test_the_number_with_the_newest_news_comes_first(api: Api) -> None:
    for number, hours in (("N1", 1), ("N2", 2), ("N3", 3), ("N1", 4)):
        await keep(api, number, hours)

    assert await numbers(api) == ["N1", "N3", "N2"]


async def test_pages_go_on_where_the_last_one_ended(api: Api) -> None:
    for number in range(5):
        await keep(api, f"N{number}", number)
        await keep(api, f"N{number}", number - 10)
    pages, after = [], None
    while True:
        data = (await api.fetch(LIST, first=2, after=after))["keptNumbers"]
        pages.append([node["trackingNumber"] for node in data["nodes"]])
        assert data["totalCount"] == 5
        after = data["pageInfo"]["endCursor"]
        if not data["pageInfo"]["hasNextPage"]:
            break

    back = (await api.fetch(LIST, last=2, before=after))["keptNumbers"]
    assert pages == [["N4", "N3"], ["N2", "N1"], ["N0"]]
    assert [node["trackingNumber"] for node in back["nodes"]] == ["N2", "N1"]
    assert back["pageInfo"]["hasPreviousPage"] is True


@pytest.mark.parametrize(
    ("filter_", "expected"),
    [
        ({"carrier": ["Dhl", "gls"]}, ["N3", "N1"]),
        ({"carrier": []}, []),
        ({"trackingNumber": ["n-2", " n 3"]}, ["N3", "N2"]),
        ({"source": ["api"]}, ["N1"]),
        ({"source": ["hub"]}, ["N3", "N2", "N1"]),
        ({"source": ["nobody"]}, []),
        ({"carrier": ["dhl"], "source": ["api"]}, ["N1"]),
        ({"receivedAt": {"from": rfc_3339(NOW + timedelta(hours=2))}}, ["N3", "N2"]),
        ({"receivedAt": {"until": rfc_3339(NOW + timedelta(hours=2))}}, ["N1"]),
    ],
)
async def test_filters_select_numbers(
    api: Api, filter_: dict[str, Any], expected: list[str]
) -> None:
    await keep(api, "N1", 0, source="api")
    await keep(api, "N1", 1)
    await keep(api, "N2", 2, carrier="ups")
    await keep(api, "N3", 3, carrier="gls")

    assert await numbers(api, **filter_) == expected


async def test_a_filter_has_at_most_100_values(api: Api) -> None:
    answer = await api.execute(NUMBERS, READER, filter={"source": ["a"] * 101})

    assert answer.codes == ["LIMIT_EXCEEDED"]


async def test_what_is_taken_or_discarded_is_no_longer_listed(api: Api) -> None:
    for number in ("N1", "N2", "N3"):
        await keep(api, number)
    shipment = await make_shipment(api.tracker, await make_order(api.tracker))
    await make_dispatched_shipment(
        api.tracker, await make_order(api.tracker), carrier="dhl", number="N3"
    )
    assert sorted(await numbers(api)) == ["N1", "N2"]

    assigned = await api.fetch(
        ASSIGN, HUB, carrier="DHL", number="n1", id=shipment_node_id(shipment.id), reason="same"
    )
    discarded = await api.fetch(DISCARD, HUB, carrier="dhl", number="N2")

    assert assigned["keptNumberAssign"] == {
        "shipment": {"status": "IN_TRANSIT", "events": {"nodes": [{"type": "IN_TRANSIT"}]}},
        "userErrors": [],
    }
    assert discarded["keptNumberDiscard"] == {"events": 1, "userErrors": []}
    assert await numbers(api) == []


async def test_refused_commands_name_the_argument(api: Api) -> None:
    await keep(api, "N1")
    missing = {"carrier": "dhl", "number": "N1", "id": "x", "reason": "same"}
    shipment = await make_shipment(api.tracker, await make_order(api.tracker))
    id_ = shipment_node_id(shipment.id)
    calls = [
        (missing, "NOT_FOUND", "shipmentId"),
        (missing | {"id": id_, "number": "N2"}, "INVALID", "trackingNumber"),
        (missing | {"id": id_, "number": "--"}, "INVALID", "trackingNumber"),
        (missing | {"id": id_, "carrier": "?"}, "INVALID", "carrier"),
        (missing | {"id": id_, "reason": " "}, "INVALID", "reason"),
    ]

    for arguments, code, field in calls:
        data = await api.fetch(ASSIGN, SYSTEM, **arguments)
        assert data["keptNumberAssign"] == {
            "shipment": None,
            "userErrors": [{"code": code, "field": [field]}],
        }
    discarded = await api.fetch(DISCARD, carrier="dhl", number="N2")
    assert discarded["keptNumberDiscard"] == {
        "events": 0,
        "userErrors": [{"code": "INVALID", "field": ["trackingNumber"]}],
    }


async def test_whoever_records_news_sees_what_is_kept_and_no_shipments(api: Api) -> None:
    await keep(api, "N1")
    await make_dispatched_shipment(
        api.tracker, await make_order(api.tracker), carrier="gls", number="N1"
    )

    kept = {
        viewer.name: (await api.fetch(LIST, viewer))["keptNumbers"]["nodes"][0]["candidates"]
        for viewer in (HUB, READER)
    }

    assert kept["hub"] == []
    assert [shipment["carrier"] for shipment in kept["reader"]] == ["gls"]


async def test_others_may_not_read_what_is_kept(api: Api) -> None:
    analyst = Viewer("analyst", frozenset({Scope.ANALYTICS_READ, Scope.ORDERS_WRITE}))
    for viewer in (HOLDER, analyst):
        answer = await api.execute(NUMBERS, viewer)
        assert answer.codes == ["FORBIDDEN"]
        assert answer.errors[0]["message"] == (
            "This needs an API key with the scope ORDERS_READ or TRACKING_WRITE."
        )


async def test_candidates_are_the_newest_visible_shipments(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_numbers, "MAXIMUM_CANDIDATES", 2)
    await keep(api, "N1")
    for carrier in ("gls", "ups", "fedex"):
        await make_dispatched_shipment(
            api.tracker, await make_order(api.tracker), carrier=carrier, number="N1"
        )

    async def candidates(viewer: Viewer) -> list[str]:
        (node,) = (await api.fetch(LIST, viewer))["keptNumbers"]["nodes"]
        return [shipment["carrier"] for shipment in node["candidates"]]

    assert await candidates(SYSTEM) == ["fedex", "ups"]


async def test_candidates_show_all_that_belongs_to_their_orders(api: Api) -> None:
    await keep(api, "N1")
    order = await make_order(api.tracker)
    shipment = await make_dispatched_shipment(api.tracker, order, carrier="gls", number="N1")
    await make_events(
        api.tracker, build_event_draft(Type.PICKED_UP, shipment_id=shipment_node_id(shipment.id))
    )
    query = """{ keptNumbers(first: 2) { nodes { candidates { order {
        trackingId shipments { events(first: 2) { nodes {
            type shipment { order { items { sku } } }
        } } }
    } } } } }"""

    (node,) = (await api.fetch(query, READER))["keptNumbers"]["nodes"]

    inner = {"order": {"items": [{"sku": "MUG"}]}}
    events = {"nodes": [{"type": "PICKED_UP", "shipment": inner}]}
    assert node["candidates"] == [
        {"order": {"trackingId": order.tracking_id, "shipments": [{"events": events}]}}
    ]


@pytest.mark.parametrize("has_values", [False, True])
async def test_shipments_that_a_viewer_may_not_see_are_no_candidates(
    api: Api, monkeypatch: pytest.MonkeyPatch, has_values: bool
) -> None:
    of_gls = compared('"shipment"."carrier"', "=", "gls")
    model: type[Model] = Shipment
    monkeypatch.setitem(ROW_RIGHTS, model, lambda viewer: of_gls if has_values else NOTHING)
    await keep(api, "N1")
    await make_dispatched_shipment(
        api.tracker, await make_order(api.tracker), carrier="fedex", number="N1"
    )

    (node,) = (await api.fetch(LIST, READER))["keptNumbers"]["nodes"]

    assert node["candidates"] == []


async def test_at_most_twenty_sources_are_listed(api: Api) -> None:
    for number in range(22):
        await keep(api, "N1", name=str(number), source=f"s{number:02}")

    (node,) = (await api.fetch(LIST))["keptNumbers"]["nodes"]

    assert node["sources"] == [f"s{number:02}" for number in range(20)]
    assert node["events"] == await TrackingEvent.all().count() == 22
