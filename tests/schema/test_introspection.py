"""Introspection answers as graphql-core does, but is counted, and answers are remembered."""

import json

import pytest
from graphql import get_introspection_query, graphql_sync

from access.viewer import ANONYMOUS, SYSTEM
from engine.introspection import plan as introspection_plan
from engine.introspection.plan import Introspection
from engine.introspection.rendering import AnswerRenderer

TOOLS = get_introspection_query(
    descriptions=True,
    specified_by_url=True,
    directive_is_repeatable=True,
    schema_description=True,
    input_value_deprecation=True,
    one_of=True,
)
"""The query by which GraphiQL and other tools read the schema, with all that it may ask."""
QUESTIONS = {
    "the query of tools": (TOOLS, {}),
    "several questions": (
        '{ __schema { queryType { name } } __typename __type(name: "Order") { name } }',
        {},
    ),
    "an unknown type": ('{ __type(name: "Nothing") { name fields { name } } }', {}),
    "aliases and fragments": (
        """{ a: __schema {
          x: __typename y: types { ...T } directives { locations args { name } } } }
        fragment T on __Type { kind name ... on __Type { n: name } possibleTypes { name } }""",
        {},
    ),
    "variables": (
        """query ($name: String!, $old: Boolean = false, $with: Boolean!) {
          __type(name: $name) { fields(includeDeprecated: $old) { name } }
          other: __type(name: $name) { name @include(if: $with) kind @skip(if: $with) } }""",
        {"name": "Order", "with": True},
    ),
    "names in JSON": ('{ __type(name: "Käse") { name } }', {}),
}


@pytest.mark.parametrize("name", QUESTIONS)
async def test_an_answer_is_that_of_the_library(api, name):
    query, variables = QUESTIONS[name]
    expected = graphql_sync(api.schema.core, query, variable_values=variables)
    assert expected.errors is None

    for _ in range(2):
        answer = await api.execute(query, **variables)
        assert answer.errors == []
        assert json.dumps(answer.data) == json.dumps(expected.data)


async def test_callers_without_a_key_may_send_the_query_of_tools(api):
    answer = await api.execute(TOOLS, ANONYMOUS)

    assert answer.errors == []


async def test_an_answer_is_rendered_once_for_a_document(api, monkeypatch):
    query = "{ __schema { types { name kind } } }  # once"
    first = await api.fetch(query)
    monkeypatch.setattr(AnswerRenderer, "field", None)

    assert await api.fetch(query) == first


async def test_the_answers_that_are_kept_have_a_limit(api, monkeypatch):
    monkeypatch.setattr(introspection_plan, "KEPT_CHARACTERS", 1_000_000)
    kept = Introspection(api.schema.core)
    monkeypatch.setattr(api.schema.plans, "_introspection", kept)
    for number in range(40):
        await api.fetch(
            f"{{ a{number}: __schema {{ types {{ fields {{ name description }} }} }} }}"
        )

    held = [answer for answer, _ in kept._kept.values()]
    assert 1 < len(held) < 40
    assert sum(len(answer.text) for answer in held) <= introspection_plan.KEPT_CHARACTERS


async def test_an_answer_that_depends_on_variables_is_not_kept(api):
    query = "query ($name: String!) { __type(name: $name) { name } }"

    assert await api.fetch(query, name="Order") == {"__type": {"name": "Order"}}
    assert await api.fetch(query, name="Shipment") == {"__type": {"name": "Shipment"}}


async def test_a_null_for_an_argument_that_needs_a_value_is_an_error_of_the_field(api):
    query = """query ($old: Boolean = true) {
      __type(name: "Order") { fields(includeDeprecated: $old) { name } } position }"""

    answer = await api.execute(query, SYSTEM, old=None)

    assert answer.data == {"__type": None, "position": 0}
    assert (answer.codes, answer.errors[0]["path"]) == (["INVALID"], ["__type"])


def selected(form: str, count: int) -> str:
    """A form, in which # stands for the number, as often as that."""
    return " ".join(form.replace("#", str(number)) for number in range(count))


TOO_LARGE = {
    "too many values": "{ __schema { types { fields {" + selected("a#: name", 100) + "} } } }",
    "too many characters": "{ __schema { types {"
    + selected("a#: possibleTypes { ...T } b#: interfaces { ...T }", 100)
    + "} } } fragment T on __Type { description fields { description args { description } } }",
}


@pytest.mark.parametrize("name", TOO_LARGE)
async def test_an_answer_has_a_limit(api, name):
    answer = await api.execute(TOO_LARGE[name], SYSTEM)

    assert answer.data is None
    assert (answer.codes, answer.errors[0]["message"]) == (
        ["LIMIT_EXCEEDED"],
        "An answer about the schema has at most 1048576 characters, and at most 20000 different"
        " values are read for one request. Ask for fewer fields.",
    )


async def test_the_fields_of_one_request_share_the_limit(api):
    one = "__schema { types { fields { name description type { name } } } }"
    assert (await api.execute(f"{{ {one} }}", SYSTEM)).errors == []

    answer = await api.execute("{" + selected(f"a#: {one}", 40) + "}", SYSTEM)

    assert answer.data is None
    assert set(answer.codes) == {"LIMIT_EXCEEDED"}
