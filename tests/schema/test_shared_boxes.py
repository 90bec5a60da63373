"""Shared boxes in the API: every event of the box is returned, and no order shows another."""

from access.scopes import Scope
from access.viewer import Viewer
from tests.factories.acts import make_order, make_shipment, shipment_node_id
from tests.factories.drafts import ago
from tests.schema.api import Api

DISPATCH = """mutation ($id: ID!) {
  shipmentDispatch(id: $id, input: {carrier: "ups", trackingNumber: "N1", isShared: true}) {
    shipment { isShared } userErrors { message }
  }
}"""
RECORD = """mutation ($at: DateTime!) {
  trackingEventsRecord(input: {source: "hub", events: [
    {carrier: "ups", trackingNumber: "N1", type: DELIVERED, occurredAt: $at}
    {carrier: "ups", trackingNumber: "N2", type: DELIVERED, occurredAt: $at}
  ]}) { results { outcome event { id } events { id order { trackingId } shipment { status } } } }
}"""
SEEN = """query ($trackingId: ID!) {
  order(trackingId: $trackingId) {
    status
    shipments { events { nodes { order { trackingId } shipment { order { trackingId } } } } }
    events { nodes { order { trackingId } } }
  }
}"""
WHERE = "query ($trackingId: ID!) { order(trackingId: $trackingId) { shipments { isShared } } }"


async def test_the_events_of_the_whole_box_are_returned_and_each_order_sees_its_own(
    api: Api,
) -> None:
    orders = [await make_order(api.tracker) for _ in range(2)]
    for order in orders:
        shipment = await make_shipment(api.tracker, order)
        data = await api.fetch(DISPATCH, id=shipment_node_id(shipment.id))
        assert data["shipmentDispatch"] == {"shipment": {"isShared": True}, "userErrors": []}

    at = ago(minutes=1).isoformat()
    recorded, kept = (await api.fetch(RECORD, at=at))["trackingEventsRecord"]["results"]

    assert (recorded["outcome"], kept["outcome"]) == ("RECORDED", "KEPT")
    assert kept["events"] == []
    first, second = recorded["events"]
    assert recorded["event"] == {"id": first["id"]}
    ids = {order.tracking_id for order in orders}
    assert {one["order"]["trackingId"] for one in (first, second)} == ids
    assert first["shipment"] == second["shipment"] == {"status": "DELIVERED"}
    (again, _) = (await api.fetch(RECORD, at=at))["trackingEventsRecord"]["results"]
    assert again == {**recorded, "outcome": "DUPLICATE"}
    for order in orders:
        own = {"trackingId": order.tracking_id}
        answer = await api.execute(SEEN, trackingId=order.tracking_id)
        assert answer.errors == []
        assert answer.data == {
            "order": {
                "status": "DELIVERED",
                "shipments": [{"events": {"nodes": [{"order": own, "shipment": {"order": own}}]}}],
                "events": {"nodes": [{"order": own}]},
            }
        }


async def test_only_staff_see_that_a_box_is_shared(api: Api) -> None:
    order = await make_order(api.tracker)
    shipment = await make_shipment(api.tracker, order)
    await api.fetch(DISPATCH, id=shipment_node_id(shipment.id))

    customer = await api.execute(WHERE, trackingId=order.tracking_id)
    staff = await api.fetch(
        WHERE, Viewer("staff", frozenset({Scope.ORDERS_READ})), trackingId=order.tracking_id
    )

    assert customer.codes == ["FORBIDDEN"]
    assert customer.data == {"order": {"shipments": [{"isShared": None}]}}
    assert staff == {"order": {"shipments": [{"isShared": True}]}}
