"""A live aggregate refuses what the query refuses, and to the same viewers."""

import pytest

from engine.error_formatting import error_code
from engine.operations import InvalidOperation
from errors import DomainError, Forbidden
from tests.schema.live_stats import FOLLOW, OF_COUNTRY, answers_to, next_payload, open_follower
from tests.schema.viewers import HOLDER, READER
from tests.subscriptions.live_queries import live_query_tasks, next_answer, refusal_of


@pytest.mark.parametrize("every", [0.2499, -1.0, 3600.01, 1e300])
async def test_an_interval_out_of_bounds_is_refused(api, subscriptions, every):
    with pytest.raises(InvalidOperation) as refusal:
        await open_follower(api, subscriptions, OF_COUNTRY, every=every)

    (error,) = refusal.value.errors
    assert error.message == "Must be from 0.25 to 3600 seconds."
    assert error.path == ["orderStats"]
    assert isinstance(error.original_error, DomainError)
    assert error.original_error.field == ("every",)
    assert error_code(error) == "INVALID"


@pytest.mark.parametrize("every", [0.25, 1, 3600])
async def test_the_ends_of_the_bounds_are_within(api, subscriptions, every):
    async with answers_to(api, subscriptions, OF_COUNTRY, every=every) as answers:
        assert await next_payload(answers) == {"data": {"orderStats": {"groups": [{"count": 0}]}}}


DAYS = "groupBy: [{time: {field: PLACED_AT, unit: DAY}}]"
REFUSED = {
    "first: 0": ("INVALID", ("first",)),
    'timeZone: "Europe/Atlantis"': ("INVALID", ("timeZone",)),
    DAYS: ("INVALID", ("filter", "placedAt")),
    "groupBy: [{field: STATUS}, {field: STATUS}]": ("INVALID", ("groupBy",)),
    'filter: {customerEmail: "a@example.com"}': ("FORBIDDEN", ("filter", "customerEmail")),
    'filter: {placedAt: {from: "2026-03-02T00:00:00Z", until: "2026-03-01T00:00:00Z"}}': (
        "INVALID",
        ("filter", "placedAt"),
    ),
    "having: {count: {min: 2, max: 1}}": ("INVALID", ("having", "count")),
    "filter: {reference: []}": ("FORBIDDEN", ("filter", "reference")),
    'filter: {not: {search: "Q7"}}': ("FORBIDDEN", ("filter", "search")),
    f"filter: {{and: [{', '.join(['{}'] * 100)}]}}": ("LIMIT_EXCEEDED", ("filter",)),
}


@pytest.mark.parametrize("argument", REFUSED)
async def test_arguments_that_the_query_refuses_are_refused(api, subscriptions, argument):
    query = f"subscription {{ orderStats({argument}) {{ groups {{ count }} }} }}"
    async with answers_to(api, subscriptions, query) as answers:
        refusal = await refusal_of(answers)

    assert refusal is not None
    assert (refusal.code, refusal.field) == REFUSED[argument]
    assert live_query_tasks() == []


async def test_arguments_that_a_measure_refuses_are_refused(api, subscriptions):
    query = 'subscription { orderStats { groups { total(currency: "XYZ") { sum } } } }'
    async with answers_to(api, subscriptions, query) as answers:
        refusal = await refusal_of(answers)

    assert refusal is not None
    assert refusal.field == ("currency",)


async def test_the_scope_is_needed_whether_or_not_others_follow(api, subscriptions):
    async with answers_to(api, subscriptions, FOLLOW) as answers:
        await next_answer(answers)
        for viewer in (HOLDER, READER):
            with pytest.raises(InvalidOperation) as refusal:
                await open_follower(api, subscriptions, FOLLOW, viewer)
            (error,) = refusal.value.errors
            assert error_code(error) == "FORBIDDEN"
            assert error.path == ["orderStats"]
            assert isinstance(error.original_error, Forbidden)


async def test_the_limits_of_a_document_hold(api, subscriptions):
    many = " ".join(f"a{number}: count" for number in range(500))
    often = " ".join(f"b{number}: groups {{ ...Many }}" for number in range(4))
    query = f"fragment Many on OrderStatsGroup {{ {many} }} subscription {{ orderStats {{ %s }} }}"
    with pytest.raises(InvalidOperation) as refusal:
        await open_follower(api, subscriptions, query % often)

    (error,) = refusal.value.errors
    assert (
        error.message == "It is 2005 fields large; at most 2000 are allowed. Ask for less at once."
    )
    assert error_code(error) == "LIMIT_EXCEEDED"
