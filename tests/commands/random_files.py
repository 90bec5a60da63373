"""Strategies for files of orders: valid ones, with anything changed in them."""

import csv
import io
import json
from typing import Any

from hypothesis import strategies as st

from commands.importing.csv_table import KNOWN, METADATA
from tests.commands.order_files import COLUMNS, ROW, build_json_order

TEXTS = st.text(max_size=12) | st.sampled_from(
    [
        "",
        " ",
        "\0",
        "\ufeff",
        '"',
        '""',
        "'",
        "\ud800",
        "A-1",
        "ß" * 300,
        "=1+1",
        "{",
        "[]",
        "9" * 5000,
    ]
)
"""Any text, and some that are harder to read; surrogates become bytes that are not UTF-8."""
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=5,
)
SEPARATORS = st.sampled_from([",", ",", ",", ";", "\t", "|"])
LINE_ENDS = st.sampled_from(["\n", "\n", "\r\n", "\r"])
ENCODINGS = st.sampled_from(["utf-8", "utf-8", "utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1"])
REFERENCES = st.sampled_from(["A-1", "A-2", "A-3", ""])


@st.composite
def rows(draw: st.DrawFn) -> list[str]:
    """Draw the cells of a row, of which a few are any text; sometimes there are too many."""
    cells = ROW | {"reference": draw(REFERENCES)}
    cells |= draw(st.dictionaries(st.sampled_from(COLUMNS), TEXTS, max_size=2))
    more = draw(st.just([]) | st.just([]) | st.lists(TEXTS, max_size=2))
    return [*(cells[name] for name in COLUMNS), *more]


@st.composite
def csv_files(draw: st.DrawFn) -> bytes:
    """Draw a CSV file, sometimes with something cut out or put in."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=draw(SEPARATORS), lineterminator=draw(LINE_ENDS))
    writer.writerow([draw(st.sampled_from([name] * 30 + ["", "Unknown"])) for name in COLUMNS])
    for cells in draw(st.lists(rows(), max_size=6)):
        writer.writerow(cells)
    first = draw(st.sampled_from([""] * 8 + ["sep=;\n", "\n\n"]) | TEXTS.map("sep={}\n".format))
    return draw(changed(first + out.getvalue()))


@st.composite
def json_files(draw: st.DrawFn) -> bytes:
    """Draw orders in lines, in one list, or one after the other on several lines."""
    orders = draw(st.lists(json_orders(), max_size=5))
    form = draw(st.sampled_from(["lines", "lines", "list", "objects"]))
    if form == "list":
        text = json.dumps(orders, indent=draw(st.none() | st.just(1)))
    else:
        indent = None if form == "lines" else 1
        text = "\n".join(json.dumps(order, indent=indent) for order in orders)
    return draw(changed(text))


@st.composite
def json_orders(draw: st.DrawFn) -> Any:
    """Draw an order with a few members of any value, at any place; sometimes any value."""
    order = build_json_order(reference=draw(REFERENCES))
    for _ in range(draw(st.integers(0, 2))):
        place = draw(st.sampled_from([order, order["customer"], order["shippingAddress"]]))
        place[draw(st.sampled_from([*place]) | TEXTS)] = draw(JSON_VALUES)
        if not all(isinstance(order[name], dict) for name in ("customer", "shippingAddress")):
            break
    return draw(st.sampled_from([order] * 9) | JSON_VALUES)


@st.composite
def changed(draw: st.DrawFn, text: str) -> bytes:
    """Draw the bytes of a text, mostly as it is, and otherwise with a part replaced."""
    raw = (
        text.encode(draw(ENCODINGS), errors="replace" if draw(st.booleans()) else "surrogatepass")
        if text.isascii()
        else text.encode(errors="surrogatepass")
    )
    if draw(st.integers(0, 3)):
        return raw
    start, end = sorted((draw(st.integers(0, len(raw))), draw(st.integers(0, len(raw)))))
    return raw[:start] + draw(st.binary(max_size=5) | st.just(b'"')) + raw[min(end, start + 9) :]


SOURCES = (
    st.sampled_from([*COLUMNS])
    | TEXTS
    | st.sampled_from(
        [
            "{reference}",
            "{reference} {",
            "}{",
            "{}",
            "{{reference}}",
            "{0}",
            "{reference!r}",
            "{a.b}",
        ]
    )
)
NAMES = SOURCES | st.lists(SOURCES, max_size=3)
FORMATS = (
    st.sampled_from(["%d.%m.%Y", "%", "%%", "%Q", "%d%d", "%Y-%m-%dT%H:%M:%SZ", "(", "%f%"]) | TEXTS
)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "values": st.dictionaries(st.sampled_from(KNOWN), TEXTS, max_size=2),
    "metadata": st.dictionaries(TEXTS, NAMES, max_size=2),
    "translations": st.dictionaries(
        st.sampled_from(KNOWN), st.dictionaries(TEXTS, TEXTS, max_size=2), max_size=2
    ),
    "currency_signs": st.dictionaries(TEXTS, NAMES, max_size=2),
    "times": st.lists(FORMATS, max_size=2),
    "remarks": st.lists(TEXTS, max_size=2),
    "blank_continues": st.booleans(),
    "ships_by_line": st.booleans(),
    "recognised_by": st.lists(st.lists(TEXTS, max_size=2), max_size=2),
    "title": TEXTS,
}


@st.composite
def column_maps(draw: st.DrawFn) -> str:
    """Draw the TOML text of a map of the columns, in which anything may be wrong."""
    columns: dict[str, Any] = {name: name for name in COLUMNS}
    columns |= draw(
        st.dictionaries(st.sampled_from([*KNOWN, METADATA, "unknown"]), NAMES, max_size=3)
    )
    table = {"columns": columns}
    for name in draw(st.lists(st.sampled_from([*VALUES]), max_size=3, unique=True)):
        table[name] = draw(
            st.sampled_from([VALUES[name]] * 9 + [JSON_VALUES]).flatmap(lambda one: one)
        )
    return "\n".join(f"{name} = {_toml(value)}" for name, value in table.items())


def _toml(value: Any) -> str:
    """Return a value as TOML, in one line."""
    if isinstance(value, dict):
        members = ", ".join(f"{_toml(str(name))} = {_toml(one)}" for name, one in value.items())
        return f"{{{members}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    return json.dumps(value)
