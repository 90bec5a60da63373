"""An operation whose scopes are missing is refused before its variables are read."""

from typing import Any

import pytest

from access.scopes import Scope
from access.viewer import ANONYMOUS, SYSTEM, Viewer
from engine.error_formatting import error_code
from engine.operations import InvalidOperation
from engine.variables import Variables
from tests.schema.viewers import HOLDER

ORDERS = "query ($first: Int) { orders(first: $first) { totalCount } }"
CREATE = """mutation ($input: OrderCreateInput!) {
  orderCreate(input: $input) { order { id } userErrors { code message } } }"""
FOLLOW = "subscription ($by: [OrderGroupBy!]) { orderStats(groupBy: $by) { groups { count } } }"
WRITER = Viewer("writer", frozenset({Scope.ORDERS_WRITE}))


@pytest.fixture
def unread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets every reading of variables fail."""

    def fail(*_: Any) -> Any:
        raise AssertionError("variables were read")

    monkeypatch.setattr(Variables, "coerce", fail)


async def test_a_query_is_refused_with_the_scope_that_it_needs(api, unread):
    answer = await api.execute(ORDERS, HOLDER, first="not a number")

    assert answer.data is None
    assert answer.errors == [
        {
            "message": "This needs an API key with the scope ORDERS_READ.",
            "locations": [{"line": 1, "column": 23}],
            "path": ["orders"],
            "extensions": {"code": "FORBIDDEN"},
        }
    ]


async def test_a_mutation_is_refused_in_its_payload(api, unread):
    answer = await api.execute(CREATE, HOLDER, input="not an object")

    assert answer.errors == []
    assert answer.data == {
        "orderCreate": {
            "order": None,
            "userErrors": [
                {
                    "code": "FORBIDDEN",
                    "message": "This needs an API key with the scope ORDERS_WRITE.",
                }
            ],
        }
    }


async def test_a_subscription_is_refused_although_its_variables_are_wrong(api):
    with pytest.raises(InvalidOperation) as refused:
        async with api.stream(FOLLOW, HOLDER, by="not a list"):
            pass

    (error,) = refused.value.errors
    assert (error_code(error), error.path) == ("FORBIDDEN", ["orderStats"])


async def test_whoever_has_the_scope_is_told_what_is_wrong_with_the_variables(api):
    for query, viewer, variables in (
        (ORDERS, SYSTEM, {"first": "not a number"}),
        (CREATE, WRITER, {"input": "not an object"}),
    ):
        assert (await api.execute(query, viewer, **variables)).codes == [
            "GRAPHQL_VALIDATION_FAILED"
        ]


async def test_other_root_fields_are_answered_beside_a_refused_one(api):
    query = "query ($first: Int) { orders(first: $first) { totalCount } position }"
    optional = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } position }"

    assert (await api.execute(query, HOLDER, first=1)).codes == ["FORBIDDEN"]
    assert (await api.execute(optional, HOLDER, ids=[])).data == {"nodes": [], "position": 0}


async def test_a_field_that_a_variable_leaves_out_is_not_refused(api):
    query = """query ($with: Boolean!, $first: Int) {
      orders(first: $first) @include(if: $with) { totalCount } position }"""

    assert (await api.fetch(query, ANONYMOUS, **{"with": False})) == {"position": 0}
    assert (await api.execute(query, ANONYMOUS, **{"with": True})).codes == ["FORBIDDEN"]
