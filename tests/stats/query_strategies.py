"""Strategies that generate queries of aggregates."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from tests.plans.datasets.exceptions import ASSIGNEES
from tests.plans.datasets.orders import CURRENCIES, SKUS
from tests.plans.datasets.random_values import DAYS, FIRST
from tests.plans.datasets.shipments import CARRIERS, SERVICES
from tests.stats.calendar_buckets import WEEKDAYS
from tests.stats.key_types import KEY_TYPES, enum_values
from tests.stats.reference_groups import ORDERING_MEASURES, MeasureSelection, key_field
from tests.stats.reference_measures import CUBES

ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/Havana",
    "America/Sao_Paulo",
    "America/St_Johns",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Africa/Casablanca",
    "America/Moncton",
)
"""Zones with and without changes of the clocks, some at midnight or a minute after it, and some
whose offsets are not whole hours."""
UNITS = ("HOUR", "DAY", "WEEK", "MONTH", "QUARTER", "YEAR")
LONGEST = {"HOUR": timedelta(days=62), "DAY": timedelta(days=1_830)}
AMOUNTS = {
    "total": ("sum", "average", "minimum", "maximum", "percentile"),
    **dict.fromkeys(
        (
            "timeToShip",
            "timeToDeliver",
            "transitTime",
            "estimateError",
            "timeToAcknowledge",
            "timeToResolve",
        ),
        ("average", "minimum", "maximum", "percentile"),
    ),
}
TIMES = {
    "orderStats": ("PLACED_AT", "PROMISED_AT", "SHIPPED_AT", "DELIVERED_AT"),
    "shipmentStats": ("SHIPPED_AT", "DELIVERED_AT"),
    "exceptionStats": ("OPENED_AT", "RESOLVED_AT"),
}
DIMENSIONS = {
    "orderStats": ("STATUS", "HEALTH", "DELIVERY_METHOD", "COUNTRY", "CURRENCY"),
    "shipmentStats": ("STATUS", "HEALTH", "CARRIER", "SERVICE", "COUNTRY"),
    "exceptionStats": ("TYPE", "STATUS", "SEVERITY", "CAUSED_BY", "CARRIER", "ASSIGNEE"),
}
RATES = {
    "orderStats": ("onTimeRate", "exceptionRate"),
    "shipmentStats": ("onTimeRate",),
    "exceptionStats": (),
}
TYPES = {"orderStats": "Order", "shipmentStats": "Shipment", "exceptionStats": "Exception"}
VALUES = {
    "carrier": CARRIERS,
    "service": SERVICES,
    "country": ("DE", "PT", "FR"),
    "sku": SKUS,
    "exceptionType": ("DELAY", "DAMAGED", "LOST", "STALE"),
}
FLAGS = {
    "orderStats": ("isLate", "hasOpenException"),
    "shipmentStats": ("isLate",),
    "exceptionStats": ("isOverdue", "actionRequired"),
}
LISTS = {
    "orderStats": ("status", "health", "deliveryMethod", "country", "carrier", "sku"),
    "shipmentStats": ("status", "health", "carrier", "service", "country"),
    "exceptionStats": ("status", "type", "severity", "causedBy", "carrier"),
}
RANGES = {
    "orderStats": ("placedAt", "promisedAt", "deliveredAt"),
    "shipmentStats": ("shippedAt", "deliveredAt"),
    "exceptionStats": ("dueAt", "openedAt", "resolvedAt"),
}
MOMENTS = st.integers(0, DAYS * 24 * 4).map(lambda n: FIRST + timedelta(minutes=15 * n))


@dataclass(frozen=True)
class StatsQuery:
    """A query of one root field with one selection of groups."""

    root: str
    variables: dict[str, Any]
    measures: Sequence[MeasureSelection]

    @property
    def text(self) -> str:
        type_ = TYPES[self.root]
        keys = (
            " ".join(key_field(group_by) for group_by in self.variables["groupBy"]) or "__typename"
        )
        measures = " ".join(map(_written, self.measures))
        return (
            f"query ($filter: {type_}Filter, $groupBy: [{type_}GroupBy!]!,"
            f" $having: {type_}Having, $orderBy: StatsOrder, $first: Int!, $timeZone: String!,"
            f" $fillGaps: Boolean!) {{ {self.root}(filter: $filter, groupBy: $groupBy, having:"
            " $having, orderBy: $orderBy, first: $first, timeZone: $timeZone, fillGaps: $fillGaps)"
            f" {{ asOf truncated groups {{ key {{ {keys} }} {measures} }} }} }}"
        )


def _written(measure: MeasureSelection) -> str:
    arguments = f'(currency: "{measure.currency}")' if measure.currency else ""
    share = "" if measure.share is None else f"(p: {measure.share!r})"
    member = f" {{ value: {measure.member}{share} }}" if measure.member else ""
    return f"{measure.alias}: {measure.name}{arguments}{member}"


@st.composite
def stats_queries(draw: st.DrawFn) -> StatsQuery:
    root = draw(st.sampled_from(sorted(KEY_TYPES)))
    members = draw(
        st.lists(st.sampled_from([*DIMENSIONS[root], *TIMES[root] * 2]), max_size=3, unique=True)
    )
    group_by = [_group_by(draw, root, member) for member in members]
    filter_ = draw(st.none() | filters(root))
    times = [key["time"] for key in group_by if "time" in key]
    fills_gaps = len(times) == 1 and _is_fillable(root, times[0]) and draw(st.booleans())
    for key in group_by:
        if "time" in key and (key["time"]["unit"] in LONGEST or fills_gaps):
            filter_ = (filter_ or {}) | _range(draw, root, key)
    having = None if fills_gaps else draw(st.none() | havings(root))
    variables = {
        "filter": filter_,
        "groupBy": group_by,
        "having": having,
        "orderBy": draw(st.none() | orders(root)),
        "first": draw(st.sampled_from([1, 2, 3, 10, 1_000])),
        "timeZone": draw(st.sampled_from(ZONES)),
        "fillGaps": fills_gaps,
    }
    measures = draw(st.lists(measures_of(root), min_size=1, max_size=6))
    named = [replace(measure, alias=f"m{number}") for number, measure in enumerate(measures)]
    return StatsQuery(root, variables, named)


def _group_by(draw: st.DrawFn, root: str, member: str) -> dict[str, Any]:
    if member in DIMENSIONS[root]:
        return {"field": member}
    time = {
        "field": member,
        "unit": draw(st.sampled_from(UNITS)),
        "weekStartsOn": draw(st.sampled_from(WEEKDAYS)),
    }
    return {"time": time}


def _is_fillable(root: str, time: dict[str, str]) -> bool:
    """Whether gaps of that time can be filled.

    Some times are thousands of years away, and there is no filter by the time of shipping.
    """
    return (root, time["field"]) != ("orderStats", "SHIPPED_AT") or time["unit"] == "YEAR"


def _range(draw: st.DrawFn, root: str, group_by: dict[str, Any]) -> dict[str, Any]:
    is_by_placing = root == "orderStats" and group_by["time"]["field"] == "SHIPPED_AT"
    name = "placedAt" if is_by_placing else key_field(group_by)
    longest = LONGEST.get(group_by["time"]["unit"], LONGEST["DAY"])
    since = draw(MOMENTS)
    until = since + longest * draw(st.sampled_from([0, 0.01, 0.3, 1]))
    return {name: {"from": _rfc_3339(since), "until": _rfc_3339(until)}}


def orders(root: str) -> st.SearchStrategy[dict[str, str]]:
    return st.fixed_dictionaries(
        {
            "field": st.sampled_from(["KEY", *ORDERING_MEASURES[root]]),
            "direction": st.sampled_from(["ASC", "DESC"]),
        }
    )


def havings(root: str) -> st.SearchStrategy[dict[str, Any]]:
    ints, rates = st.none() | st.integers(0, 5), st.none() | st.sampled_from([0.0, 0.3, 0.5, 1.0])
    counts, shares = (
        st.fixed_dictionaries({}, optional={"min": bound, "max": bound}).filter(_is_possible)
        for bound in (ints, rates)
    )
    return st.fixed_dictionaries(
        {}, optional={"count": counts, **dict.fromkeys(RATES[root], shares)}
    )


def _is_possible(bounds: dict[str, Any]) -> bool:
    least, most = bounds.get("min"), bounds.get("max")
    return least is None or most is None or bool(least <= most)


def filters(root: str) -> st.SearchStrategy[dict[str, Any]]:
    fields: dict[str, st.SearchStrategy[Any]] = {name: st.booleans() for name in FLAGS[root]}
    for name in LISTS[root]:
        values = VALUES.get(name) or enum_values(root, name)
        assert values is not None
        # At least half of the values are chosen, so that some rows match.
        fields[name] = st.lists(st.sampled_from(values), min_size=len(values) // 2, unique=True)
    fields |= {name: ranges() for name in RANGES[root]}
    if root == "exceptionStats":
        fields["assignee"] = st.sampled_from(ASSIGNEES)
    few = st.lists(st.sampled_from(sorted(fields)), max_size=2, unique=True)
    filter_ = few.flatmap(
        lambda names: st.fixed_dictionaries({name: fields[name] for name in names})
    )
    return filter_ | filter_.map(lambda inner: {"not": _without_times(inner)})


def _without_times(filter_: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in filter_.items() if not name.endswith("At")}


def ranges() -> st.SearchStrategy[dict[str, str]]:
    moment = MOMENTS.map(_rfc_3339)
    ends = st.fixed_dictionaries({}, optional={"from": moment, "until": moment})
    return ends.filter(_does_not_end_before_it_begins)


def _does_not_end_before_it_begins(range_: dict[str, str]) -> bool:
    moments = {name: datetime.fromisoformat(text) for name, text in range_.items()}
    return len(moments) < 2 or moments["from"] <= moments["until"]


def measures_of(root: str) -> st.SearchStrategy[MeasureSelection]:
    names = ["count", *CUBES[root].measures, *(["total"] * 2 if root == "orderStats" else [])]
    return st.sampled_from(names).flatmap(_measure)


def _measure(name: str) -> st.SearchStrategy[MeasureSelection]:
    if name not in AMOUNTS:
        return st.just(MeasureSelection(name, name))
    currency = st.sampled_from(CURRENCIES) if name == "total" else st.none()
    share = st.floats(0, 1) | st.sampled_from([0.0, 0.5, 0.95, 1.0])
    return st.sampled_from(AMOUNTS[name]).flatmap(
        lambda member: st.builds(
            MeasureSelection,
            st.just(name),
            st.just(name),
            st.just(member),
            share if member == "percentile" else st.none(),
            currency,
        )
    )


def _rfc_3339(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
