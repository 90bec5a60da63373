"""Operations are prepared once: parsed, validated, and searched for the variable of `after`."""

import pytest

from engine import document_cache, documents
from engine.document_cache import CHARACTER_BYTES, OPERATION_BYTES
from engine.documents import Documents, DocumentStatistics
from engine.error_formatting import error_code, format_error
from engine.operations import InvalidOperation, Operations
from engine.schema import Schema
from schema.build import build_schema

SELECTED = "{ changes(after: $after) { position } }"


@pytest.fixture
def operations(schema: Schema) -> Operations:
    return operations_of(schema)


def operations_of(schema: Schema) -> Operations:
    """New ones, with the limits of this moment."""
    return Operations(Documents(schema.core, has_introspection=True))


def size(query: str) -> int:
    """The estimated bytes of a document with one operation that has no plans yet."""
    return OPERATION_BYTES + len(query) * CHARACTER_BYTES


def refusal(operations: Operations, query: str, name: str | None = None) -> list[tuple[str, str]]:
    with pytest.raises(InvalidOperation) as refused:
        operations.prepare(query, name)
    return [(error_code(error), format_error(error).message) for error in refused.value.errors]


AFTER = {
    "the argument of the root field": ("after", f"subscription ($after: Position) {SELECTED}"),
    "whatever its name": (
        "since",
        "subscription ($since: Position) { changes(after: $since) { position } }",
    ),
    "not null": ("after", f"subscription ($after: Position!) {SELECTED}"),
    "with a default value": ("after", f"subscription ($after: Position = 3) {SELECTED}"),
    "beside others": (
        "a",
        "subscription ($ids: [ID!]!, $a: Position) "
        "{ orderChanged(trackingIds: $ids, after: $a) { position } }",
    ),
    "under another name": (
        "after",
        "subscription ($after: Position) { mine: changes(after: $after) { position } }",
    ),
    "none": (None, "subscription { changes { position } }"),
    "a literal": (None, "subscription { changes(after: 3) { position } }"),
    "null": (None, "subscription { changes(after: null) { position } }"),
    "used twice": (
        None,
        "subscription ($after: Position) "
        "{ changes(after: $after) { position } changes(after: $after) { sequence } }",
    ),
    "in a fragment": (
        None,
        "subscription ($after: Position) { ...all } "
        "fragment all on Subscription { changes(after: $after) { position } }",
    ),
    "in an inline fragment": (None, f"subscription ($after: Position) {{ ... {SELECTED} }}"),
    "of a field below, not of the root": (
        None,
        "subscription ($after: String) "
        "{ changes { order { history(after: $after) { totalCount } } } }",
    ),
    "of two operations of a document": (
        None,
        f"subscription one ($after: Position) {SELECTED} "
        f"subscription two ($after: Position) {SELECTED}",
    ),
}


@pytest.mark.parametrize("case", AFTER)
def test_only_a_variable_that_is_all_of_after_is_recognised(operations, case):
    expected, query = AFTER[case]
    name = "one" if "one" in query.split() else None

    assert operations.prepare(query, name).after_variable == expected


def test_the_operation_that_is_named_is_prepared(operations):
    document = (
        "query one { position } mutation two { __typename } "
        "subscription three { changes { position } }"
    )

    one, two, three = (operations.prepare(document, name) for name in ("one", "two", "three"))

    assert [each.name for each in (one, two, three)] == ["one", "two", "three"]
    assert [each.is_mutation for each in (one, two, three)] == [False, True, False]
    assert [each.is_subscription for each in (one, two, three)] == [False, False, True]
    assert operations.prepare("{ position }", None).name is None


