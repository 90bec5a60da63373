"""Spliced JSON appears in the answer as if it had been executed there, with its errors."""

import json
from typing import Any

import pytest
from graphql import ExecutionResult, GraphQLError
from hypothesis import given
from hypothesis import strategies as st

from engine.executor import SplicingExecutor
from engine.raw_json import RawJson
from engine.responses import encode_message
from errors import Forbidden
from tests.profiles import examples
from tests.schema.executors import STOCK, run
from tests.schema.stub_generator import SHORT, ObjectGenerator, constant, deferred, selections
from tests.schema.stub_schema import StubObject

TEXT = '{"text":"a text","any":[1,2.50,"ß"]}'
REFUSED = GraphQLError("Not for you.", path=["text"], original_error=Forbidden("Not for you."))
BROKEN = GraphQLError("It broke.", path=["nodes", 1, "required"], extensions={"code": "INTERNAL"})


def splice(attribute: str, value: Any) -> ExecutionResult:
    """Executes a query that reads the value from the attribute, between two other fields."""
    attributes = {
        "name": constant("before"),
        attribute: value if callable(value) else constant(value),
        "key": constant("after"),
    }
    field = {"splice": "spliced", "required_node": "requiredNode"}.get(attribute, attribute)
    document = f"{{ node {{ name {field} {{ text }} key }} }}"
    return run(SplicingExecutor, document, StubObject(attributes))


def encoded_data(result: ExecutionResult) -> str:
    return encode_message(result.data, None)


def answer_with(field: str, text: str) -> str:
    return f'{{"data":{{"node":{{"name":"before","{field}":{text},"key":"after"}}}}}}'


@pytest.mark.parametrize(
    ("attribute", "field"),
    [
        ("splice", "spliced"),
        ("node", "node"),
        ("required_node", "requiredNode"),
        ("named", "named"),
    ],
)
def test_the_text_of_an_object_stands_in_the_answer(attribute: str, field: str):
    assert encoded_data(splice(attribute, RawJson(TEXT))) == answer_with(field, TEXT)
    assert encoded_data(splice(attribute, deferred(constant(RawJson(TEXT))))) == answer_with(
        field, TEXT
    )


def test_the_text_of_a_list_stands_in_the_answer():
    assert encoded_data(splice("nodes", RawJson(f"[{TEXT},{TEXT}]"))) == answer_with(
        "nodes", f"[{TEXT},{TEXT}]"
    )


def test_items_of_a_list_are_spliced_one_by_one():
    items = [
        RawJson(TEXT),
        StubObject({"text": constant("walked")}),
        None,
        RawJson(None),
        RawJson("{}"),
    ]

    result = run(
        SplicingExecutor,
        "{ node { optionalNodes { text } } }",
        StubObject({"optional_nodes": constant(items)}),
    )

    spliced = f'[{TEXT},{{"text":"walked"}},null,null,{{}}]'
    assert encoded_data(result) == f'{{"data":{{"node":{{"optionalNodes":{spliced}}}}}}}'
    assert result.errors is None


def test_a_spliced_nothing_is_null_in_a_nullable_field():
    result = splice("node", RawJson(None))

    assert encoded_data(result) == answer_with("node", "null")
    assert result.errors is None


def test_a_spliced_nothing_nulls_the_parent_of_a_non_null_field():
    result = splice("required_node", RawJson(None))

    assert encoded_data(result) == '{"data":{"node":null}}'
    assert [(error.message, error.path) for error in result.errors or ()] == [
        ("Cannot return null for non-nullable field Node.requiredNode.", ["node", "requiredNode"])
    ]


@pytest.mark.parametrize("attribute", ["node", "required_node"])
def test_errors_stand_beside_the_text_and_their_paths_begin_at_the_root(attribute: str):
    field = "requiredNode" if attribute == "required_node" else attribute

    result = splice(attribute, RawJson(TEXT, (REFUSED, BROKEN)))

    assert encoded_data(result) == answer_with(field, TEXT)
    assert [error.formatted for error in result.errors or ()] == [
        {
            "message": "Not for you.",
            "locations": [{"line": 1, "column": 15}],
            "path": ["node", field, "text"],
        },
        {
            "message": "It broke.",
            "locations": [{"line": 1, "column": 15}],
            "path": ["node", field, "nodes", 1, "required"],
            "extensions": {"code": "INTERNAL"},
        },
    ]
    assert [type(error.original_error) for error in result.errors or ()] == [
        Forbidden,
        type(None),
    ]


def test_a_spliced_null_with_errors_adds_no_error():
    here = splice("node", RawJson(None, (REFUSED, BROKEN)))
    above = splice("required_node", RawJson(None, (REFUSED, BROKEN)))

    assert encoded_data(here) == answer_with("node", "null")
    assert encoded_data(above) == '{"data":{"node":null}}'
    for result in (here, above):
        assert [error.message for error in result.errors or ()] == ["Not for you.", "It broke."]


def test_errors_in_a_list_say_where_they_are():
    items = [RawJson(TEXT), RawJson(TEXT, (REFUSED,)), RawJson(None, (BROKEN,))]

    result = run(
        SplicingExecutor,
        "{ node { optionalNodes { text } } }",
        StubObject({"optional_nodes": constant(items)}),
    )

    assert [error.path for error in result.errors or ()] == [
        ["node", "optionalNodes", 1, "text"],
        ["node", "optionalNodes", 2, "nodes", 1, "required"],
    ]


@examples(200)
@given(st.sampled_from(["node", "requiredNode"]), selections(), st.integers(0))
def test_a_spliced_answer_equals_an_executed_one(field: str, selection: str, seed: int):
    """A selection that is executed by itself and spliced equals one executed in its place."""
    variables = {"yes": True, "no": False}
    head = "query($yes: Boolean = true, $no: Boolean = false)"
    inner = ObjectGenerator(seed).build_object()
    whole_document = f"{head} {{ node {{ name {field} {{ {selection} }} key }} }} {SHORT}"
    inner_document = f"{head} {{ node {{ {selection} }} }} {SHORT}"

    def parent_of(value: Any) -> StubObject:
        attributes = {"name": constant(7j), "key": constant("after")}
        return StubObject({**attributes, "node": constant(value), "required_node": constant(value)})

    executed_result = run(STOCK, whole_document, parent_of(inner), variable_values=variables)
    separate = run(STOCK, inner_document, inner, variable_values=variables)
    assert separate.data is not None
    text = None if separate.data["node"] is None else json.dumps(separate.data["node"])
    errors = tuple(_without_root(error) for error in separate.errors or ())
    spliced_result = run(
        SplicingExecutor,
        whole_document,
        parent_of(RawJson(text, errors)),
        variable_values=variables,
    )

    assert json.loads(encode_message(spliced_result.data, None))["data"] == json.loads(
        json.dumps(executed_result.data)
    )
    assert [_comparable(error) for error in spliced_result.errors or ()] == [
        _comparable(error) for error in executed_result.errors or ()
    ]


def _without_root(error: GraphQLError) -> GraphQLError:
    """The error with a path that begins below the root field."""
    path = (error.path or [])[1:]
    return GraphQLError(error.message, error.nodes, path=path, original_error=error.original_error)


def _comparable(error: GraphQLError) -> Any:
    """An error without its locations, which differ because the documents differ."""
    return error.message, error.path, type(error.original_error)
