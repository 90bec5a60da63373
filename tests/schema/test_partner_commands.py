"""A partner acts on its carriers' shipments, on what hangs on them, and on nothing else."""

from dataclasses import replace
from typing import Any

import pytest

from models.enums import TrackingEventType
from models.events import TrackingEvent
from models.node_ids import NodeType, node_id
from models.shipments import Shipment
from tests.factories.acts import make_events
from tests.factories.drafts import ago, build_event_draft
from tests.schema.api import Api
from tests.schema.partner_shop import (
    FOREIGN_NUMBER,
    HIDDEN_NUMBER,
    OWN_NUMBER,
    PARTNER,
    PartnerShop,
    make_partner_shop,
)

ERRORS = "userErrors { code message field }"
ON_SHIPMENT = {
    "shipmentPack": f"mutation ($id: ID!) {{ shipmentPack(id: $id) {{ {ERRORS} }} }}",
    "shipmentDispatch": (
        'mutation ($id: ID!) { shipmentDispatch(id: $id, input: {carrier: "ups"})'
        f" {{ {ERRORS} }} }}"
    ),
    "shipmentAmend": (
        'mutation ($id: ID!) { shipmentAmend(id: $id, input: {service: "saver"})'
        f" {{ {ERRORS} }} }}"
    ),
    "shipmentEstimate": (
        "mutation ($id: ID!) { shipmentEstimate(id: $id, estimate:"
        f' {{earliest: "2026-12-24T12:00:00Z", latest: "2026-12-24T12:00:00Z"}}) {{ {ERRORS} }} }}'
    ),
    "shipmentCancel": (
        f'mutation ($id: ID!) {{ shipmentCancel(id: $id, reason: "x") {{ {ERRORS} }} }}'
    ),
    "exceptionAcknowledge": (
        f"mutation ($id: ID!) {{ exceptionAcknowledge(id: $id) {{ {ERRORS} }} }}"
    ),
    "exceptionNoteAdd": (
        f'mutation ($id: ID!) {{ exceptionNoteAdd(id: $id, body: "x") {{ {ERRORS} }} }}'
    ),
    "trackingEventRetract": (
        f'mutation ($id: ID!) {{ trackingEventRetract(id: $id, reason: "x") {{ {ERRORS} }} }}'
    ),
}
ON_ORDER = {
    "orderConfirm": f"mutation ($id: ID!) {{ orderConfirm(trackingId: $id) {{ {ERRORS} }} }}",
    "orderHold": (
        f'mutation ($id: ID!) {{ orderHold(trackingId: $id, reason: "x") {{ {ERRORS} }} }}'
    ),
    "orderRelease": f"mutation ($id: ID!) {{ orderRelease(trackingId: $id) {{ {ERRORS} }} }}",
    "orderCancel": (
        f'mutation ($id: ID!) {{ orderCancel(trackingId: $id, reason: "x") {{ {ERRORS} }} }}'
    ),
    "orderAmend": (
        f"mutation ($id: ID!) {{ orderAmend(trackingId: $id, input: {{}}) {{ {ERRORS} }} }}"
    ),
    "exceptionOpen": (
        "mutation ($id: ID!) { exceptionOpen(trackingId: $id, input: {type: OTHER,"
        f' summary: "x"}}) {{ {ERRORS} }} }}'
    ),
}
RECORD = """mutation ($events: [TrackingEventInput!]!, $source: String! = "depot") {
  trackingEventsRecord(input: {source: $source, events: $events}) {
    results { outcome event { id } events { id } userErrors { code message field } }
  }
}"""


@pytest.fixture
async def shop(api: Api) -> PartnerShop:
    return await make_partner_shop(api.tracker)


async def errors_of(api: Api, query: str, id_: str) -> list[dict[str, Any]]:
    (payload,) = (await api.fetch(query, PARTNER, id=id_)).values()
    errors: list[dict[str, Any]] = payload["userErrors"]
    return errors


async def foreign_ids(shop: PartnerShop, command: str) -> list[str]:
    """The ids of what the command acts on, of another carrier and of an order of its own."""
    if command.startswith("shipment"):
        return [shop.foreign_shipment, shop.hidden_shipment]
    if command.startswith("exception"):
        return [shop.order_exception]
    event = await TrackingEvent.get(number_key=HIDDEN_NUMBER.replace("-", ""), type="DAMAGED")
    return [node_id(NodeType.EVENT, event.id)]


@pytest.mark.parametrize("command", ON_SHIPMENT)
async def test_what_it_does_not_see_is_not_found(api: Api, shop: PartnerShop, command: str) -> None:
    position = await api.fetch("{ position }")
    for id_ in await foreign_ids(shop, command):
        unknown = f"{id_[:-12]}{0:012x}"

        errors = await errors_of(api, ON_SHIPMENT[command], id_)

        assert [error["code"] for error in errors] == ["NOT_FOUND"]
        assert errors == await errors_of(api, ON_SHIPMENT[command], unknown)
    assert await api.fetch("{ position }") == position


