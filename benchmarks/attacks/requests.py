"""The attacks by one request, by name."""

from collections.abc import Mapping
from typing import Any

from benchmarks.attacks.attack import Attack, largest_document, repeat
from engine.document_limits import WITH_KEY, WITHOUT_KEY

LIMIT, INVALID = "LIMIT_EXCEEDED", "GRAPHQL_VALIDATION_FAILED"
MANY = 330_000
"""Empty objects in a body: just as many as HTTP accepts."""
PERMITTED = 2_900
"""Objects in variables: just as many as are coerced."""


def _introspection() -> dict[str, Attack]:
    everything = "kind name description fields{name description args{name description}}"
    many = "{%s} fragment F on __Schema{types{" + everything + "}}"
    texts = "fragment F on __Schema{types{fields{" + repeat("d#:description", 96) + "}}}"
    default = "{__schema{types{inputFields{" + repeat("a#:defaultValue", 280) + "}}}}"
    return {
        "introspection, 160 times": Attack(
            many % repeat("a#:__schema{...F}", 160), has_key=True, code=LIMIT
        ),
        "introspection, 20 times without a key": Attack(
            many % repeat("a#:__schema{...F}", 20), code=LIMIT
        ),
        "introspection, 96 texts of each field": Attack(
            "{" + repeat("a#:__schema{...F}", 20) + "} " + texts, has_key=True, code=LIMIT
        ),
        "introspection, values to print": Attack(default, code=LIMIT),
    }


def _overlaps() -> dict[str, Attack]:
    twenty = " ".join(["fields{name}"] * 20)
    fragments = f"fragment F# on __Schema{{types{{...T#}}}} fragment T# on __Type{{{twenty}}}"
    inline = "...{a:__schema{" + "...{types{name}} " * 20 + "}} "
    levels = "...{a:__schema{" + ("...{types{fields{" + "...{name} " * 4 + "}}} ") * 5 + "}} "
    separate = repeat("...F#", 300) + "} " + repeat("fragment F# on Query{a#:position}", 300)
    documents = {
        "overlaps of fragments": "{__schema{" + repeat("...F#", 20) + "}} " + repeat(fragments, 20),
        "overlaps of inline fragments": "{" + inline * 20 + "}",
        "overlaps on three levels": "{" + levels * 20 + "}",
        "fragments beside each other": "{" + separate,
        "one field 1,900 times": "{" + "position " * 1_900 + "}",
    }
    return {name: Attack(text, has_key=True, code=LIMIT) for name, text in documents.items()}


def _variables() -> dict[str, Attack]:
    attacks: dict[str, Attack] = {}
    orders = "query($f:OrderFilter){orders(filter:$f){totalCount}}"
    exceptions = "query($f:ExceptionFilter){exceptions(filter:$f){totalCount}}"
    follow = "query($g:[OrderGroupBy!]){orderStats(groupBy:$g){groups{count}}}"
    record = """mutation($e:[TrackingEventInput!]!){
      trackingEventsRecord(input:{source:"a",events:$e}){results{outcome}}}"""
    empty: list[Any] = [{}]
    for name, query, value in (
        ("filters, any of", orders, {"f": {"or": empty * MANY}}),
        ("filters, all of, the last one wrong", orders, {"f": {"and": [*(empty * MANY), 1]}}),
        ("filters of exceptions", exceptions, {"f": {"or": empty * MANY}}),
        ("groupings", follow, {"g": [{"field": "STATUS"}] * (MANY // 7)}),
        ("events without content", record, {"e": empty * MANY}),
    ):
        attacks[f"{name}, without a key"] = Attack(query, value, code=LIMIT)
        attacks[name] = Attack(query, value, has_key=True, code=LIMIT)
    wrong = [*(empty * PERMITTED), 1]
    events = [*([EVENT] * 500), 1]
    return attacks | {
        "permitted filters, the last one wrong": Attack(
            orders, {"f": {"or": wrong}}, has_key=True, code=INVALID
        ),
        "500 full events, the last one wrong": Attack(
            record, {"e": events}, has_key=True, code=INVALID
        ),
        "filters in the document": _large(
            "{orders(filter:{or:[%s]}){totalCount}}", "{and:[{}]}", LIMIT
        ),
    }


EVENT = {
    "carrier": "ups",
    "trackingNumber": "1Z1",
    "type": "IN_TRANSIT",
    "classifier": "ACTUAL",
    "occurredAt": "2026-01-01T00:00:00Z",
    "timeZone": "Europe/Berlin",
    "precision": "SECOND",
    "location": {"name": "a", "city": "a", "region": "a", "postalCode": "1", "country": "DE"},
    "description": "a",
    "carrierCode": "a",
    "signedBy": "a",
    "estimate": {"earliest": "2026-01-01T00:00:00Z", "latest": "2026-01-02T00:00:00Z"},
}
"""A tracking event with almost everything that one can have."""


def _large(form: str, part: str, code: str | None = None) -> Attack:
    """Return the largest document that a key may send, with as many parts as fit."""
    return Attack(largest_document(form, part, WITH_KEY.tokens), has_key=True, code=code)


def _documents() -> dict[str, Attack]:
    order = '{order(trackingId:"WA-1"){%s}}'
    nested = "a#:order{history{nodes{order{id}}}}"
    chain = "{...F0} " + repeat("fragment F# on Query{...F#a}", 400)
    return {
        "the largest of leaves": _large("{%s}", "a#:position"),
        "the largest of an order": _large(order, "a#:status"),
        "the largest of lists": _large("{%s}", "a#:orders(first:1){nodes{id}}"),
        "the largest of look-ups": _large("{%s}", 'a#:order(trackingId:"a"){id}'),
        "the largest of inner lists": _large(
            '{order(trackingId:"a"){shipments{%s}}}', "a#:events(first:1){nodes{id}}"
        ),
        "the largest of interfaces": _large("{changes{nodes{%s}}}", "a#:order{id}", LIMIT),
        "the largest of nested interfaces": _large("{changes{nodes{%s}}}", nested, LIMIT),
        "the largest of literals": _large("{nodes(ids:[%s]){id}}", '"a"', LIMIT),
        "unknown fields": _large("{%s}", "a#:events", INVALID),
        "unknown arguments": _large("{order(%s){id}}", "trackingIds#:1", INVALID),
        "unknown values": _large("{orders(filter:{status:[%s]}){totalCount}}", "ABC#", INVALID),
        "operations": _large("%s", "query q#{position}", LIMIT),
        "a chain of fragments": Attack(chain, has_key=True, code=INVALID),
        "a long text": Attack('{order(trackingId:"' + "a" * 900_000 + '"){id}}', code=LIMIT),
        "comments": Attack("{position}" + "#\n" * 300_000, has_key=True, code=LIMIT),
        "the largest without a key": Attack("{" + repeat("a#:position", WITHOUT_KEY.fields) + "}"),
    }


def all_attacks() -> Mapping[str, Attack]:
    """Return every attack by its name."""
    return _introspection() | _overlaps() | _variables() | _documents()
