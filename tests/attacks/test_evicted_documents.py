"""Documents that were evicted from the cache are freed without a garbage collection."""

import gc
import weakref

from graphql import FieldNode

from access.viewer import ANONYMOUS
from engine.schema import Schema
from schema.build import build_schema

QUERY = "query ($id: ID!) { a%s: order(trackingId: $id) { status items { name } } }"
ROUNDS = 20


def send(schema: Schema, number: int) -> None:
    """Prepare a new query, and make its plans."""
    operation = schema.operations.prepare(QUERY % number, None)
    variables = operation.variables.coerce({"id": "WA-1"})
    assert not isinstance(variables, list)
    schema.plans.query(operation, variables, ANONYMOUS)


def test_an_evicted_document_leaves_nothing_that_only_a_collection_frees():
    schema = build_schema()
    send(schema, 0)
    gc.collect()
    gc.disable()
    try:
        for number in range(1, ROUNDS):
            send(schema, number)
        documents = [weakref.ref(document) for document in schema.documents._recent.values()]
        gc.collect()  # the garbage of parsing and of validation is young, and collected soon
        before = _count_nodes()
        schema.documents._recent.clear()
        assert [document() for document in documents] == [None] * ROUNDS
        assert before - _count_nodes() == ROUNDS * 4
        assert gc.collect() == 0
    finally:
        gc.enable()


def _count_nodes() -> int:
    return sum(type(thing) is FieldNode for thing in gc.get_objects())