@pytest.mark.parametrize("command", ON_ORDER)
async def test_it_acts_on_no_order_as_a_whole(api: Api, shop: PartnerShop, command: str) -> None:
    position = await api.fetch("{ position }")

    hidden = await errors_of(api, ON_ORDER[command], shop.hidden.tracking_id)
    shared = await errors_of(api, ON_ORDER[command], shop.shared.tracking_id)

    assert hidden == await errors_of(api, ON_ORDER[command], "WA-1")
    assert [error["code"] for error in hidden] == ["NOT_FOUND"]
    assert [error["code"] for error in shared] == ["FORBIDDEN"]
    assert await api.fetch("{ position }") == position


async def test_it_creates_no_order(api: Api) -> None:
    query = f"""mutation {{ orderCreate(input: {{customer: {{name: "A"}}, currency: "EUR",
      shippingAddress: {{line1: "x", city: "Berlin", postalCode: "10115", country: "DE"}},
      items: [{{sku: "MUG", name: "Mug", quantity: 1}}]}}) {{ order {{ id }} {ERRORS} }} }}"""
    created = (await api.fetch(query, PARTNER))["orderCreate"]

    assert created["order"] is None
    assert [error["code"] for error in created["userErrors"]] == ["FORBIDDEN"]
    assert await api.fetch("{ position }") == {"position": 0}


async def test_it_acts_on_its_own_shipments(api: Api, shop: PartnerShop) -> None:
    query = f"""mutation ($id: ID!) {{ shipmentAmend(id: $id, input: {{service: "saver"}}) {{
      shipment {{ service order {{ shipments {{ id }} }} }} {ERRORS} }} }}"""

    assert await api.fetch(query, PARTNER, id=shop.own_shipment) == {
        "shipmentAmend": {
            "shipment": {"service": "saver", "order": {"shipments": [{"id": shop.own_shipment}]}},
            "userErrors": [],
        }
    }
    opened = await api.fetch(
        f"""mutation ($order: ID!, $id: ID!) {{ exceptionOpen(trackingId: $order, input:
          {{type: OTHER, summary: "x", shipmentId: $id}}) {{ exception {{ type }} {ERRORS} }} }}""",
        PARTNER,
        order=shop.shared.tracking_id,
        id=shop.own_shipment,
    )
    assert opened == {"exceptionOpen": {"exception": {"type": "OTHER"}, "userErrors": []}}


async def test_it_gives_no_shipment_to_another_carrier(api: Api, shop: PartnerShop) -> None:
    amended = await errors_of(
        api,
        'mutation ($id: ID!) { shipmentAmend(id: $id, input: {carrier: "fedex"})'
        f" {{ {ERRORS} }} }}",
        shop.own_shipment,
    )

    assert [(one["code"], one["field"]) for one in amended] == [("FORBIDDEN", ["input", "carrier"])]
    assert (await Shipment.get(number_key="1ZOWN")).carrier == "ups"


def news(**fields: Any) -> dict[str, Any]:
    return {"type": "RETURN_STARTED", "occurredAt": ago(minutes=30).isoformat(), **fields}


async def recorded(api: Api, *events: dict[str, Any], source: str = "depot") -> Any:
    data = await api.fetch(RECORD, PARTNER, events=list(events), source=source)
    return data["trackingEventsRecord"]["results"]


async def test_it_records_events_of_its_carriers_numbers(api: Api, shop: PartnerShop) -> None:
    own, foreign, unknown = await recorded(
        api,
        news(carrier="UPS", trackingNumber=OWN_NUMBER),
        news(carrier="fedex", trackingNumber=HIDDEN_NUMBER),
        news(carrier="fedex", trackingNumber="never seen"),
    )

    assert (own["outcome"], len(own["events"])) == ("RECORDED", 1)
    assert foreign["outcome"] == unknown["outcome"] == "INVALID"
    assert foreign["userErrors"][0]["message"] == unknown["userErrors"][0]["message"]


async def test_it_records_events_of_shipments_that_it_sees(api: Api, shop: PartnerShop) -> None:
    own, foreign, unknown = await recorded(
        api,
        news(shipmentId=shop.own_shipment),
        news(shipmentId=shop.hidden_shipment),
        news(shipmentId="shipment_01a20625-b6ae-74e2-ae13-6b75262c2ac7"),
    )

    assert own["outcome"] == "RECORDED"
    assert foreign["outcome"] == unknown["outcome"] == "INVALID"
    assert foreign["userErrors"][0]["message"] == unknown["userErrors"][0]["message"]


