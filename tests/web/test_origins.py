"""Pages of allowed origins may use the service from a browser, and no others."""

import pytest
import websockets

from tests.live_changes import FOLLOW_ALL, READER_SCOPES
from tests.live_server import build_settings, running_service
from tests.log_messages import warnings_of
from web.origins import REFUSAL

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


def refusal_of(origin: str, host: str) -> str:
    return REFUSAL % (origin, host)


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


async def test_a_preflight_request_is_granted_any_header(database_url, broadcast_url):
    settings = build_settings(database_url, broadcast_url, WHEREABOUTS_ALLOWED_ORIGINS=SHOP)
    preflight = {
        "Origin": SHOP,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "apollographql-client-name,authorization,traceparent",
    }
    async with running_service(settings) as service:
        response = await service.http.options("/graphql", headers=preflight)
        refused = [
            await service.http.options("/graphql", headers=preflight | wrong)
            for wrong in (
                {"Origin": "https://elsewhere.example"},
                {"Access-Control-Request-Method": "PUT"},
            )
        ]

    assert response.status_code == 200
    assert response.headers["Access-Control-Allow-Origin"] == SHOP
    assert response.headers["Access-Control-Allow-Methods"] == "GET, POST"
    assert response.headers["Access-Control-Allow-Headers"] == (
        "apollographql-client-name,authorization,traceparent"
    )
    assert [response.status_code for response in refused] == [403, 400]


async def test_without_allowed_origins_no_cors_header_is_sent(service):
    headers = {"Origin": SHOP}

    answer = await service.http.post("/graphql", json={"query": "{ position }"}, headers=headers)
    preflight = await service.http.options(
        "/graphql", headers=headers | {"Access-Control-Request-Method": "POST"}
    )

    for response in (answer, preflight):
        assert [name for name in response.headers if name.startswith("access-control")] == []
    assert preflight.status_code == 403
    assert preflight.json()["errors"] == [
        {"message": refusal_of(SHOP, service.address), "extensions": {"code": "FORBIDDEN"}}
    ]


async def test_a_refused_page_is_told_which_setting_lets_it_in(service, caplog):
    for _ in range(3):
        with pytest.raises(websockets.InvalidStatus) as refused:
            async with service.connect({"Origin": SHOP}):
                pass
        assert refused.value.response.body == refusal_of(SHOP, service.address).encode()

    assert warnings_of(caplog.records, "whereabouts.server") == [refusal_of(SHOP, service.address)]


async def test_a_refusal_repeats_a_bounded_part_of_what_the_client_sent(service, caplog):
    origin = "https://" + "x" * 1000 + ".example"

    assert await service.handshake_refusal({"Origin": origin, "Host": "h" * 1000}) == (403, None)

    assert warnings_of(caplog.records, "whereabouts.server") == [
        refusal_of("https://" + "x" * 92, service.address)
    ]


FORWARDED = {
    "its own host": ({"X-Forwarded-Host": "shop.example"}, True),
    "the first of several": ({"X-Forwarded-Host": "shop.example, inner.example"}, True),
    "another host": ({"X-Forwarded-Host": "elsewhere.example"}, False),
    "no host": ({}, False),
}


@pytest.mark.parametrize("proxies", ["127.0.0.1", ""])
async def test_a_trusted_proxy_tells_the_host_of_a_page(database_url, broadcast_url, proxies):
    settings = build_settings(database_url, broadcast_url, WHEREABOUTS_TRUSTED_PROXIES=proxies)
    async with running_service(settings) as service:
        for name, (headers, is_own) in FORWARDED.items():
            all_headers = {"Origin": SHOP, "X-Forwarded-For": "192.0.2.1"} | headers
            if proxies and is_own:
                async with service.connect(all_headers) as socket:
                    await socket.init()
            else:
                assert await service.handshake_refusal(all_headers) == (403, None), name
