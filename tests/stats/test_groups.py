"""Groups of small datasets: what counts, and in what order the groups are."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from database.bounds import EARLIEST_TIME, END_OF_TIME, MAXIMUM_MINOR
from database.rows import insert
from models.enums import ExceptionStatus, Health, OrderStatus, ShipmentStatus
from models.orders import Order
from models.rollups import NO_DIMENSION, NO_VALUE, OrderHour
from projections.rollups import rebuild
from tests.factories.in_memory import build_exception, build_shipment
from tests.stats.conftest import Analyst, Shop

MARCH = datetime(2026, 3, 1, tzinfo=UTC)


def march(day: int, hour: int = 12) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=UTC)


async def test_shipments_and_exceptions_do_not_multiply_their_order(shop: Shop, analyst: Analyst):
    placed = await shop.place(total_minor=1_000, item_count=7)
    parcels = [build_shipment(placed.id), build_shipment(placed.id)]
    troubles = [
        build_exception(placed.id),
        build_exception(placed.id, shipment_id=parcels[0].id),
        build_exception(placed.id, status=ExceptionStatus.RESOLVED, resolved_at=MARCH),
        build_exception(placed.id, status=ExceptionStatus.DISMISSED, resolved_at=MARCH),
    ]
    await insert(parcels)
    await insert(troubles)

    [group] = await analyst.groups(
        """{ orderStats(filter: {country: ["DE"]}) { groups { 
          count items exceptionCount exceptionRate total(currency: "EUR") { sum } } } }"""
    )

    assert group == {
        "count": 1,
        "items": 7,
        "exceptionCount": 3,
        "exceptionRate": 1.0,
        "total": {"sum": "10.00"},
    }


LATENESS: dict[str, tuple[dict[str, Any], int, float | None]] = {
    "delivered at the promise": ({"delivered_at": march(5), "late_after": march(5)}, 0, 1.0),
    "delivered a moment after it": (
        {"delivered_at": march(5) + timedelta(microseconds=1), "late_after": march(5)},
        1,
        0.0,
    ),
    "past it, and not delivered": ({"late_after": march(5)}, 1, 0.0),
    "not yet due": ({"late_after": datetime(2099, 1, 1, tzinfo=UTC)}, 0, None),
    "never promised": ({"delivered_at": march(5)}, 0, None),
    "cancelled": ({"status": OrderStatus.CANCELLED, "late_after": march(5)}, 0, None),
    "returned, and never delivered": (
        {"status": OrderStatus.RETURNED, "late_after": march(5)},
        0,
        None,
    ),
}


async def test_on_time_is_at_or_before_the_promise(shop: Shop, analyst: Analyst):
    query = """query ($case: [String!]) { orderStats(filter: {reference: $case}) {
      groups { lateCount onTimeRate } } }"""
    lateness = {}
    for case, (columns, _, _) in LATENESS.items():
        await shop.place(reference=case, **columns)
        [group] = await analyst.groups(query, case=[case])
        lateness[case] = (group["lateCount"], group["onTimeRate"])

    assert lateness == {case: (late, rate) for case, (_, late, rate) in LATENESS.items()}


async def test_money_is_of_one_currency_and_exact(shop: Shop, analyst: Analyst):
    for currency, minor in (
        *(("EUR", MAXIMUM_MINOR) for _ in range(2)),
        ("EUR", 1),
        ("EUR", None),
        *(("JPY", amount) for amount in (1, 2)),
    ):
        await shop.place(currency=currency, total_minor=minor)

    [group] = await analyst.groups(
        """{ orderStats { groups {
          eur: total(currency: "EUR") { sum average minimum maximum percentile(p: 0) }
          jpy: total(currency: "JPY") { sum average minimum maximum percentile(p: 0.5) }
          usd: total(currency: "USD") { sum average minimum maximum percentile(p: 1) } } } }"""
    )

    assert group["eur"] == {
        "sum": "20000000000.01",
        "average": "6666666666.67",
        "minimum": "0.01",
        "maximum": "10000000000.00",
        "percentile": "0.01",
    }
    # Halves are rounded up.
    assert group["jpy"] == {
        "sum": "3",
        "average": "2",
        "minimum": "1",
        "maximum": "2",
        "percentile": "2",
    }
    assert set(group["usd"].values()) == {None}


CENTURY = (END_OF_TIME - EARLIEST_TIME) // timedelta(milliseconds=1) - 1
"""The longest time between two that are kept, in whole milliseconds."""
SUMS = (
    *("items", "total_count", "total_sum", "ship_count", "ship_sum"),
    *("deliver_count", "deliver_sum", "exceptions", "troubled", "cancelled"),
)
SUM_QUERIES = {
    "hours": """{ orderStats { groups {
      count total(currency: "EUR") { sum average } } } }""",
    "rows": """{ orderStats(filter: {country: ["DE"]}) { groups {
      count total(currency: "EUR") { sum average } } } }""",
}


@pytest.mark.parametrize("source", SUM_QUERIES)
async def test_sums_of_the_largest_amounts_are_exact(shop: Shop, analyst: Analyst, source: str):
    template = await shop.place(total_minor=MAXIMUM_MINOR, placed_at=EARLIEST_TIME)
    await insert([_copied(template, number) for number in range(2_000)])
    await rebuild()

    [group] = await analyst.groups(SUM_QUERIES[source])

    assert group == {
        "count": 2_001,
        "total": {"sum": "20010000000000.00", "average": "10000000000.00"},
    }


@pytest.mark.parametrize("measures", ["average", "average minimum maximum percentile(p: 0.5)"])
async def test_the_longest_time_is_exact(shop: Shop, analyst: Analyst, measures: str):
    """By hours, and by rows."""
    last = END_OF_TIME - timedelta(microseconds=1)
    template = await shop.place(placed_at=EARLIEST_TIME, delivered_at=last)
    await insert([_copied(template, number) for number in range(2)])
    await rebuild()

    query = f"{{ orderStats {{ groups {{ timeToDeliver {{ {measures} }} }} }} }}"
    [group] = await analyst.groups(query)

    assert set(group["timeToDeliver"].values()) == {CENTURY / 3_600_000}


def _copied(row: Order, number: int) -> Order:
    columns = {name: getattr(row, name) for name in row._meta.db_fields if name != "id"}
    return Order(**{**columns, "tracking_id": f"{number}"})


@pytest.mark.parametrize("measures", ["average", "average minimum maximum"])
async def test_a_duration_is_cut_off_to_milliseconds(shop: Shop, analyst: Analyst, measures: str):
    """By hours, and by rows. What lies before its start is cut off towards it."""
    rest = timedelta(microseconds=999)
    await shop.place(placed_at=march(1), delivered_at=march(1) + timedelta(seconds=3.6) + rest)
    await shop.place(placed_at=march(1), delivered_at=march(1) - timedelta(seconds=7.2) - rest)

    query = f"{{ orderStats {{ groups {{ timeToDeliver {{ {measures} }} }} }} }}"
    [group] = await analyst.groups(query)

    whole = {"average": -0.0005, "minimum": -0.002, "maximum": 0.001}
    assert group["timeToDeliver"] == {name: whole[name] for name in measures.split()}


async def test_sums_of_an_hour_are_exact_up_to_the_largest_number(shop: Shop, analyst: Analyst):
    """The bounds of time and money leave room in 64 bits for so many orders."""
    amounts, times = (2**63 - 1) // MAXIMUM_MINOR, (2**63 - 1) // CENTURY
    await _count("CURRENCY", "EUR", count=amounts, total=MAXIMUM_MINOR)
    await _count(NO_DIMENSION, NO_VALUE, count=times, deliver=CENTURY)

    [money] = await analyst.groups(SUM_QUERIES["hours"])
    [time] = await analyst.groups("{ orderStats { groups { count timeToDeliver { average } } } }")

    assert (amounts, times) == (9_223_372, 2_922_710)
    assert money == {
        "count": 9_223_372,
        "total": {"sum": "92233720000000000.00", "average": "10000000000.00"},
    }
    assert time == {"count": 2_922_710, "timeToDeliver": {"average": CENTURY / 3_600_000}}


async def _count(dimension: str, value: str, *, count: int, **largest: int) -> None:
    """Store the sums of `count` orders of one hour, each with the largest of an amount."""
    sums: dict[str, Any] = dict.fromkeys(SUMS, 0) | {"row_count": count}
    for name, amount in largest.items():
        sums |= {f"{name}_count": count, f"{name}_sum": count * amount}
    await OrderHour.create(
        axis="placed_at", dimension=dimension, hour=EARLIEST_TIME, dimension_value=value, **sums
    )


async def test_having_includes_both_ends(shop: Shop, analyst: Analyst):
    for health, count in ((Health.ON_TRACK, 1), (Health.STALE, 2), (Health.DELAYED, 3)):
        for _ in range(count):
            await shop.place(health=health)

    groups = await analyst.groups(
        """{ orderStats(groupBy: [{field: HEALTH}], having: {count: {min: 1, max: 2}}) {
          groups { key { health } count } } }"""
    )

    assert groups == [
        {"key": {"health": "ON_TRACK"}, "count": 1},
        {"key": {"health": "STALE"}, "count": 2},
    ]


@pytest.mark.usefixtures("shop")
async def test_having_at_least_no_orders_keeps_the_one_group_of_no_orders(analyst: Analyst):
    query = "{ orderStats(having: {count: {min: 0}}) { groups { count } } }"

    assert await analyst.groups(query) == [{"count": 0}]


async def test_having_a_rate_leaves_out_groups_without_one(shop: Shop, analyst: Analyst):
    await shop.place(health=Health.STALE, delivered_at=march(5), late_after=march(5))
    await shop.place(health=Health.DELAYED)

    groups = await analyst.groups(
        """{ orderStats(groupBy: [{field: HEALTH}], having: {onTimeRate: {max: 1}}) {
          groups { key { health } } } }"""
    )

    assert groups == [{"key": {"health": "STALE"}}]


async def test_enum_keys_are_in_the_order_of_the_enum_and_missing_keys_are_last(
    shop: Shop, analyst: Analyst
):
    placed = await shop.place()
    status = (ShipmentStatus.CANCELLED, ShipmentStatus.PENDING, ShipmentStatus.DELIVERED)
    carriers = ("ups", None, "Zoll")
    await insert([build_shipment(placed.id, status=value) for value in status])
    await insert([build_shipment(placed.id, carrier=carrier) for carrier in carriers])
    await rebuild()

    query = """query ($by: [ShipmentGroupBy!]!, $direction: SortDirection!) {
      shipmentStats(groupBy: $by, orderBy: {field: KEY, direction: $direction}) {
        groups { key { status carrier } } } }"""

    async def keys(by: str, direction: str) -> list[str | None]:
        groups = await analyst.groups(query, by=[{"field": by}], direction=direction)
        return [group["key"][by.lower()] for group in groups]

    assert await keys("STATUS", "ASC") == ["PENDING", "DELIVERED", "CANCELLED"]
    assert await keys("STATUS", "DESC") == ["CANCELLED", "DELIVERED", "PENDING"]
    assert await keys("CARRIER", "ASC") == ["Zoll", "ups", None]
    assert await keys("CARRIER", "DESC") == ["ups", "Zoll", None]


async def test_no_rows_give_one_group_without_group_by_and_no_group_with_it(
    shop: Shop, analyst: Analyst
):
    every = "{ orderStats { groups { count customers items onTimeRate exceptionCount } } }"

    assert await analyst.groups(every) == [
        {"count": 0, "customers": 0, "items": 0, "onTimeRate": None, "exceptionCount": 0}
    ]
    assert await analyst.groups("{orderStats(groupBy: [{field: STATUS}]) {groups {count}}}") == []


async def test_truncated_says_whether_there_are_more(shop: Shop, analyst: Analyst):
    for health in (Health.ON_TRACK, Health.STALE):
        await shop.place(health=health)
    query = """query ($first: Int!) { orderStats(groupBy: [{field: HEALTH}], first: $first) {
      truncated groups { count } } }"""

    assert await analyst.query(query, first=1) == {"truncated": True, "groups": [{"count": 1}]}
    assert await analyst.query(query, first=2) == {
        "truncated": False,
        "groups": [{"count": 1}, {"count": 1}],
    }
