"""Personal and staff fields stay hidden on every path that leads to them."""

import pytest

from access.scopes import Scope
from access.viewer import Viewer
from tests.factories.full_orders import NUMBER
from tests.schema.viewers import CONFIDANT, HOLDER, PERSONAL_ALONE, READER

PERSONAL_EVERYWHERE = """
  customer { name email phone orders { nodes { trackingId } } }
  shippingAddress { line1 }
  shipments { signedBy order { customer { name } } events { nodes { signedBy } } }
  exceptions { order { shippingAddress { line1 } } shipment { order { customer { name } } } }
  lastEvent { signedBy order { customer { name } } shipment { signedBy } }
"""


@pytest.mark.parametrize("viewer", [HOLDER, PERSONAL_ALONE, READER], ids=lambda value: value.name)
async def test_nothing_personal_is_revealed_on_any_path(api, full_order, viewer):
    query = f"query ($id: ID!) {{ order(trackingId: $id) {{ {PERSONAL_EVERYWHERE} }} }}"

    answer = await api.execute(query, viewer, id=full_order.tracking_id)

    assert set(answer.codes) == {"FORBIDDEN"}
    assert "Customer 1" not in str(answer)
    assert "example.com" not in str(answer)
    assert "Sample Street" not in str(answer)


async def test_a_confidant_reads_all_of_it(api, full_order):
    query = f"query ($id: ID!) {{ order(trackingId: $id) {{ {PERSONAL_EVERYWHERE} }} }}"

    order = (await api.fetch(query, CONFIDANT, id=full_order.tracking_id))["order"]

    assert order["customer"]["email"] == "customer1@example.com"
    assert order["shipments"][0]["signedBy"] == "Customer 1"
    assert order["exceptions"][0]["order"]["shippingAddress"] == {"line1": "Sample Street 1"}


CHANGES = """
subscription ($id: ID!) {
  orderChanged(trackingIds: [$id], after: 0) {
    __typename position sequence actor reason order { trackingId customer { name } }
    ... on ShipmentAmended { differences { field } }
    ... on EstimateRevised { estimate { latest reason } }
  }
}
"""


async def test_changes_hide_actor_reason_and_customer_from_holders(api, full_order):
    async with api.stream(CHANGES, HOLDER, id=full_order.tracking_id) as results:
        answer = await anext(results)

    assert answer.data["orderChanged"] == {
        "__typename": "OrderCreated",
        "position": 1,
        "sequence": 1,
        "actor": None,
        "reason": None,
        "order": {"trackingId": full_order.tracking_id, "customer": None},
    }
    assert sorted(".".join(error["path"]) for error in answer.errors) == [
        "orderChanged.actor",
        "orderChanged.order.customer",
        "orderChanged.reason",
    ]
    assert set(answer.codes) == {"FORBIDDEN"}


async def test_changes_show_staff_the_actor_and_only_confidants_the_customer(api, full_order):
    async with api.stream(CHANGES, READER, id=full_order.tracking_id) as results:
        seen_by_reader = await anext(results)
    async with api.stream(CHANGES, CONFIDANT, id=full_order.tracking_id) as results:
        seen_by_confidant = await anext(results)

    assert seen_by_reader.data["orderChanged"]["actor"] == "system"
    assert [error["path"] for error in seen_by_reader.errors] == [
        ["orderChanged", "order", "customer"]
    ]
    assert seen_by_confidant.errors == []
    order = seen_by_confidant.data["orderChanged"]["order"]
    assert order["customer"] == {"name": "Customer 1"}


TOLD = """mutation ($id: ID!) {
  trackingEventsRecord(input: {source: "api", events: [
    {shipmentId: $id, type: PROOF_OF_DELIVERY, occurredAt: "2026-01-01T00:00:00Z", signedBy: "A"}
  ]}) {
    userErrors { code }
    results { outcome event { type signedBy source order { status reference customer { name } } } }
  }
}"""


async def test_a_carrier_reads_in_its_answer_what_holders_read(api, full_order):
    teller = Viewer("carrier", frozenset({Scope.TRACKING_WRITE}))

    answer = await api.execute(TOLD, teller, id=full_order.shipment_id)

    (result,) = answer.data["trackingEventsRecord"]["results"]
    assert result["outcome"] == "RECORDED"
    assert result["event"] == {
        "type": "PROOF_OF_DELIVERY",
        "signedBy": None,
        "source": None,
        "order": {"status": "DELIVERED", "reference": None, "customer": None},
    }
    assert set(answer.codes) == {"FORBIDDEN"}


SEARCH = "query ($filter: OrderFilter) { orders(filter: $filter) { nodes { trackingId } } }"


@pytest.mark.parametrize("text", ["Customer 1", "customer1@EXAMPLE", "ustomer"])
async def test_people_are_found_only_with_the_right_to_personal_data(api, full_order, text):
    by_reader = await api.fetch(SEARCH, READER, filter={"search": text})
    by_confidant = await api.fetch(SEARCH, CONFIDANT, filter={"search": text})

    assert by_reader["orders"]["nodes"] == []
    assert by_confidant["orders"]["nodes"] == [{"trackingId": full_order.tracking_id}]


async def test_filtering_by_email_needs_the_right_at_any_depth(api, full_order):
    asked = {"customerEmail": "customer1@example.com"}

    for filter_ in (asked, {"not": asked}, {"and": [{"or": [{"not": asked}]}]}):
        answer = await api.execute(SEARCH, READER, filter=filter_)
        assert answer.data is None
        assert answer.codes == ["FORBIDDEN"]
    found = await api.fetch(SEARCH, CONFIDANT, filter=asked)
    assert found["orders"]["nodes"] == [{"trackingId": full_order.tracking_id}]


async def test_a_shipment_is_found_by_number_only_by_staff(api, full_order):
    query = f'{{ shipment(carrier: "UPS", trackingNumber: "{NUMBER[:4]} {NUMBER[4:]}") {{ id }} }}'

    answer = await api.execute(query, HOLDER)

    assert answer.data == {"shipment": None}
    assert answer.codes == ["FORBIDDEN"]
    assert await api.fetch(query, READER) == {"shipment": {"id": full_order.shipment_id}}
