"""The codes of errors: one list of them, which the documentation explains and the code follows."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from errors import ErrorCode, TopLevelCode
from tests.documentation import ROOT, read_page
from web.graphql.responses import CODES, STATUSES

ROOMS = ("engine", "web", "subscriptions")
"""The rooms that make responses."""
ROWS = dict(
    re.findall(
        r"^\| `([A-Z_]+)` \|.*\| ([\d, ]+) \|$",
        read_page("docs/limits.md").text.partition("## Error codes")[2],
        re.MULTILINE,
    )
)
"""The HTTP statuses of each code, as documented."""


def test_every_top_level_code_is_explained_once():
    assert list(ROWS) == list(TopLevelCode)


def test_the_statuses_of_responses_are_documented():
    documented = {code: set(map(int, row.split(", "))) for code, row in ROWS.items()}
    sent = [*STATUSES.items(), *((code, status) for status, code in CODES.items())]

    assert [(code, status) for code, status in sent if status not in documented[code]] == []


def test_an_operation_with_another_code_has_the_status_of_a_bad_request():
    others = set(TopLevelCode) - {*STATUSES, *CODES.values()}

    # A request that is not one of GraphQL over HTTP is INVALID with a status that says why.
    assert {code for code in others if ROWS[code] != "400"} == {TopLevelCode.INVALID}


def test_a_code_of_user_errors_means_the_same_at_the_top_level():
    elsewhere = {ErrorCode.CONFLICT, ErrorCode.ILLEGAL_TRANSITION, ErrorCode.NOT_CONFIGURED}

    assert set(ErrorCode) - set(TopLevelCode) == elsewhere


def _texts(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


@pytest.mark.parametrize("room", ROOMS)
def test_responses_have_no_codes_but_those_of_the_list(room: str):
    codes = {*TopLevelCode, *ErrorCode}
    written = {
        str(path.relative_to(ROOT)): found
        for path in (ROOT / room).rglob("*.py")
        if (found := codes & set(_texts(path)))
    }

    assert written == {}
