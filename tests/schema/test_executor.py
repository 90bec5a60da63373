"""The executor answers as the stock one does, whatever it is asked and whatever it finds."""

from typing import Any

import orjson
import pytest
from graphql import execute_sync, get_introspection_query, parse
from graphql.execution import Executor, MiddlewareManager
from hypothesis import given, settings
from hypothesis import strategies as st

from schema.attributes import attributes_of
from schema.build import build_schema
from schema.executor import FastExecutor
from tests.schema.asking import STOCK, ask, said
from tests.schema.made_things import Chance, documents, failing, later, same
from tests.schema.things import SCHEMA, Colour, Source

BOTH = (STOCK, FastExecutor)
VARIABLES = {"yes": True, "no": False}


@settings(max_examples=300, deadline=None)
@given(documents(), st.integers(0))
def test_it_answers_as_the_stock_one(document: str, seed: int):
    source = Chance(seed).source()
    stock = said(ask(STOCK, document, source, variable_values=VARIABLES))
    reads = [*source.reads]
    source.reads.clear()

    fast = said(ask(FastExecutor, document, source, variable_values=VARIABLES))

    assert fast == stock
    assert source.reads == reads


def test_it_reads_what_no_resolver_and_no_extension_stands_before():
    read = set(attributes_of(SCHEMA.type_map["Thing"]))

    assert read == {
        *("__typename", "name", "text", "needed", "key", "flag", "number", "share", "amount", "at"),
        *(
            "colour",
            "neededColour",
            "whisper",
            "words",
            "thing",
            "neededThing",
            "things",
            "someThings",
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
        ("share", 2, 2.0),
        ("share", float("nan"), None),
        ("colour", Colour.RED, "RED"),
        ("colour", "green", "GREEN"),
        ("colour", "blue", None),
        ("colour", ["unhashable"], None),
        ("colour", ValueError("no colour"), None),
        ("whisper", "softly", "softly"),
        ("whisper", "LOUD", None),
        ("words", (), []),
        ("words", ["one"], ["one"]),
        ("words", "word", None),
        ("thing", None, None),
        ("things", [], []),
    ],
)
def test_a_value_is_shown_as_the_stock_one_shows_it(name: str, value: Any, shown: Any):
    inner = "{ name }" if "thing" in name else ""
    source = Source({name: same(value)})

    stock, fast = (ask(one, f"{{ thing {{ {name} {inner} }} }}", source) for one in BOTH)

    assert said(fast) == said(stock)
    assert fast.data == {"thing": {name: shown}}


def test_errors_come_in_the_order_of_the_fields():
    source = Source(
        {
            "text": failing("first"),
            "flag": same("second"),
            "key": later(failing("last")),
            "amount": failing("third"),
            "name": later(same("here")),
        }
    )

    answers = [ask(one, "{ thing { key text flag amount name } }", source) for one in BOTH]

    assert said(answers[0]) == said(answers[1])
    assert [error.path[-1] for error in answers[1].errors or () if error.path] == [
        *("text", "flag", "amount", "key")
    ]


def test_what_fails_is_read_once():
    source = Source({"text": failing("no"), "flag": same("no"), "key": later(same("yes"))})

    ask(FastExecutor, "{ thing { text flag key } }", source)

    assert source.reads == ["text", "flag", "key"]


def test_a_null_that_may_not_be_takes_the_whole_with_it_and_leaves_nothing_running():
    left = []
    source = Source({"key": later(lambda: left.append("run")), "needed": same(None)})

    answers = [ask(one, "{ thing { key needed text } }", source) for one in BOTH]

    assert said(answers[0]) == said(answers[1])
    assert answers[1].data == {"thing": None}
    assert source.reads == ["key", "needed"] * 2
    assert left == ["run"] * 2


def test_middleware_sees_every_field():
    seen: list[str] = []

    def middleware(next_: Any, source: Any, info: Any, **arguments: Any) -> Any:
        seen.append(info.field_name)
        return next_(source, info, **arguments)

    source = Source({"text": same("a text"), "flag": same(True)})

    ask(FastExecutor, "{ thing { text flag } }", source, middleware=MiddlewareManager(middleware))

    assert seen == ["thing", "text", "flag"]


def test_each_event_of_a_subscription_is_executed_for_itself():
    document = parse("subscription { changed { text needed colour } }")
    payloads = [
        Source({"text": same(text), "needed": same(needed), "colour": same(Colour.GREEN)})
        for text, needed in [("one", "1"), (None, "2"), ("three", None)]
    ]

    def worded(one: type[Executor[Any]]) -> list[Any]:
        executor = one.build(SCHEMA, document)
        assert isinstance(executor, Executor)
        return [executor.build_per_event_executor(each).execute_operation() for each in payloads]

    stock, fast = worded(STOCK), worded(FastExecutor)

    assert [said(one) for one in fast] == [said(one) for one in stock]
    assert [one.data and one.data["changed"]["text"] for one in fast] == ["one", None, None]


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


async def test_variables_are_known_in_what_a_mutation_answers_with(api, order):
    data = await api.data(PAYLOAD, id=order.tracking_id, first=1, yes=False)

    order_ = {"history": {"nodes": [{"position": 1}]}}
    assert data == {"orderConfirm": {"order": order_, "userErrors": []}}


def test_it_tells_the_whole_schema():
    core, document = build_schema().core, parse(get_introspection_query())

    stock, fast = (execute_sync(core, document, executor_class=one) for one in BOTH)

    assert orjson.dumps(fast.data) == orjson.dumps(stock.data)
    assert fast.errors is None
