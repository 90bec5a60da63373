"""Callers without a key may send smaller documents and fewer variables than others."""

import pytest

from access.viewer import ANONYMOUS, SYSTEM, Viewer
from engine.document_limits import WITH_KEY, WITHOUT_KEY
from engine.variable_limits import MAXIMUM_OBJECTS, MAXIMUM_VALUES, MAXIMUM_WITHOUT_KEY, find_excess

KEY = Viewer("a key without scopes", key_id=None)


def leaves(count: int) -> str:
    return "{" + " ".join(f"a{number}: __typename" for number in range(count)) + "}"


def tokens(count: int) -> str:
    """A document of that many tokens and one field."""
    return "{ position " + "@include(if: true) " * ((count - 3) // 7) + "}"


@pytest.mark.parametrize(
    ("viewer", "limits"), [(ANONYMOUS, WITHOUT_KEY), (SYSTEM, WITH_KEY), (KEY, WITH_KEY)]
)
async def test_the_fields_of_a_document_are_limited(api, viewer, limits):
    allowed = await api.execute(leaves(limits.fields if viewer is ANONYMOUS else 1_300), viewer)
    spread = f"{{ ...F ...F }} fragment F on Query {leaves(limits.fields // 2 + 1)}"

    refused = await api.execute(spread, viewer)

    assert allowed.errors == []
    assert refused.data is None
    assert refused.codes == ["LIMIT_EXCEEDED"]
    assert refused.errors[0]["message"] == (
        f"It is {limits.fields + 2} fields large; at most {limits.fields} are allowed."
        f" {limits.advice}"
    )


@pytest.mark.parametrize(("viewer", "limits"), [(ANONYMOUS, WITHOUT_KEY), (SYSTEM, WITH_KEY)])
async def test_the_tokens_of_a_document_are_limited(api, viewer, limits):
    refused = await api.execute(tokens(limits.tokens + 14), viewer)

    assert refused.codes == ["GRAPHQL_PARSE_FAILED"]
    assert refused.errors[0]["message"] == (
        f"It has more than {limits.tokens} tokens. {limits.advice}"
    )


@pytest.mark.parametrize(("viewer", "limits"), [(ANONYMOUS, WITHOUT_KEY), (SYSTEM, WITH_KEY)])
async def test_the_characters_of_a_document_are_limited(api, viewer, limits):
    query = "{ position }" + " " * (limits.characters - len("{ position }"))

    assert (await api.execute(query, viewer)).errors == []
    refused = await api.execute(query + " ", viewer)

    assert refused.codes == ["LIMIT_EXCEEDED"]
    assert refused.errors[0]["message"] == (
        f"It is {limits.characters + 1} characters long; at most {limits.characters} are allowed."
        f" {limits.advice}"
    )


LARGE = {
    "fields": (leaves(WITHOUT_KEY.fields + 1), "LIMIT_EXCEEDED"),
    "tokens": (tokens(WITHOUT_KEY.tokens + 700), "GRAPHQL_PARSE_FAILED"),
    "characters": ("{ position }" + " " * WITHOUT_KEY.characters, "LIMIT_EXCEEDED"),
}


@pytest.mark.parametrize("name", LARGE)
async def test_it_does_not_matter_whether_somebody_with_a_key_sent_it_before(api, name):
    query, code = LARGE[name]
    api.schema.clear_caches(has_introspection=True)
    before = await api.execute(query, ANONYMOUS)
    with_key = await api.execute(query, SYSTEM)
    after = await api.execute(query, ANONYMOUS)

    assert before.errors[0]["message"] == after.errors[0]["message"]
    assert before.codes == after.codes == [code]
    if name != "tokens":  # a directive may not be repeated
        assert with_key.errors == []


async def test_trusted_documents_have_the_limits_of_a_key(api):
    query = leaves(WITHOUT_KEY.fields + 1)
    api.schema.documents.pin(query)

    assert (await api.execute(query, ANONYMOUS)).errors == []


NODES = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }"


@pytest.mark.parametrize(
    ("viewer", "maximum", "advice"),
    [
        (ANONYMOUS, MAXIMUM_WITHOUT_KEY, "Send less at once, or send an API key."),
        (SYSTEM, MAXIMUM_VALUES, "Send less at once."),
    ],
)
async def test_the_values_in_variables_are_limited(api, viewer, maximum, advice):
    within = await api.execute(NODES, viewer, ids=["a"] * (maximum - 1))
    beyond = await api.execute(NODES, viewer, ids=["a"] * maximum)

    # Those that are within are read: there may be 100 ids.
    assert within.errors[0]["extensions"] == {"code": "LIMIT_EXCEEDED", "field": ["ids"]}
    assert beyond.data is None
    assert beyond.errors == [
        {
            "message": f"The variables hold more than {maximum} values. {advice}",
            "extensions": {"code": "LIMIT_EXCEEDED"},
        }
    ]


async def test_the_objects_in_variables_are_limited(api):
    query = "query ($f: OrderFilter) { orders(filter: $f) { totalCount } }"
    # The variables themselves are an object, and so is the filter.
    within = await api.execute(query, SYSTEM, f={"or": [{}] * (MAXIMUM_OBJECTS - 2)})
    beyond = await api.execute(query, SYSTEM, f={"or": [{}] * (MAXIMUM_OBJECTS - 1)})

    assert within.errors[0]["extensions"]["field"] == ["filter", "or"]
    assert beyond.errors[0]["message"] == (
        "The variables hold more than 3000 objects. Send less at once."
    )


def test_500_events_with_everything_are_within_the_limits(schema):
    event = {name: "a" for name in schema.core.type_map["TrackingEventInput"].fields}
    for name in ("location", "estimate"):
        type_ = schema.core.type_map[f"{name.title()}Input"]
        event[name] = {field: "a" for field in type_.fields}  # type: ignore[assignment]

    variables = {"input": {"source": "a", "events": [event] * 500}}

    assert find_excess(variables, 1_000_000, SYSTEM) is None


def test_variables_of_a_short_request_are_not_counted():
    assert find_excess({"ids": [1] * 5_000}, 2_000, ANONYMOUS) is None


@pytest.mark.parametrize("nested", [[], {}])
def test_deep_variables_are_counted_without_recursion(nested):
    deep = nested
    for _ in range(5_000):
        deep = [deep] if isinstance(nested, list) else {"a": deep}

    excess = find_excess({"v": deep}, 100_000, SYSTEM)

    assert (excess is None) is isinstance(nested, list)
