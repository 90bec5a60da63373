"""Groups of small datasets: what counts, and in what order the groups are."""

from datetime import UTC, datetime, timedelta
from typing import Any

from database.rows import insert
from models.enums import ExceptionStatus, Health, OrderStatus, ShipmentStatus
from models.orders import Order
from projections.rollups import recount
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
    "not yet due": ({"late_after": datetime(2999, 1, 1, tzinfo=UTC)}, 0, None),
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
        *(("EUR", 10**15) for _ in range(2)),
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
        "sum": "20000000000000.01",
        "average": "6666666666666.67",
        "minimum": "0.01",
        "maximum": "10000000000000.00",
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


async def test_sums_go_beyond_what_one_number_of_the_database_holds(shop: Shop, analyst: Analyst):
    template = await shop.place(total_minor=10**15, placed_at=datetime(1, 1, 1, tzinfo=UTC))
    copies = [await _copied(template, number) for number in range(9_300)]
    await insert(copies)

    [group] = await analyst.groups(
        """{ orderStats(filter: {status: [DELIVERED]}) { groups {
          count total(currency: "EUR") { sum } timeToDeliver { average } } } }"""
    )

    assert group == {
        "count": 9_300,
        "total": {"sum": "93000000000000000.00"},
        "timeToDeliver": {"average": 17_752_212.0},
    }


async def _copied(row: Order, number: int) -> Order:
    columns = {name: getattr(row, name) for name in row._meta.db_fields if name != "id"}
    own = {
        "tracking_id": f"{number}",
        "status": OrderStatus.DELIVERED,
        "delivered_at": march(1),
    }
    return Order(**{**columns, **own})


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
    await recount()

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
