"""The plans of documents are kept within a bound, and are forgotten with their documents."""

from itertools import product
from typing import Any

import pytest

from access.scopes import READING
from access.viewer import ANONYMOUS, SYSTEM, Viewer
from engine import document_cache
from engine.document_cache import (
    CHARACTER_BYTES,
    FIELD_BYTES,
    OPERATION_BYTES,
    PLAN_BYTES,
    DocumentPlans,
)
from engine.operations import Operation
from engine.planning.plan_cache import NO_VARIABLES
from engine.schema import Schema
from schema.build import build_schema

ORDERS = " ".join(f'a{number}: order(trackingId: "WA-1") {{ ...G }}' for number in range(26))
FIFTY = (
    " ".join(f"query Q{number} {{ ...F }}" for number in range(50))
    + f" fragment F on Query {{ {ORDERS} }}"
    + " fragment G on Order { id status placedAt deliveredAt items { sku name } }"
)
ONE_PLAN = 26 * (PLAN_BYTES + 6 * FIELD_BYTES) + 2 * FIELD_BYTES
"""The estimate for one operation of FIFTY: each of its 26 orders has six fields with itself, and
all of them share the two fields of their items."""


def plan(schema: Schema, text: str, name: str | None = None, viewer: Viewer = SYSTEM) -> Operation:
    operation = schema.operations.prepare(text, name)
    schema.plans.query(operation, NO_VARIABLES, viewer)
    return operation


def names(plans: DocumentPlans) -> list[Any]:
    keys: list[Any] = list(plans)
    return [name for name, *_ in keys]


def test_a_document_counts_with_the_plans_of_all_its_operations():
    schema = build_schema()
    plan(schema, FIFTY, "Q0")
    plan(schema, FIFTY, "Q0", ANONYMOUS)
    plan(schema, FIFTY, "Q1")

    own = 50 * OPERATION_BYTES + len(FIFTY) * CHARACTER_BYTES
    assert schema.documents._recent.currsize == own + 3 * ONE_PLAN


def test_the_plans_of_one_document_take_the_place_of_those_used_longest_ago(monkeypatch):
    monkeypatch.setattr(document_cache, "DOCUMENT_PLAN_BYTES", 3 * ONE_PLAN)
    schema = build_schema()
    for name in ("Q0", "Q1", "Q2", "Q0", "Q3"):
        operation = plan(schema, FIFTY, name)

    assert names(operation.plans) == ["Q2", "Q0", "Q3"]
    assert operation.plans.bytes == 3 * ONE_PLAN


def test_a_plan_larger_than_the_bound_of_its_document_is_kept_alone(monkeypatch):
    monkeypatch.setattr(document_cache, "DOCUMENT_PLAN_BYTES", ONE_PLAN - 1)
    schema = build_schema()
    for name in ("Q0", "Q1"):
        operation = plan(schema, FIFTY, name)

    assert names(operation.plans) == ["Q1"]


def test_plans_take_the_place_of_the_documents_used_longest_ago(monkeypatch):
    first, second = "{ a: position }", "{ b: position }"
    own = 50 * OPERATION_BYTES + len(FIFTY) * CHARACTER_BYTES
    small = OPERATION_BYTES + len(first) * CHARACTER_BYTES + PLAN_BYTES + FIELD_BYTES
    monkeypatch.setattr(document_cache, "CACHED_BYTES", own + ONE_PLAN + small)
    schema = build_schema()
    plan(schema, first)
    plan(schema, second)
    schema.operations.prepare(FIFTY, "Q0")
    schema.operations.prepare(first, None)

    operation = plan(schema, FIFTY, "Q0")

    assert list(schema.documents._recent) == [first, FIFTY]
    assert operation.plans is schema.operations.prepare(FIFTY, "Q1").plans


def test_operations_of_a_document_and_viewers_have_plans_of_their_own():
    schema = build_schema()
    text = "query A { position } query B { b: position }"
    viewers = (ANONYMOUS, Viewer("reader", frozenset(READING)))
    roots = [
        schema.plans.query(schema.operations.prepare(text, name), NO_VARIABLES, viewer)
        for _, name, viewer in product(range(2), "AB", viewers)
    ]

    assert [root.field.key for (root,) in roots] == ["position", "position", "b", "b"] * 2
    assert [one is again for one, again in zip(roots[:4], roots[4:], strict=True)] == [True] * 4
    assert len({id(one) for one in roots}) == 4


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("{ __schema { queryType { name } } }", 3),
        ("{ position }", 1),
        ("{ __typename }", 0),
    ],
)
def test_every_field_of_a_plan_counts(text, fields):
    operation = plan(build_schema(), text)

    assert operation.plans.bytes == PLAN_BYTES + fields * FIELD_BYTES
