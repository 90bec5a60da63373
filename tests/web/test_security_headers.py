"""Every response tells browsers what they must not do with it."""

import re
from base64 import b64encode
from hashlib import sha256

import pytest

from tests.live_server import RunningService, build_settings, running_service

POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"
EVENTS = {"Accept": "text/event-stream"}


async def test_every_answer_has_the_headers(service: RunningService) -> None:
    query = {"query": "{ position }"}
    responses = [
        await service.http.post("/graphql", json=query),
        await service.http.post("/graphql", json=query, headers=EVENTS),
        await service.http.post("/graphql", json=query, headers={"Origin": "https://x.example"}),
        await service.http.post("/graphql", content=b"query"),
        await service.http.get("/graphql", params=query),
        await service.http.get("/livez"),
        await service.http.get("/readyz"),
        await service.http.get("/nowhere"),
        await service.http.post("/sources/none"),
    ]

    assert [response.status_code for response in responses] == [
        *(200, 200, 200, 415, 200, 200, 200, 404, 404)
    ]
    for response in responses:
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert response.headers["Content-Security-Policy"] == POLICY
        assert "Strict-Transport-Security" not in response.headers


async def test_the_page_runs_its_own_script_and_its_libraries_alone(
    service: RunningService,
) -> None:
    response = await service.http.get("/graphql", headers={"Accept": "text/html"})
    scripts = re.findall(r"<script>(.*?)</script>", response.text, re.DOTALL)
    rules = dict(
        rule.partition(" ")[::2] for rule in response.headers["Content-Security-Policy"].split("; ")
    )

    hashes = [b64encode(sha256(script.encode()).digest()).decode() for script in scripts]
    assert rules["default-src"] == rules["frame-ancestors"] == rules["form-action"] == "'none'"
    assert rules["connect-src"] == "'self'"
    sources = rules["script-src"].replace(" https://unpkg.com", "")
    assert sources == " ".join([*(f"'sha256-{hash_}'" for hash_ in hashes), "'self'"])
    assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["/livez", "/graphql"])
async def test_browsers_come_back_by_https_for_as_long_as_is_set(
    database_url: str, broadcast_url: str, path: str
) -> None:
    settings = build_settings(database_url, broadcast_url, WHEREABOUTS_HSTS_SECONDS="31536000")
    async with running_service(settings) as service:
        response = await service.http.get(path)

    assert response.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
