"""Pages of allowed origins may use the service from a browser, and no others."""

from tests.live_changes import FOLLOW_ALL, READER_SCOPES
from tests.live_server import build_settings, running_service

SHOP = "https://shop.example"
ORIGINS = {
    "https://shop.example": True,
    "https://SHOP.example:443": True,
    "http://shop.example": False,
    "https://shop.example.elsewhere.example": False,
    "https://elsewhere.example": False,
    "null": False,
    "": False,
}


async def test_only_pages_of_allowed_origins_and_its_own_open_one(database_url, broadcast_url):
    settings = build_settings(
        database_url, broadcast_url, WHEREABOUTS_ALLOWED_ORIGINS="https://shop.example"
    )
    async with running_service(settings) as service:
        for origin, is_allowed in (ORIGINS | {f"http://{service.address}": True}).items():
            if is_allowed:
                async with service.connect({"Origin": origin}) as socket:
                    await socket.init()
            else:
                assert await service.handshake_refusal({"Origin": origin}) == (403, None), origin
        assert len(service.connections) == 0


async def test_allowed_pages_may_read_answers_and_event_streams(database_url, broadcast_url):
    settings = build_settings(database_url, broadcast_url, WHEREABOUTS_ALLOWED_ORIGINS=SHOP)
    async with running_service(settings) as service:
        for origin, allowed in ((SHOP, SHOP), ("https://elsewhere.example", None), ("null", None)):
            headers = {"Origin": origin}
            answer = await service.http.post(
                "/graphql", json={"query": "{ position }"}, headers=headers
            )
            async with service.events(FOLLOW_ALL, *READER_SCOPES, headers=headers) as events:
                await events.next()
            wrong = await service.http.post("/graphql", json=[], headers=headers)

            assert (answer.status_code, wrong.status_code) == (200, 400)
            for response in (answer, events.response, wrong):
                assert response.headers.get("Access-Control-Allow-Origin") == allowed
                assert response.headers["Vary"] == "Origin"
                assert "Access-Control-Allow-Credentials" not in response.headers


async def test_a_preflight_request_is_told_the_allowed_headers(database_url, broadcast_url):
    settings = build_settings(database_url, broadcast_url, WHEREABOUTS_ALLOWED_ORIGINS=SHOP)
    preflight = {
        "Origin": SHOP,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type,last-event-id",
    }
    async with running_service(settings) as service:
        response = await service.http.options("/graphql", headers=preflight)
        refused = [
            await service.http.options("/graphql", headers=preflight | wrong)
            for wrong in (
                {"Origin": "https://elsewhere.example"},
                {"Access-Control-Request-Method": "PUT"},
                {"Access-Control-Request-Headers": "x-other"},
            )
        ]

    assert response.status_code == 200
    assert response.headers["Access-Control-Allow-Origin"] == SHOP
    assert response.headers["Access-Control-Allow-Methods"] == "GET, POST"
    assert {"Authorization", "Content-Type", "Last-Event-ID"} <= set(
        response.headers["Access-Control-Allow-Headers"].split(", ")
    )
    assert [response.status_code for response in refused] == [400, 400, 400]


async def test_without_allowed_origins_no_cors_header_is_sent(service):
    headers = {"Origin": SHOP}

    answer = await service.http.post("/graphql", json={"query": "{ position }"}, headers=headers)
    preflight = await service.http.options(
        "/graphql", headers=headers | {"Access-Control-Request-Method": "POST"}
    )

    for response in (answer, preflight):
        assert [name for name in response.headers if name.startswith("access-control")] == []
    assert preflight.status_code == 405
