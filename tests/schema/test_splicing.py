"""What is spliced stands in the answer as if it had been executed there, errors and all."""

import json
from typing import Any

import pytest
from graphql import ExecutionResult, GraphQLError
from hypothesis import given, settings
from hypothesis import strategies as st

from errors import Forbidden
from schema.encoding import encoded
from schema.executor import FastExecutor
from schema.splicing import Spliced
from tests.schema.asking import STOCK, ask
from tests.schema.made_things import SHORT, Chance, later, same, selections
from tests.schema.things import Recipe, Source

TEXT = '{"text":"a text","any":[1,2.50,"ß"]}'
REFUSED = GraphQLError("Not for you.", path=["text"], original_error=Forbidden("Not for you."))
BROKEN = GraphQLError("It broke.", path=["things", 1, "needed"], extensions={"code": "INTERNAL"})


def spliced(place: str, value: Any, *, beside: Recipe | None = None) -> ExecutionResult:
    """In this field of a thing, between two others."""
    attributes = {
        "name": beside or same("before"),
        place: value if callable(value) else same(value),
        "key": same("after"),
    }
    name = {"splice": "spliced", "needed_thing": "neededThing"}.get(place, place)
    return ask(FastExecutor, f"{{ thing {{ name {name} {{ text }} key }} }}", Source(attributes))


def written(result: ExecutionResult) -> str:
    return encoded(result.data, None)


def answer_with(place: str, text: str) -> str:
    return f'{{"data":{{"thing":{{"name":"before","{place}":{text},"key":"after"}}}}}}'


@pytest.mark.parametrize(
    ("place", "name"),
    [
        ("splice", "spliced"),
        ("thing", "thing"),
        ("needed_thing", "neededThing"),
        ("named", "named"),
    ],
)
def test_the_text_of_an_object_stands_in_the_answer(place: str, name: str):
    assert written(spliced(place, Spliced(TEXT))) == answer_with(name, TEXT)
    assert written(spliced(place, later(same(Spliced(TEXT))))) == answer_with(name, TEXT)


def test_the_text_of_a_list_stands_in_the_answer():
    assert written(spliced("things", Spliced(f"[{TEXT},{TEXT}]"))) == answer_with(
        "things", f"[{TEXT},{TEXT}]"
    )


def test_items_of_a_list_are_spliced_one_by_one():
    items = [Spliced(TEXT), Source({"text": same("walked")}), None, Spliced(None), Spliced("{}")]

    result = ask(
        FastExecutor, "{ thing { someThings { text } } }", Source({"some_things": same(items)})
    )

    said = f'[{TEXT},{{"text":"walked"}},null,null,{{}}]'
    assert written(result) == f'{{"data":{{"thing":{{"someThings":{said}}}}}}}'
    assert result.errors is None


def test_nothing_is_null_where_null_may_be():
    result = spliced("thing", Spliced(None))

    assert written(result) == answer_with("thing", "null")
    assert result.errors is None


def test_nothing_bubbles_where_null_may_not_be():
    result = spliced("needed_thing", Spliced(None))

    assert written(result) == '{"data":{"thing":null}}'
    assert [(error.message, error.path) for error in result.errors or ()] == [
        ("Cannot return null for non-nullable field Thing.neededThing.", ["thing", "neededThing"])
    ]


@pytest.mark.parametrize("place", ["thing", "needed_thing"])
def test_errors_stand_beside_the_text_and_their_paths_begin_at_the_root(place: str):
    name = "neededThing" if place == "needed_thing" else place

    result = spliced(place, Spliced(TEXT, (REFUSED, BROKEN)))

    assert written(result) == answer_with(name, TEXT)
    assert [error.formatted for error in result.errors or ()] == [
        {
            "message": "Not for you.",
            "locations": [{"line": 1, "column": 16}],
            "path": ["thing", name, "text"],
        },
        {
            "message": "It broke.",
            "locations": [{"line": 1, "column": 16}],
            "path": ["thing", name, "things", 1, "needed"],
            "extensions": {"code": "INTERNAL"},
        },
    ]
    assert [type(error.original_error) for error in result.errors or ()] == [
        Forbidden,
        type(None),
    ]


def test_the_last_error_of_a_null_is_why_it_is_null():
    here = spliced("thing", Spliced(None, (REFUSED, BROKEN)))
    above = spliced("needed_thing", Spliced(None, (REFUSED, BROKEN)))

    assert written(here) == answer_with("thing", "null")
    assert written(above) == '{"data":{"thing":null}}'
    for result in (here, above):
        assert [error.message for error in result.errors or ()] == ["Not for you.", "It broke."]


def test_errors_in_a_list_say_where_they_are():
    items = [Spliced(TEXT), Spliced(TEXT, (REFUSED,)), Spliced(None, (BROKEN,))]

    result = ask(
        FastExecutor, "{ thing { someThings { text } } }", Source({"some_things": same(items)})
    )

    assert [error.path for error in result.errors or ()] == [
        ["thing", "someThings", 1, "text"],
        ["thing", "someThings", 2, "things", 1, "needed"],
    ]


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(["thing", "neededThing"]), selections(), st.integers(0))
def test_it_is_the_same_answer_as_if_it_were_executed(place: str, selected: str, seed: int):
    """Executed by itself, then spliced; beside it, executed in its place."""
    variables = {"yes": True, "no": False}
    head, inner = "query($yes: Boolean = true, $no: Boolean = false)", Chance(seed).source()
    whole = f"{head} {{ thing {{ name {place} {{ {selected} }} key }} }} {SHORT}"
    alone = f"{head} {{ thing {{ {selected} }} }} {SHORT}"

    def holding(value: Any) -> Source:
        found = {"name": same(7j), "key": same("after")}
        return Source({**found, "thing": same(value), "needed_thing": same(value)})

    executed = ask(STOCK, whole, holding(inner), variable_values=variables)
    made = ask(STOCK, alone, inner, variable_values=variables)
    assert made.data is not None
    text = None if made.data["thing"] is None else json.dumps(made.data["thing"])
    errors = tuple(_from_here(error) for error in made.errors or ())
    joined = ask(FastExecutor, whole, holding(Spliced(text, errors)), variable_values=variables)

    assert json.loads(encoded(joined.data, None))["data"] == json.loads(json.dumps(executed.data))
    assert [_placed(error) for error in joined.errors or ()] == [
        _placed(error) for error in executed.errors or ()
    ]


def _from_here(error: GraphQLError) -> GraphQLError:
    path = (error.path or [])[1:]
    return GraphQLError(error.message, error.nodes, path=path, original_error=error.original_error)


def _placed(error: GraphQLError) -> Any:
    """Where in the document is another matter: they were met in two."""
    return error.message, error.path, type(error.original_error)
