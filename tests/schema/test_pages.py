"""The pages of a list contain each row once, in order, forwards and backwards."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.schema.api import Api
from tests.schema.lists import LISTINGS, VALUES, Listing, delete_rows, sorted_items
from tests.schema.paging import PageArguments, cursors_of, expected_page, page_of

PROPERTY = settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


async def ask(
    api: Api, listing: Listing, *, filtered: bool = False, **arguments: Any
) -> dict[str, Any]:
    query = listing.filtered if filtered else listing.query
    page: dict[str, Any] = (await api.fetch(query, **arguments))["page"]
    return page


async def turn(
    api: Api, listing: Listing, size: int, *, backwards: bool, filtered: bool
) -> list[str]:
    """The ids of all rows, read page by page, in the order of the list."""
    found: list[str] = []
    cursor = None
    while True:
        asked: dict[str, Any] = {"first": size, "after": cursor}
        if backwards:
            asked = {"last": size, "before": cursor}
        answered = await ask(api, listing, filtered=filtered, **asked)
        page = page_of(answered)
        assert not set(page.ids) & set(found)
        found = [*page.ids, *found] if backwards else [*found, *page.ids]
        if not (page.has_previous if backwards else page.has_next):
            return found
        assert len(page.ids) == size
        cursor = answered["pageInfo"]["startCursor" if backwards else "endCursor"]


@pytest.mark.parametrize("listing", LISTINGS, ids=lambda listing: listing.name)
@PROPERTY
@given(values=VALUES, size=st.integers(1, 4), backwards=st.booleans(), filtered=st.booleans())
async def test_pages_cover_the_list_once_in_its_order(
    api, listing, values, size, backwards, filtered
):
    await delete_rows()
    whole = sorted_items(await listing.insert(values))

    found = await turn(api, listing, size, backwards=backwards, filtered=filtered)

    assert found == [one.id for one in whole]


@pytest.mark.parametrize("listing", LISTINGS, ids=lambda listing: listing.name)
@settings(PROPERTY, max_examples=6)
@given(values=VALUES, size=st.none() | st.integers(0, 5), backwards=st.booleans(), data=st.data())
async def test_a_page_holds_what_lies_between_its_cursors(
    api, listing, values, size, backwards, data
):
    await delete_rows()
    whole = sorted_items(await listing.insert(values))
    cursors = cursors_of(await ask(api, listing, first=100))
    places = st.none() | st.sampled_from(whole) if whole else st.none()
    asked = PageArguments(
        first=None if backwards else size,
        after=data.draw(places),
        last=size if backwards else None,
        before=data.draw(places),
    )

    given = asked.variables(cursors)
    page = page_of(await ask(api, listing, **given))
    same = page_of(await ask(api, listing, filtered=True, **given))

    assert page == same == expected_page(whole, asked)


@pytest.mark.parametrize("listing", LISTINGS, ids=lambda listing: listing.name)
@settings(PROPERTY, max_examples=3)
@given(values=VALUES, more=VALUES, size=st.integers(1, 3))
async def test_rows_that_come_between_pages_hide_no_other(api, listing, values, more, size):
    await delete_rows()
    whole = [item.id for item in sorted_items(await listing.insert(values))]
    found: list[str] = []
    cursor, has_more = None, True

    while has_more:
        answered = await ask(api, listing, first=size, after=cursor)
        page = page_of(answered)
        assert not set(page.ids) & set(found)
        found += page.ids
        has_more, cursor = page.has_next, answered["pageInfo"]["endCursor"]
        await listing.insert(more[:1])
        more = more[1:]

    assert [id_ for id_ in found if id_ in set(whole)] == whole


async def test_nothing_is_on_a_page_of_none(api):
    listing = LISTINGS[0]
    whole = sorted_items(await listing.insert([1, 2]))

    assert page_of(await ask(api, listing, first=0)) == expected_page(whole, PageArguments(first=0))
    assert page_of(await ask(api, listing, last=0)) == expected_page(whole, PageArguments(last=0))


async def test_a_page_has_20_rows_if_nobody_says_how_many(api):
    listing = LISTINGS[0]
    whole = sorted_items(await listing.insert([0] * 21))

    assert page_of(await ask(api, listing)) == expected_page(whole, PageArguments(first=20))


async def test_the_log_is_turned_by_positions(api, full_order):
    query = """query ($after: Position) { changes(first: 3, after: $after) {
      edges { cursor node { id: position } } nodes { id: position } totalCount
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    } }"""
    found: list[int] = []
    after, has_next = None, True
    while has_next:
        answered = (await api.fetch(query, after=after))["changes"]
        page = page_of(answered)
        assert not set(page.ids) & set(found)
        found += page.ids
        after, has_next = answered["pageInfo"]["endCursor"], page.has_next
        assert after == str(page.ids[-1])

    assert found == list(range(1, page.total + 1))
    assert page.total > 3