async def test_news_that_goes_to_another_carrier_of_the_family_seems_kept(api: Api) -> None:
    # The carriers ups and ups_mi are of one family, and the key is bounded to one of them.
    await make_partner_shop(api.tracker)
    await Shipment.filter(number_key="1ZOWN").update(carrier="ups_mi")

    taken, unknown = await recorded(
        api,
        news(carrier="ups", trackingNumber=OWN_NUMBER),
        news(carrier="ups", trackingNumber="never seen"),
    )

    assert taken == unknown == {"outcome": "KEPT", "event": None, "events": [], "userErrors": []}


async def test_it_retracts_only_events_that_it_sees(api: Api, shop: PartnerShop) -> None:
    """It may name any source, and any carrier of its own with another's number."""
    known, unknown = await recorded(
        api,
        news(
            carrier="ups",
            trackingNumber=HIDDEN_NUMBER,
            sourceEventId="r1",
            retracts=f"{HIDDEN_NUMBER} damaged",
        ),
        news(carrier="ups", trackingNumber=HIDDEN_NUMBER, sourceEventId="r2", retracts="coming"),
        source="fedex hub",
    )

    assert known["outcome"] == unknown["outcome"] == "INVALID"
    assert await TrackingEvent.filter(retracted_at__isnull=False).count() == 0


async def test_its_events_take_the_place_of_no_other_sources(api: Api, shop: PartnerShop) -> None:
    (first,) = await recorded(
        api,
        news(carrier="ups", trackingNumber=OWN_NUMBER, sourceEventId="next"),
        source="fedex hub",
    )
    (repeated,) = await recorded(
        api,
        news(carrier="ups", trackingNumber=OWN_NUMBER, sourceEventId="next"),
        source="fedex hub",
    )
    await make_events(
        api.tracker,
        build_event_draft(
            TrackingEventType.RETURN_STARTED,
            carrier="fedex",
            tracking_number=FOREIGN_NUMBER,
            source_event_id="next",
        ),
        source="fedex hub",
    )

    assert (first["outcome"], repeated["outcome"]) == ("RECORDED", "DUPLICATE")
    assert await TrackingEvent.filter(source_event_id="next").count() == 2


async def test_its_events_take_the_place_of_no_other_partners_of_its_name(
    api: Api, shop: PartnerShop
) -> None:
    person = replace(
        PARTNER, carriers=frozenset({"fedex"}), subject=("https://login.example", "depot")
    )
    await recorded(api, news(carrier="ups", trackingNumber=OWN_NUMBER, sourceEventId="next"))
    other = news(carrier="fedex", trackingNumber=FOREIGN_NUMBER, sourceEventId="next")

    data = await api.fetch(RECORD, person, events=[other])

    assert [one["outcome"] for one in data["trackingEventsRecord"]["results"]] == ["RECORDED"]


KEPT = "{ keptNumbers { totalCount nodes { carrier trackingNumber } } }"
ASSIGN = f"""mutation ($carrier: String!, $number: String!, $id: ID!) {{
  keptNumberAssign(carrier: $carrier, trackingNumber: $number, shipmentId: $id, reason: "x") {{
    shipment {{ id }} {ERRORS} }} }}"""
DISCARD = f"""mutation ($carrier: String!, $number: String!) {{
  keptNumberDiscard(carrier: $carrier, trackingNumber: $number, reason: "x") {{
    events {ERRORS} }} }}"""


async def test_kept_numbers_are_those_of_its_carriers(api: Api, shop: PartnerShop) -> None:
    await make_events(
        api.tracker,
        *(
            build_event_draft(
                TrackingEventType.IN_TRANSIT, carrier=carrier, tracking_number=f"K-{carrier}"
            )
            for carrier in ("ups", "fedex")
        ),
    )
    foreign = {"carrier": "fedex", "number": "K-fedex"}
    nothing = {"carrier": "fedex", "number": "nothing"}
    own = {"carrier": "ups", "number": "K-ups"}

    assert await api.fetch(KEPT, PARTNER) == {
        "keptNumbers": {
            "totalCount": 1,
            "nodes": [{"carrier": "ups", "trackingNumber": "KUPS"}],
        }
    }
    for query in (ASSIGN, DISCARD):
        answers = [
            await api.fetch(query, PARTNER, id=shop.own_shipment, **number)
            if query is ASSIGN
            else await api.fetch(query, PARTNER, **number)
            for number in (foreign, nothing)
        ]
        codes = [
            [error["code"] for error in next(iter(answer.values()))["userErrors"]]
            for answer in answers
        ]
        assert codes == [["INVALID"], ["INVALID"]]
    hidden = await api.fetch(ASSIGN, PARTNER, id=shop.hidden_shipment, **own)
    assert [one["code"] for one in hidden["keptNumberAssign"]["userErrors"]] == ["NOT_FOUND"]
    assert await api.fetch(ASSIGN, PARTNER, id=shop.own_shipment, **own) == {
        "keptNumberAssign": {"shipment": {"id": shop.own_shipment}, "userErrors": []}
    }
    assert (await api.fetch(KEPT))["keptNumbers"]["totalCount"] == 1
