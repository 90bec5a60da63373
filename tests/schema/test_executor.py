"""The executor of mutations: variables reach the payload."""

PAYLOAD = """
mutation ($id: ID!, $first: Int!, $yes: Boolean!) {
  orderConfirm(trackingId: $id) {
    order { id @include(if: $yes) ...Past }
    ...Refused
  }
}
fragment Past on Order { history(first: $first) { nodes { position } } }
fragment Refused on OrderPayload { userErrors { code } }
"""


async def test_variables_apply_in_the_payload_of_a_mutation(api, order):
    data = await api.fetch(PAYLOAD, id=order.tracking_id, first=1, yes=False)

    expected_order = {"history": {"nodes": [{"position": 1}]}}
    assert data == {"orderConfirm": {"order": expected_order, "userErrors": []}}
