"""Aggregates tell nothing of single orders and persons that their reader may not list."""

from typing import Any

import pytest

from access.scopes import Scope
from access.viewer import Viewer
from tests.stats.conftest import ANALYST, Analyst, Shop

COUNTER = Viewer("counter", frozenset({Scope.ANALYTICS_READ}))
PERSONAL = Viewer("personal", frozenset({Scope.ANALYTICS_READ, Scope.PERSONAL_READ}))
CONFIDANT = Viewer(
    "confidant", frozenset({Scope.ANALYTICS_READ, Scope.ORDERS_READ, Scope.PERSONAL_READ})
)
FIELDS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("orderStats", "OrderFilter", {"search": "Q7"}),
    ("orderStats", "OrderFilter", {"trackingId": ["WA-7K3M-9QXP-2V4T-8HRC-5"]}),
    ("orderStats", "OrderFilter", {"reference": ["Q7-8841-X"]}),
    ("orderStats", "OrderFilter", {"reference": []}),
    ("orderStats", "OrderFilter", {"sku": ["MUG"]}),
    ("orderStats", "OrderFilter", {"customerEmail": "customer1@example.com"}),
    ("shipmentStats", "ShipmentFilter", {"trackingNumber": ["1Z999"]}),
    ("exceptionStats", "ExceptionFilter", {"assignee": "agent1"}),
    ("orderForecast", "OrderFilter", {"search": "Q7"}),
    ("orderForecast", "OrderFilter", {"customerEmail": "customer1@example.com"}),
)
WITHOUT_DEPTH = [pytest.param(*case, id=f"{case[0]}-{next(iter(case[2]))}") for case in FIELDS]


def query_of(root: str, type_name: str) -> str:
    selected, unit = (
        ("points { expected }", "unit: DAY, horizon: 7, ")
        if "Forecast" in root
        else (
            "groups { count }",
            "",
        )
    )
    return f"query ($filter: {type_name}) {{ {root}({unit}filter: $filter) {{ {selected} }} }}"


def nested(filter_: dict[str, Any]) -> tuple[dict[str, Any], ...]:
    return (filter_, {"not": filter_}, {"and": [{"or": [{}, {"not": filter_}]}]})


@pytest.fixture
def unread(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The statements of aggregates that were run."""
    statements: list[str] = []

    async def record(text: str, values: Any, *rest: Any) -> list[Any]:
        statements.append(text)
        return []

    monkeypatch.setattr("resolvers.stats.stats_plan.read_groups", record)
    monkeypatch.setattr("resolvers.forecasts.forecast_plan.read_history", record)
    return statements


@pytest.mark.parametrize(("root", "type_name", "filter_"), WITHOUT_DEPTH)
async def test_what_selects_single_orders_or_persons_needs_what_lists_need(
    analyst: Analyst, unread: list[str], root: str, type_name: str, filter_: dict[str, Any]
) -> None:
    (name,) = filter_
    needed = "ORDERS_READ and PERSONAL_READ" if name == "customerEmail" else "ORDERS_READ"
    refused = [COUNTER, PERSONAL, *([ANALYST] if name == "customerEmail" else [])]

    for one in nested(filter_):
        for viewer in refused:
            answer = await analyst.answer(query_of(root, type_name), viewer, filter=one)
            assert (answer.data, answer.codes) == (None, ["FORBIDDEN"])
            assert answer.errors[0]["message"] == f"{name} needs an API key with {needed}."
            assert answer.errors[0]["extensions"]["field"] == ["filter", name]
    assert unread == []


@pytest.mark.parametrize(("root", "type_name", "filter_"), WITHOUT_DEPTH[:8])
async def test_whoever_may_list_may_select(
    analyst: Analyst, root: str, type_name: str, filter_: dict[str, Any]
) -> None:
    for one in nested(filter_):
        answer = await analyst.answer(query_of(root, type_name), CONFIDANT, filter=one)
        assert answer.errors == []


async def test_names_of_staff_are_a_dimension_for_staff_alone(
    analyst: Analyst, unread: list[str]
) -> None:
    query = "{ exceptionStats(groupBy: [{field: TYPE}, {field: ASSIGNEE}]) { groups { count } } }"

    for viewer in (COUNTER, PERSONAL):
        answer = await analyst.answer(query, viewer)
        assert (answer.data, answer.codes) == (None, ["FORBIDDEN"])
        assert answer.errors[0]["message"] == "ASSIGNEE needs an API key with ORDERS_READ."
        assert answer.errors[0]["extensions"]["field"] == ["groupBy"]
    assert unread == []
    assert (await analyst.answer(query, ANALYST)).errors == []


async def test_a_search_finds_names_only_with_all_rights_to_them(
    shop: Shop, analyst: Analyst
) -> None:
    await shop.place()
    query = query_of("orderStats", "OrderFilter")
    counts = {}
    for viewer in (ANALYST, CONFIDANT):
        answer = await analyst.answer(query, viewer, filter={"search": "ustomer"})
        assert answer.errors == []
        assert answer.data is not None
        counts[viewer.name] = answer.data["orderStats"]["groups"][0]["count"]

    assert counts == {"analyst": 0, "confidant": 1}
