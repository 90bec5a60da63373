"""The fast executor answers every document about every object as the stock executor does."""

from typing import Any

import orjson
import pytest
from graphql import execute_sync, get_introspection_query, parse
from graphql.execution import Executor, MiddlewareManager
from hypothesis import given
from hypothesis import strategies as st

from schema.attributes import attributes_of
from schema.build import build_schema
from schema.executor import FastExecutor
from tests.profiles import examples
from tests.schema.executors import STOCK, comparable, run
from tests.schema.stub_generator import ObjectGenerator, constant, deferred, documents, failing
from tests.schema.stub_schema import SCHEMA, Colour, StubObject

EXECUTORS = (STOCK, FastExecutor)
VARIABLES = {"yes": True, "no": False}


@examples(300)
@given(documents(), st.integers(0))
def test_the_fast_executor_answers_as_the_stock_executor(document: str, seed: int):
    source = ObjectGenerator(seed).build_object()
    stock = comparable(run(STOCK, document, source, variable_values=VARIABLES))
    reads = [*source.reads]
    source.reads.clear()

    fast = comparable(run(FastExecutor, document, source, variable_values=VARIABLES))

    assert fast == stock
    assert source.reads == reads


def test_the_fast_executor_reads_fields_without_resolvers_and_extensions():
    attributes = set(attributes_of(SCHEMA.type_map["Node"]))

    assert attributes == {
        *(
            "__typename",
            "name",
            "text",
            "required",
            "key",
            "flag",
            "number",
            "ratio",
            "amount",
            "at",
        ),
        *(
            "colour",
            "requiredColour",
            "lowercase",
            "words",
            "node",
            "requiredNode",
            "nodes",
            "optionalNodes",
        ),
        *("named", "either"),
    }


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("text", "a text", "a text"),
        ("text", 3, "3"),
        ("text", True, "true"),
        ("key", 7, "7"),
        ("flag", False, False),
        ("flag", "yes", None),
        ("number", True, 1),
        ("ratio", 2, 2.0),
        ("ratio", float("nan"), None),
        ("colour", Colour.RED, "RED"),
        ("colour", "green", "GREEN"),
        ("colour", "blue", None),
        ("colour", ["unhashable"], None),
        ("colour", ValueError("no colour"), None),
        ("lowercase", "softly", "softly"),
        ("lowercase", "LOUD", None),
        ("words", (), []),
        ("words", ["one"], ["one"]),
        ("words", "word", None),
        ("node", None, None),
        ("nodes", [], []),
    ],
)
def test_a_value_is_serialized_as_the_stock_executor_serializes_it(
    name: str, value: Any, shown: Any
):
    inner = "{ name }" if "node" in name else ""
    source = StubObject({name: constant(value)})

    stock, fast = (
        run(executor, f"{{ node {{ {name} {inner} }} }}", source) for executor in EXECUTORS
    )

    assert comparable(fast) == comparable(stock)
    assert fast.data == {"node": {name: shown}}


def test_errors_come_in_the_order_of_the_fields():
    source = StubObject(
        {
            "text": failing("first"),
            "flag": constant("second"),
            "key": deferred(failing("last")),
            "amount": failing("third"),
            "name": deferred(constant("a name")),
        }
    )

    answers = [
        run(executor, "{ node { key text flag amount name } }", source) for executor in EXECUTORS
    ]

    assert comparable(answers[0]) == comparable(answers[1])
    assert [error.path[-1] for error in answers[1].errors or () if error.path] == [
        *("text", "flag", "amount", "key")
    ]


def test_a_failing_attribute_is_read_once():
    source = StubObject(
        {"text": failing("no"), "flag": constant("no"), "key": deferred(constant("yes"))}
    )

    run(FastExecutor, "{ node { text flag key } }", source)

    assert source.reads == ["text", "flag", "key"]


def test_a_forbidden_null_nulls_its_parent_and_leaves_nothing_running():
    finished = []
    source = StubObject(
        {"key": deferred(lambda: finished.append("run")), "required": constant(None)}
    )

    answers = [run(executor, "{ node { key required text } }", source) for executor in EXECUTORS]

    assert comparable(answers[0]) == comparable(answers[1])
    assert answers[1].data == {"node": None}
    assert source.reads == ["key", "required"] * 2
    assert finished == ["run"] * 2


def test_middleware_sees_every_field():
    field_names: list[str] = []

    def middleware(next_: Any, source: Any, info: Any, **arguments: Any) -> Any:
        field_names.append(info.field_name)
        return next_(source, info, **arguments)

    source = StubObject({"text": constant("a text"), "flag": constant(True)})

    run(FastExecutor, "{ node { text flag } }", source, middleware=MiddlewareManager(middleware))

    assert field_names == ["node", "text", "flag"]


def test_each_event_of_a_subscription_is_executed_separately():
    document = parse("subscription { changed { text required colour } }")
    payloads = [
        StubObject(
            {
                "text": constant(text),
                "required": constant(required),
                "colour": constant(Colour.GREEN),
            }
        )
        for text, required in [("one", "1"), (None, "2"), ("three", None)]
    ]

    def execute_events(executor_class: type[Executor[Any]]) -> list[Any]:
        executor = executor_class.build(SCHEMA, document)
        assert isinstance(executor, Executor)
        return [
            executor.build_per_event_executor(payload).execute_operation() for payload in payloads
        ]

    stock, fast = execute_events(STOCK), execute_events(FastExecutor)

    assert [comparable(result) for result in fast] == [comparable(result) for result in stock]
    assert [result.data and result.data["changed"]["text"] for result in fast] == [
        "one",
        None,
        None,
    ]


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


def test_introspection_returns_the_whole_schema():
    core, document = build_schema().core, parse(get_introspection_query())

    stock, fast = (execute_sync(core, document, executor_class=executor) for executor in EXECUTORS)

    assert orjson.dumps(fast.data) == orjson.dumps(stock.data)
    assert fast.errors is None
