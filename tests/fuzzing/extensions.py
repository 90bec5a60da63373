"""Extensions of schemathesis, which its command loads: values of our scalars, and our check."""

from typing import Any

import schemathesis
from hypothesis import strategies as st
from schemathesis.graphql import nodes

INTERNAL = "INTERNAL"
TIMES = st.datetimes().map(lambda time: f"{time.isoformat()}Z") | st.sampled_from(
    [
        "2026-03-01T14:05:00+01:00",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "2026-01-01T00:00:00.123456789Z",
        "2026-13-01T14:05:00Z",
    ]
)
AMOUNTS = st.decimals(-(10**13), 10**13, places=3).map("{:f}".format) | st.sampled_from(
    ["1", "0.001", "-1", "1e400", "NaN", "9" * 40]
)
POSITIONS = st.integers(-1, 100) | st.sampled_from([2**31, 2**63, 2**70])

schemathesis.graphql.scalar("DateTime", TIMES.map(nodes.String))
schemathesis.graphql.scalar("Decimal", AMOUNTS.map(nodes.String))
schemathesis.graphql.scalar("Position", POSITIONS.map(nodes.Int))


@schemathesis.check
def no_internal_error(
    ctx: schemathesis.CheckContext, response: schemathesis.Response, case: schemathesis.Case[Any]
) -> None:
    """Fail if the server says that it has a fault, or if the answer is not one of GraphQL.

    An operation that was begun has the status 200 even if a field of it failed.
    """
    answer = response.json()
    codes = {error["extensions"]["code"] for error in answer.get("errors", [])}
    assert response.status_code != 500, f"The status is 500: {codes}"
    assert INTERNAL not in codes, f"A field failed: {answer['errors']}"
