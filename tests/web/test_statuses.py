"""The HTTP status of an answer depends on its media type and on whether execution began."""

from typing import Any

import pytest

from access.scopes import Scope
from tests.live_changes import FOLLOW_ALL
from tests.live_server import RunningService

FORMS = ("application/json", "application/graphql-response+json")
SEVERAL = "query A { position } query B { viewer { name } }"
NEEDED = "query ($id: ID!) { node(id: $id) { id } }"
NOT_BEGUN: dict[str, tuple[dict[str, Any], str]] = {
    "no GraphQL": ({"query": "{"}, "GRAPHQL_PARSE_FAILED"),
    "an unknown field": ({"query": "{ nothing }"}, "GRAPHQL_VALIDATION_FAILED"),
    "too much": ({"query": "{" + "position " * 110 + "}"}, "LIMIT_EXCEEDED"),
    "nothing": ({"query": ""}, "INVALID"),
    "one of several": ({"query": SEVERAL}, "INVALID"),
    "one that is not there": ({"query": SEVERAL, "operationName": "C"}, "INVALID"),
    "a missing variable": ({"query": NEEDED}, "GRAPHQL_VALIDATION_FAILED"),
    "a null variable": ({"query": NEEDED, "variables": {"id": None}}, "GRAPHQL_VALIDATION_FAILED"),
}


@pytest.mark.parametrize("case", NOT_BEGUN)
async def test_an_operation_that_is_not_begun_has_no_data_and_a_status_by_media_type(
    service: RunningService, case: str
) -> None:
    request, code = NOT_BEGUN[case]

    for form, status in zip(FORMS, (200, 400), strict=True):
        response = await service.http.post("/graphql", json=request, headers={"Accept": form})

        assert response.status_code == status
        assert response.headers["content-type"] == f"{form}; charset=utf-8"
        assert list(response.json()) == ["errors"]
        assert {error["extensions"]["code"] for error in response.json()["errors"]} == {code}


@pytest.mark.parametrize("form", FORMS)
async def test_an_operation_that_is_begun_has_status_200(
    service: RunningService, form: str
) -> None:
    headers = {"Accept": form}
    query = "{ position orders { totalCount } }"

    complete = await service.http.post("/graphql", json={"query": "{ position }"}, headers=headers)
    nulled = await service.http.post("/graphql", json={"query": query}, headers=headers)

    assert (complete.status_code, complete.json()) == (200, {"data": {"position": 0}})
    assert (nulled.status_code, nulled.json()["data"]) == (200, None)
    (error,) = nulled.json()["errors"]
    assert (error["path"], error["extensions"]) == (["orders"], {"code": "FORBIDDEN"})


@pytest.mark.parametrize("form", FORMS)
async def test_other_refusals_have_their_status_in_either_media_type(
    service: RunningService, form: str
) -> None:
    wrong_key = {"Accept": form, "Authorization": "Bearer x"}
    mutation = 'mutation { orderConfirm(trackingId: "x") { userErrors { code } } }'

    refused = [
        (await service.http.post("/graphql", json={"query": "{"}, headers=wrong_key), 401),
        (
            await service.http.get(
                "/graphql", params={"query": mutation}, headers={"Accept": form}
            ),
            405,
        ),
        (await service.http.post("/graphql", json=[], headers={"Accept": form}), 400),
        (await service.http.get("/graphql", headers={"Accept": form}), 400),
    ]

    for response, status in refused:
        assert response.status_code == status
        assert response.headers["content-type"] == f"{form}; charset=utf-8"
        assert list(response.json()) == ["errors"]


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("accept", [*FORMS, "*/*"])
async def test_a_subscription_says_how_it_is_followed(
    service: RunningService, method: str, accept: str
) -> None:
    request = {"query": FOLLOW_ALL}
    headers = {"Accept": accept, **await service.headers(Scope.ORDERS_READ)}
    sent: Any = {"params": request} if method == "GET" else {"json": request}

    response = await service.http.request(method, "/graphql", headers=headers, **sent)

    assert response.status_code == 400
    (error,) = response.json()["errors"]
    assert error["message"] == (
        "A subscription has many answers."
        " Ask for it with Accept: text/event-stream, or over a websocket."
    )


async def test_url_parameters_may_be_empty_and_are_limited(
    service: RunningService,
) -> None:
    empty = {"query": "{ position }", "operationName": "", "variables": "", "extensions": ""}

    answer = await service.http.get("/graphql", params=empty)
    beyond = await service.http.get("/graphql", params={f"p{n}": "x" for n in range(21)})

    assert answer.json() == {"data": {"position": 0}}
    assert beyond.status_code == 400
    assert "at most 20 parameters" in beyond.text


async def test_answers_are_not_cached_on_the_way(service: RunningService) -> None:
    for response in (
        await service.post("{ position }"),
        await service.post("{"),
        await service.http.get("/graphql", params={"query": "{ position }"}),
        await service.http.put("/graphql"),
    ):
        assert response.headers["cache-control"] == "no-store"


async def test_only_browsers_get_the_page(service: RunningService) -> None:
    """`curl` accepts any type, too, and must get JSON."""
    page = await service.http.get("/graphql", headers={"Accept": "text/html, */*;q=0.8"})
    no_page = await service.http.get("/graphql", headers={"Accept": "*/*"})

    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "<html" in page.text
    assert (no_page.status_code, no_page.json()["errors"][0]["extensions"]) == (
        400,
        {"code": "INVALID"},
    )


@pytest.mark.parametrize(("error", "status"), [(RuntimeError("a bug"), 500), (OSError(), 503)])
async def test_a_failure_before_execution_is_not_a_client_error(
    service: RunningService, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int
) -> None:
    async def fail() -> None:
        raise error

    monkeypatch.setattr("schema.root_fields.log_head", fail)

    for form, expected in zip(FORMS, (200, status), strict=True):
        response = await service.http.post(
            "/graphql", json={"query": "{ position }"}, headers={"Accept": form}
        )

        assert response.status_code == expected
        (error_,) = response.json()["errors"]
        code = {500: "INTERNAL", 503: "UNAVAILABLE"}[status]
        assert error_["extensions"] == {"code": code}
