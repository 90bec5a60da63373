"""The pages of a list contain each row once, in order, forwards and backwards."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.profiles import examples
from tests.schema.api import Api
from tests.schema.lists import LISTINGS, VALUES, Listing, delete_rows, sorted_items
from tests.schema.paging import PageArguments, cursors_of, expected_page, page_of

PROPERTY = examples(8, on_one_database=True)


async def fetch_page(
    api: Api, listing: Listing, *, filtered: bool = False, **arguments: Any
) -> dict[str, Any]:
    query = listing.filtered if filtered else listing.query
    page: dict[str, Any] = (await api.fetch(query, **arguments))["page"]
    return page


async def read_all_pages(
    api: Api, listing: Listing, size: int, *, backwards: bool, filtered: bool
) -> list[str]:
    """The ids of all rows, read page by page, in the order of the list."""
    ids: list[str] = []
    cursor = None
    while True:
        arguments: dict[str, Any] = {"first": size, "after": cursor}
        if backwards:
            arguments = {"last": size, "before": cursor}
        connection = await fetch_page(api, listing, filtered=filtered, **arguments)
        page = page_of(connection)
        assert not set(page.ids) & set(ids)
        ids = [*page.ids, *ids] if backwards else [*ids, *page.ids]
        if not (page.has_previous if backwards else page.has_next):
            return ids
        assert len(page.ids) == size
        cursor = connection["pageInfo"]["startCursor" if backwards else "endCursor"]


@pytest.mark.parametrize("listing", LISTINGS, ids=lambda listing: listing.name)
@PROPERTY
@given(values=VALUES, size=st.integers(1, 4), backwards=st.booleans(), filtered=st.booleans())
async def test_pages_cover_the_list_once_in_its_order(
    api, listing, values, size, backwards, filtered
):
    await delete_rows()
    items = sorted_items(await listing.insert(values))

    ids = await read_all_pages(api, listing, size, backwards=backwards, filtered=filtered)

    assert ids == [item.id for item in items]


@pytest.mark.parametrize("listing", LISTINGS, ids=lambda listing: listing.name)
@examples(6, on_one_database=True)
@given(values=VALUES, size=st.none() | st.integers(0, 5), backwards=st.booleans(), data=st.data())
async def test_a_page_has_the_rows_between_its_cursors(api, listing, values, size, backwards, data):
    await delete_rows()
    items = sorted_items(await listing.insert(values))
    cursors = cursors_of(await fetch_page(api, listing, first=100))
    any_item = st.none() | st.sampled_from(items) if items else st.none()
    arguments = PageArguments(
        first=None if backwards else size,
        after=data.draw(any_item),
        last=size if backwards else None,
        before=data.draw(any_item),
    )

    variables = arguments.variables(cursors)
    page = page_of(await fetch_page(api, listing, **variables))
    same = page_of(await fetch_page(api, listing, filtered=True, **variables))

    assert page == same == expected_page(items, arguments)


@pytest.mark.parametrize("listing", LISTINGS, ids=lambda listing: listing.name)
@examples(3, on_one_database=True)
@given(values=VALUES, more=VALUES, size=st.integers(1, 3))
async def test_rows_inserted_between_pages_hide_no_other_row(api, listing, values, more, size):
    await delete_rows()
    ids_before = [item.id for item in sorted_items(await listing.insert(values))]
    ids: list[str] = []
    cursor, has_more = None, True

    while has_more:
        connection = await fetch_page(api, listing, first=size, after=cursor)
        page = page_of(connection)
        assert not set(page.ids) & set(ids)
        ids += page.ids
        has_more, cursor = page.has_next, connection["pageInfo"]["endCursor"]
        await listing.insert(more[:1])
        more = more[1:]

    assert [id_ for id_ in ids if id_ in set(ids_before)] == ids_before


async def test_a_page_of_size_zero_is_empty(api):
    listing = LISTINGS[0]
    items = sorted_items(await listing.insert([1, 2]))

    assert page_of(await fetch_page(api, listing, first=0)) == expected_page(
        items, PageArguments(first=0)
    )
    assert page_of(await fetch_page(api, listing, last=0)) == expected_page(
        items, PageArguments(last=0)
    )


async def test_a_page_has_20_rows_by_default(api):
    listing = LISTINGS[0]
    items = sorted_items(await listing.insert([0] * 21))

    assert page_of(await fetch_page(api, listing)) == expected_page(items, PageArguments(first=20))


async def test_the_log_is_paged_by_positions(api, full_order):
    query = """query ($after: Position) { changes(first: 3, after: $after) {
      edges { cursor node { id: position } } nodes { id: position } totalCount
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    } }"""
    ids: list[int] = []
    after, has_next = None, True
    while has_next:
        connection = (await api.fetch(query, after=after))["changes"]
        page = page_of(connection)
        assert not set(page.ids) & set(ids)
        ids += page.ids
        after, has_next = connection["pageInfo"]["endCursor"], page.has_next
        assert after == str(page.ids[-1])

    assert ids == list(range(1, page.total + 1))
    assert page.total > 3