REFUSED = {
    "nothing": ("", None, ("INVALID", "There is no query.")),
    "no such name": ("{ position }", "x", ("INVALID", "The document has no operation named x.")),
    "one of several": (
        "query a { position } query b { position }",
        None,
        (
            "INVALID",
            "Give an operationName: the document has none, or several, operations.",
        ),
    ),
    "only a fragment": (
        "fragment f on Query { position }",
        None,
        (
            "INVALID",
            "Give an operationName: the document has none, or several, operations.",
        ),
    ),
    "two roots": (
        "subscription { one: changes { position } two: changes { position } }",
        None,
        (
            "GRAPHQL_VALIDATION_FAILED",
            "Anonymous Subscription must select only one top level field.",
        ),
    ),
    "too deep": (
        "{ node(id: 1) "
        + "{ ... on Order { shipments { order " * 8
        + "{ id }"
        + "} } }" * 8
        + " }",
        None,
        ("LIMIT_EXCEEDED", "It is 18 levels deep; at most 15 are allowed. Ask for less at once."),
    ),
    "too many fields": (
        "{ ...f ...f ...f } fragment f on Query { "
        + "".join(f"a{n}: position " for n in range(700))
        + "}",
        None,
        (
            "LIMIT_EXCEEDED",
            "It is 2100 fields large; at most 2000 are allowed. Ask for less at once.",
        ),
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_invalid_documents_are_refused_with_a_reason(operations, case):
    query, name, expected = REFUSED[case]

    assert refusal(operations, query, name) == [expected]


@pytest.mark.parametrize("query", ["{", "{ position ", "x", '{ a(b: "\ud83d) }', "\x00", "#"])
def test_unparsable_documents_are_refused(operations, query):
    (refused,) = refusal(operations, query)

    assert refused[0] == "GRAPHQL_PARSE_FAILED"


def test_a_document_of_too_many_tokens_is_not_read_to_its_end(operations):
    (refused,) = refusal(operations, "{ " + "position " * 4000 + "}")

    assert refused == (
        "GRAPHQL_PARSE_FAILED",
        "It has more than 4000 tokens. Ask for less at once.",
    )


def test_a_subscription_that_is_valid_but_for_its_fields_is_refused(operations):
    (refused,) = refusal(operations, "subscription { changes { positoin } }")

    assert refused == (
        "GRAPHQL_VALIDATION_FAILED",
        "Cannot query field 'positoin' on type 'Change'. Did you mean 'position'?",
    )


def test_without_introspection_errors_reveal_no_names():
    operations = build_schema(has_introspection=False).operations

    assert (
        refusal(operations, "{ __schema { types { name } } }")[0][0] == "GRAPHQL_VALIDATION_FAILED"
    )
    (refused,) = refusal(operations, "subscription { changes { positoin } }")
    assert refused[1] == "Cannot query field 'positoin' on type 'Change'."
    assert operations.prepare("{ __typename }", None).name is None


def test_a_repeated_document_is_the_same_operation(operations, monkeypatch):
    first = operations.prepare("{ position }", None)
    monkeypatch.setattr(documents, "parse_within", None)

    assert operations.prepare("{ position }", None) is first


def test_the_operations_of_a_document_are_remembered_apart(operations):
    document = "query one { position } query two { position }"
    one, two = operations.prepare(document, "one"), operations.prepare(document, "two")

    assert one is not two
    assert operations.prepare(document, "one") is one
    assert operations.prepare(document, "two") is two


def test_refused_documents_are_not_remembered(operations):
    for _ in range(2):
        refusal(operations, "{ nothing }")

    assert len(operations._documents._recent) == 0


def test_the_documents_used_longest_ago_are_forgotten(schema, monkeypatch):
    queries = ["{ position }", "{ a: position }", "{ b: position }"]
    monkeypatch.setattr(document_cache, "CACHED_BYTES", size(queries[0]) + size(queries[2]))
    operations = operations_of(schema)
    first, second = (operations.prepare(queries[n], None) for n in (0, 2))
    assert operations.prepare(queries[0], None) is first

    operations.prepare(queries[1], None)

    assert list(operations._documents._recent) == [queries[0], queries[1]]
    assert operations.prepare(queries[0], None) is first
    assert operations.prepare(queries[2], None) is not second


def test_a_document_that_alone_is_too_long_is_not_remembered(schema, monkeypatch):
    monkeypatch.setattr(document_cache, "CACHED_BYTES", size("{ position }"))
    operations = operations_of(schema)

    assert operations.prepare("{ position }", None) is operations.prepare("{ position }", None)
    long = "{  position }"
    assert operations.prepare(long, None) is not operations.prepare(long, None)
    assert list(operations._documents._recent) == ["{ position }"]


COMPARED_TOO_OFTEN = (
    "LIMIT_EXCEEDED",
    "It selects the same names too often beside each other. Select each field once, and spread"
    " fewer fragments beside each other.",
)


def test_the_comparisons_of_fields_with_one_name_are_limited(operations):
    """Validation compares each with each: hundreds would block the event loop for seconds."""
    within = "{ position ...F } fragment F on Query { " + "position " * 50 + "}"
    assert operations.prepare(within, None)
    for beyond in (
        "{" + "position " * 101 + "}",
        "{" + "a: position " * 70 + "...F } fragment F on Query {" + "a: position " * 70 + "}",
        "{ position } fragment F on Query {" + "position " * 101 + "}",
        "{ viewer {" + "... { name } " * 101 + "} }",
        "{" + "...{ viewer { ...{ name } ...{ name } ...{ name } } } " * 40 + "}",
        "{ viewer {"
        + " ".join(f"...F{number}" for number in range(101))
        + "} }"
        + "".join(f"fragment F{number} on Viewer {{ a{number}: name }}" for number in range(101)),
    ):
        assert refusal(operations, beyond) == [COMPARED_TOO_OFTEN]


def test_the_last_of_many_errors_is_not_taken_for_a_limit(operations):
    many = (
        "{" + " ".join(f"a{number}: position a{number}: __typename" for number in range(30)) + "}"
    )

    assert COMPARED_TOO_OFTEN not in refusal(operations, many)


def test_hits_and_misses_of_documents_are_counted(schema, monkeypatch):
    queries = ["{ position }", "{ a: position }"]
    monkeypatch.setattr(document_cache, "CACHED_BYTES", size(queries[1]))
    operations = operations_of(schema)

    for query in (queries[0], queries[0], queries[1], queries[1], queries[1]):
        operations.prepare(query, None)
    refusal(operations, "{ nothing }")
    refusal(operations, "{")

    assert operations._documents.statistics == DocumentStatistics(
        hits=3, misses=4, evictions=1, documents=1, characters=len(queries[1]), trusted=0
    )
