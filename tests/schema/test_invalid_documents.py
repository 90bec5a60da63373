"""Documents that are too deep and variables of a wrong type are refused with a code."""

import pytest

from access.viewer import SYSTEM

VALIDATION = "GRAPHQL_VALIDATION_FAILED"


def nested(depth: int) -> str:
    """A document with that many levels."""
    steps = ["shipments" if level % 2 else "order" for level in range(1, depth - 1)]
    fields = ['order(trackingId: "x")', *steps, "id"]
    return "{" + " {".join(fields) + "}" * depth


async def test_sixteen_levels_are_too_deep_and_fifteen_are_not(api):
    deep, allowed = await api.execute(nested(16)), await api.execute(nested(15))

    assert deep.codes == ["LIMIT_EXCEEDED"]
    assert allowed.data == {"order": None}


VARIABLES = {
    "text for a number": ("query ($v: Int) { orders(first: $v) { totalCount } }", "x"),
    "a fraction for a number": ("query ($v: Int) { orders(first: $v) { totalCount } }", 1.5),
    "too large a number": ("query ($v: Int) { orders(first: $v) { totalCount } }", 2**31),
    "null for what must be": ("query ($v: ID!) { node(id: $v) { id } }", None),
    "an object for text": ("query ($v: ID!) { node(id: $v) { id } }", {}),
    "a negative position": ("query ($v: Position) { changes(after: $v) { totalCount } }", -1),
    "too far a position": ("query ($v: Position) { changes(after: $v) { totalCount } }", 2**60),
    "an unknown field": ("query ($v: OrderFilter) { orders(filter: $v) { totalCount } }", {"x": 1}),
}


@pytest.mark.parametrize("name", VARIABLES)
async def test_a_variable_of_a_wrong_type_is_refused(api, name):
    query, value = VARIABLES[name]

    answer = await api.execute(query, SYSTEM, v=value)

    assert answer.data is None
    assert answer.codes == [VALIDATION]
