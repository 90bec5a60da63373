"""An order is found by its tracking id however a person spells it."""

import pytest

from models.tracking_ids import ALPHABET, new_tracking_id, parse_tracking_id
from tests.schema.viewers import HOLDER

STEM = "WA-0101-0101-0101-0101-"
TRACKING_ID = next(id_ for symbol in ALPHABET if (id_ := parse_tracking_id(STEM + symbol)))
LOOK_ALIKES = (("0", "O"), ("1", "I"), ("1", "L"), ("0", "o"), ("1", "l"))


@pytest.mark.parametrize(("symbol", "look_alike"), LOOK_ALIKES)
async def test_a_look_alike_is_read_as_the_symbol_that_it_looks_like(
    api, order, symbol, look_alike
):
    order.tracking_id = TRACKING_ID
    await order.save()
    typed = TRACKING_ID.replace(symbol, look_alike)

    answer = await api.execute(
        "query ($id: ID!) { order(trackingId: $id) { trackingId } }", HOLDER, id=typed
    )

    assert (answer.data, answer.errors) == ({"order": {"trackingId": TRACKING_ID}}, [])


async def test_a_typing_error_is_refused_before_the_database_is_asked(
    api, order, statements
) -> None:
    """Known and unknown ids are looked up by the same statement."""
    query = "query ($id: ID!) { order(trackingId: $id) { status } }"
    swapped = order.tracking_id[:-3] + order.tracking_id[-1] + "-" + order.tracking_id[-3]

    mistyped = [await api.execute(query, HOLDER, id=id_) for id_ in (swapped, "", "WA-1")]
    assert [answer.data for answer in mistyped] == [{"order": None}] * 3
    assert statements == []

    known = await api.execute(query, HOLDER, id=order.tracking_id)
    unknown = await api.execute(query, HOLDER, id=new_tracking_id())
    assert (known.data, unknown.data) == ({"order": {"status": "PENDING"}}, {"order": None})
    assert [statement.text for statement in statements] == [statements[0].text] * 2
