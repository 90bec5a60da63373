"""Questions about groups, by chance."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from tests.plans.shops.chances import DAYS, FIRST
from tests.plans.shops.orders import CURRENCIES, SKUS
from tests.plans.shops.parcels import CARRIERS, SERVICES
from tests.plans.shops.troubles import ASSIGNEES
from tests.stats.golden import NOUNS
from tests.stats.grouping import Asked
from tests.stats.words import KEYS, words_of

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
"""Without and with clocks that change, at midnight too and a minute after; with halves and quarters
of hours."""
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
class Question:
    root: str
    variables: dict[str, Any]
    measures: Sequence[Asked]

    @property
    def text(self) -> str:
        type_ = TYPES[self.root]
        keys = " ".join(_field(one) for one in self.variables["groupBy"]) or "__typename"
        measures = " ".join(map(_written, self.measures))
        return (
            f"query ($filter: {type_}Filter, $groupBy: [{type_}GroupBy!]!,"
            f" $having: {type_}Having, $orderBy: StatsOrder, $first: Int!, $timeZone: String!,"
            f" $fillGaps: Boolean!) {{ {self.root}(filter: $filter, groupBy: $groupBy, having:"
            " $having, orderBy: $orderBy, first: $first, timeZone: $timeZone, fillGaps: $fillGaps)"
            f" {{ asOf truncated groups {{ key {{ {keys} }} {measures} }} }} }}"
        )


def _written(one: Asked) -> str:
    given = f'(currency: "{one.currency}")' if one.currency else ""
    share = "" if one.share is None else f"(p: {one.share!r})"
    member = f" {{ value: {one.member}{share} }}" if one.member else ""
    return f"{one.alias}: {one.name}{given}{member}"


def _field(one: dict[str, Any]) -> str:
    word: str = one["field"] if "field" in one else one["time"]["field"]
    first, *rest = word.lower().split("_")
    return "".join([first, *(part.capitalize() for part in rest)])


@st.composite
def questions(draw: st.DrawFn) -> Question:
    root = draw(st.sampled_from(sorted(KEYS)))
    groups = draw(
        st.lists(st.sampled_from([*DIMENSIONS[root], *TIMES[root] * 2]), max_size=3, unique=True)
    )
    group_by = [_grouping(draw, root, word) for word in groups]
    given = draw(st.none() | filters(root))
    times = [one["time"] for one in group_by if "time" in one]
    fills_gaps = len(times) == 1 and _is_fillable(root, times[0]) and draw(st.booleans())
    for one in group_by:
        if "time" in one and (one["time"]["unit"] in LONGEST or fills_gaps):
            given = (given or {}) | _range(draw, root, one)
    having = None if fills_gaps else draw(st.none() | havings(root))
    variables = {
        "filter": given,
        "groupBy": group_by,
        "having": having,
        "orderBy": draw(st.none() | orders()),
        "first": draw(st.sampled_from([1, 2, 3, 10, 1_000])),
        "timeZone": draw(st.sampled_from(ZONES)),
        "fillGaps": fills_gaps,
    }
    measures = draw(st.lists(measures_of(root), min_size=1, max_size=6))
    named = [
        Asked(f"m{number}", one.name, one.member, one.share, one.currency)
        for number, one in enumerate(measures)
    ]
    return Question(root, variables, named)


def _grouping(draw: st.DrawFn, root: str, word: str) -> dict[str, Any]:
    if word in DIMENSIONS[root]:
        return {"field": word}
    return {"time": {"field": word, "unit": draw(st.sampled_from(UNITS))}}


def _is_fillable(root: str, time: dict[str, str]) -> bool:
    """Some times lie thousands of years ago, or ahead; not all can be filtered by."""
    return (root, time["field"]) != ("orderStats", "SHIPPED_AT") or time["unit"] == "YEAR"


def _range(draw: st.DrawFn, root: str, one: dict[str, Any]) -> dict[str, Any]:
    is_by_placing = root == "orderStats" and one["time"]["field"] == "SHIPPED_AT"
    name = "placedAt" if is_by_placing else _field(one)
    longest = LONGEST.get(one["time"]["unit"], LONGEST["DAY"])
    since = draw(MOMENTS)
    until = since + longest * draw(st.sampled_from([0, 0.01, 0.3, 1]))
    return {name: {"from": _said(since), "until": _said(until)}}


def orders() -> st.SearchStrategy[dict[str, str]]:
    return st.fixed_dictionaries(
        {
            "field": st.sampled_from(["KEY", "COUNT"]),
            "direction": st.sampled_from(["ASC", "DESC"]),
        }
    )


def havings(root: str) -> st.SearchStrategy[dict[str, Any]]:
    ints, rates = st.none() | st.integers(0, 5), st.none() | st.sampled_from([0.0, 0.3, 0.5, 1.0])
    counts, shares = (
        st.fixed_dictionaries({}, optional={"min": one, "max": one}).filter(_is_possible)
        for one in (ints, rates)
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
        values = VALUES.get(name) or words_of(root, name)
        assert values is not None
        # Half of them, so that something is left.
        fields[name] = st.lists(st.sampled_from(values), min_size=len(values) // 2, unique=True)
    fields |= {name: ranges() for name in RANGES[root]}
    if root == "exceptionStats":
        fields["assignee"] = st.sampled_from(ASSIGNEES)
    few = st.lists(st.sampled_from(sorted(fields)), max_size=2, unique=True)
    one = few.flatmap(lambda names: st.fixed_dictionaries({name: fields[name] for name in names}))
    return one | one.map(lambda inner: {"not": _without_times(inner)})


def _without_times(given: dict[str, Any]) -> dict[str, Any]:
    return {name: one for name, one in given.items() if not name.endswith("At")}


def ranges() -> st.SearchStrategy[dict[str, str]]:
    moment = MOMENTS.map(_said)
    return st.fixed_dictionaries({}, optional={"from": moment, "until": moment})


def measures_of(root: str) -> st.SearchStrategy[Asked]:
    names = ["count", *NOUNS[root].measures, *(["total"] * 2 if root == "orderStats" else [])]
    return st.sampled_from(names).flatmap(_measure)


def _measure(name: str) -> st.SearchStrategy[Asked]:
    if name not in AMOUNTS:
        return st.just(Asked(name, name))
    currency = st.sampled_from(CURRENCIES) if name == "total" else st.none()
    share = st.floats(0, 1) | st.sampled_from([0.0, 0.5, 0.95, 1.0])
    return st.sampled_from(AMOUNTS[name]).flatmap(
        lambda member: st.builds(
            Asked,
            st.just(name),
            st.just(name),
            st.just(member),
            share if member == "percentile" else st.none(),
            currency,
        )
    )


def _said(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
