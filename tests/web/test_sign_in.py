"""Staff signs in by a real OpenID Connect provider or by an API key, into a session."""

from http.cookies import Morsel, SimpleCookie
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from access import key_cache
from access.api_keys import revoke_key
from access.scopes import Scope
from access.sessions import end_session
from models.api_keys import ApiKey
from models.sessions import StaffSession
from tests.identity_provider import CLIENT_ID, CLIENT_SECRET, IdentityProvider, now
from tests.live_server import LiveServer, RunningService, build_settings
from tests.log_messages import security_events
from tests.stopped_clock import stop_the_clock
from tests.timeouts import poll_until
from web.sign_in.endpoint import FAILED, NO_PROVIDER, WRONG_KEY

pytestmark = pytest.mark.usefixtures("every_event")
VIEWER = "{ viewer { name scopes } }"
CLERK = {"name": "clerk@shop.example", "scopes": ["ORDERS_READ"]}
FOLLOW = "subscription { changes { position } }"


@pytest.fixture
async def service(
    provider: IdentityProvider,
    database_url: str,
    broadcast_url: str,
    monkeypatch: pytest.MonkeyPatch,
):
    """A service that asks the database at each use of a key or session."""
    monkeypatch.setattr(key_cache, "MAX_AGE_SECONDS", 0.0)
    monkeypatch.setattr("access.session_cache.MAX_AGE_SECONDS", 0.0)
    options = {
        "WHEREABOUTS_OIDC_ISSUER": provider.issuer,
        "WHEREABOUTS_OIDC_CLIENT_ID": CLIENT_ID,
        "WHEREABOUTS_OIDC_CLIENT_SECRET": CLIENT_SECRET,
        "WHEREABOUTS_PUBLIC_URL": "http://service.invalid",
    }
    async with (
        LiveServer(build_settings(database_url, broadcast_url, **options)) as server,
        server.client() as service,
    ):
        yield service


def page(service: RunningService) -> dict[str, str]:
    """The headers that a browser sends from a page of the service."""
    return {"Origin": f"http://{service.address}"}


async def callback_of(service: RunningService, path: str = "/console") -> str:
    """The path and query of the callback, to which the provider sends the browser back."""
    begun = await service.http.get("/sign-in", params={"next": path})
    assert begun.status_code == 303
    async with httpx2.AsyncClient() as browser:
        sent_back = await browser.get(begun.headers["location"])
    parts = urlsplit(sent_back.headers["location"])
    assert (parts.netloc, parts.path) == ("service.invalid", "/sign-in/callback")
    return f"{parts.path}?{parts.query}"


async def sign_in(service: RunningService) -> httpx2.Response:
    response = await service.http.get(await callback_of(service))
    assert response.status_code == 303, response.text
    return response


async def sign_in_by_key(service: RunningService, key: Any, **headers: str) -> httpx2.Response:
    content = {"apiKey": key}
    return await service.http.post("/sign-in", json=content, headers=page(service) | headers)


async def viewer(service: RunningService, **headers: str) -> Any:
    response = await service.http.post(
        "/graphql", json={"query": VIEWER}, headers=page(service) | headers
    )
    return response.json()["data"]["viewer"]


def cookies_of(response: httpx2.Response) -> dict[str, Morsel[str]]:
    cookies: SimpleCookie = SimpleCookie()
    for header in response.headers.get_list("set-cookie"):
        cookies.load(header)
    return dict(cookies)


async def test_a_person_signs_in_by_the_provider(service):
    signed_in = await sign_in(service)

    assert signed_in.headers["location"] == "/console"
    assert signed_in.headers.get_list("cache-control") == ["no-store"]
    assert signed_in.headers.get_list("referrer-policy") == ["no-referrer"]
    assert await viewer(service) == CLERK
    session = await StaffSession.get()
    assert (session.name, session.scopes) == ("clerk@shop.example", ["ORDERS_READ"])
    assert (session.issuer is not None, session.subject, session.key_hash) == (True, "clerk", None)
    cookies = cookies_of(signed_in)
    assert set(cookies) == {"wa_session", "wa_sign_in"}
    assert (cookies["wa_sign_in"].value, cookies["wa_sign_in"]["max-age"]) == ("", "0")
    for cookie, seconds in (("wa_session", "43200"), ("wa_sign_in", "0")):
        assert cookies[cookie]["httponly"] is True
        assert (cookies[cookie]["samesite"], cookies[cookie]["path"]) == ("Lax", "/")
        assert cookies[cookie]["max-age"] == seconds
        assert not cookies[cookie]["secure"]


async def test_the_provider_is_asked_with_pkce_a_state_and_a_nonce(service, provider):
    begun = await service.http.get("/sign-in")

    address = urlsplit(begun.headers["location"])
    asked = {name: values[0] for name, values in parse_qs(address.query).items()}
    assert f"{address.scheme}://{address.netloc}" == provider.issuer
    assert asked.pop("redirect_uri") == "http://service.invalid/sign-in/callback"
    secrets = [asked.pop(name) for name in ("state", "nonce", "code_challenge")]
    assert [len(secret) for secret in secrets] == [43, 43, 43]
    assert asked == {
        "response_type": "code",
        "client_id": CLIENT_ID,
        "scope": "openid email",
        "code_challenge_method": "S256",
    }


async def test_cookies_are_for_https_alone_and_for_this_host_alone_behind_a_proxy(service):
    headers = {"Host": "orders.example", "X-Forwarded-Proto": "https", "X-Forwarded-For": "::2"}

    begun = await service.http.get("/sign-in", headers=headers)
    plain = await service.http.get("/sign-in", headers={"Host": "orders.example"})

    for response in (begun, plain):
        (cookie,) = cookies_of(response).values()
        assert (cookie.key, cookie["secure"]) == ("__Host-wa_sign_in", True)
    key = await service.key(Scope.ORDERS_READ)
    signed_in = await sign_in_by_key(service, key, **headers, Origin="https://orders.example")
    assert signed_in.status_code == 204
    token = cookies_of(signed_in)["__Host-wa_session"].value
    there = {**headers, "Origin": "https://orders.example"}
    assert (await viewer(service, **there, Cookie=f"__Host-wa_session={token}"))["name"] == "key 0"
    assert (await viewer(service, **there, Cookie=f"wa_session={token}"))["name"] == "anonymous"


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "/\t/evil.example",
        "evil",
        "/a\r\nb",
        "/" + "a" * 1000,
    ],
)
async def test_a_person_returns_to_a_page_of_the_service_alone(service, path):
    response = await service.http.get(await callback_of(service, path))

    assert (response.status_code, response.headers["location"]) == (303, "/")


FAULTS: dict[str, tuple[dict[str, Any], str]] = {
    "another nonce": ({"nonce": "other"}, "TOKEN_NONCE"),
    "no nonce": ({"nonce": None}, "TOKEN_NONCE"),
    "another audience": ({"aud": "other"}, "TOKEN_AUDIENCE"),
    "another asker": ({"azp": "other"}, "TOKEN_AUDIENCE"),
    "several audiences": ({"aud": [CLIENT_ID, "other"]}, "TOKEN_AUDIENCE"),
    "another issuer": ({"iss": "https://login.example"}, "TOKEN_ISSUER"),
    "expired": ({"exp": now() - 100}, "TOKEN_EXPIRED"),
    "unknown key": ({"key_id": "other"}, "TOKEN_UNKNOWN_KEY"),
    "reserved name": ({"email": "system"}, "TOKEN_NAME"),
    "no name": ({"email": None}, "TOKEN_NAME"),
    "no scopes": ({"scopes": ["other"]}, "NO_SCOPES"),
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_person_whose_token_has_a_fault_is_not_signed_in(service, provider, caplog, fault):
    provider.claims, reason = FAULTS[fault]

    refused = await service.http.get(await callback_of(service))

    assert (refused.status_code, refused.text) == (403, FAILED)
    (event,) = security_events(caplog.records)
    assert event == {
        "event": "SIGN_IN_FAILED",
        "address": "127.0.0.1",
        "request_id": refused.headers["X-Request-Id"],
        "reason": reason,
    }
    assert await StaffSession.all().count() == 0
    assert set(cookies_of(refused)) == {"wa_sign_in"}


async def test_several_audiences_are_good_if_we_asked(service, provider):
    provider.claims = {"aud": [CLIENT_ID, "other"], "azp": CLIENT_ID}

    await sign_in(service)

    assert await viewer(service) == CLERK


async def test_a_callback_counts_only_once_and_only_in_the_browser_that_began(
    service, provider, caplog
):
    callback = await callback_of(service)
    attempt = service.http.cookies["wa_sign_in"]
    service.http.cookies.clear()

    stranger = await service.http.get(callback)
    assert (stranger.status_code, stranger.text) == (403, FAILED)

    other = await callback_of(service)
    mixed = await service.http.get(callback)
    assert mixed.status_code == 403

    service.http.cookies.clear()
    own = {"Cookie": f"wa_sign_in={attempt}"}
    first = await service.http.get(callback, headers=own)
    service.http.cookies.clear()
    again = await service.http.get(callback, headers=own)
    assert (first.status_code, again.status_code) == (303, 403)
    assert await StaffSession.all().count() == 1
    reasons = [event.get("reason") for event in security_events(caplog.records)]
    assert reasons == ["NO_ATTEMPT", "STATE", "CODE"]
    assert other != callback


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"error": "access_denied"}, "PROVIDER_REFUSED"),
        ({"iss": "https://evil.example"}, "ISSUER"),
        ({"code": ""}, "CODE"),
        ({"code": "a" * 5000}, "CODE"),
        ({"code": "invented"}, "CODE"),
        ({"state": "invented"}, "STATE"),
    ],
)
async def test_an_answer_of_the_provider_that_is_wrong_signs_nobody_in(
    service, caplog, change, reason
):
    path, _, query = (await callback_of(service)).partition("?")
    answer = {name: values[0] for name, values in parse_qs(query).items()} | change

    refused = await service.http.get(path, params=answer)

    assert refused.status_code == 403
    assert [event["reason"] for event in security_events(caplog.records)] == [reason]


@pytest.mark.parametrize("cookie", ["x", "W10", "WzEsMiwzLDRd", "a" * 5000, "é"])
async def test_a_broken_cookie_of_an_attempt_signs_nobody_in(service, cookie):
    headers = {b"Cookie": b"wa_sign_in=" + cookie.encode()}

    refused = await service.http.get("/sign-in/callback?code=a&state=b", headers=headers)

    assert (refused.status_code, refused.text) == (403, FAILED)


async def test_while_the_provider_is_away_nobody_signs_in(service, provider):
    provider.is_away = True

    response = await service.http.get("/sign-in")

    assert (response.status_code, response.headers["retry-after"]) == (503, "30")


async def test_a_session_of_an_api_key_ends_when_the_key_is_revoked(watchful, service, caplog):
    key = await service.key(Scope.ORDERS_READ)
    signed_in = await sign_in_by_key(service, key)
    assert signed_in.status_code == 204
    assert await viewer(service) == {"name": "key 0", "scopes": ["ORDERS_READ"]}
    cookie = {"Cookie": f"wa_session={cookies_of(signed_in)['wa_session'].value}"}

    async with service.connect(page(service) | cookie) as socket:
        await socket.init()
        await socket.subscribe("1", FOLLOW)
        await poll_until(lambda: service.feed._listeners())
        await revoke_key((await ApiKey.get()).id)

        assert await socket.close_code() == 4403
    ended = await service.http.post("/graphql", json={"query": VIEWER}, headers=page(service))
    assert ended.status_code == 401
    assert key not in caplog.text


async def test_a_running_event_stream_ends_with_its_session(watchful, service):
    await sign_in(service)
    async with service.events(FOLLOW, headers=page(service)) as events:
        await events.next()
        await end_session((await StaffSession.get()).id)

        assert await events.read_rest() == []


async def test_a_wrong_key_opens_no_session(service, caplog):
    good = await service.key(Scope.ORDERS_READ)
    for key, status in (
        ("wa_live_" + "0" * 48, 401),
        ("", 401),
        (f"{good[:-1]}x", 401),
        (IdentityProvider().token(), 401),
        (None, 400),
        ({"key": good}, 400),
    ):
        refused = await sign_in_by_key(service, key)
        assert refused.status_code == status
        if status == 401:
            assert refused.text == WRONG_KEY
    assert await StaffSession.all().count() == 0
    assert {event["event"] for event in security_events(caplog.records)} == {"SIGN_IN_FAILED"}


async def test_a_key_comes_in_json_and_from_a_page_of_the_service(service):
    key = await service.key(Scope.ORDERS_READ)
    own = page(service)
    as_form = await service.http.post("/sign-in", data={"apiKey": key}, headers=own)
    broken = await service.http.post(
        "/sign-in", content=b"{", headers=own | {"Content-Type": "application/json"}
    )
    elsewhere = await sign_in_by_key(service, key, Origin="https://evil.example")
    program = await service.http.post("/sign-in", json={"apiKey": key})
    wrong_method = await service.http.put("/sign-in", headers=own)

    statuses = [one.status_code for one in (as_form, broken, elsewhere, program, wrong_method)]
    assert statuses == [400, 400, 403, 403, 405]
    assert wrong_method.headers["allow"] == "GET, POST"
    assert await StaffSession.all().count() == 0


async def test_a_new_sign_in_ends_the_session_of_the_browser(service):
    await sign_in(service)
    first = await StaffSession.get()
    await sign_in_by_key(service, await service.key(Scope.ADMIN))

    await first.refresh_from_db()
    assert first.ended_at is not None
    assert (await viewer(service))["name"] == "key 0"


async def test_signing_out_ends_the_session_here_and_everywhere(service):
    await sign_in(service)
    cookie = {"Cookie": f"wa_session={service.http.cookies['wa_session']}"}
    refused = await service.http.post("/sign-out", headers={"Origin": "https://evil.example"})
    assert refused.status_code == 403

    signed_out = await service.http.post("/sign-out", headers=page(service))

    assert signed_out.status_code == 204
    assert cookies_of(signed_out)["wa_session"]["max-age"] == "0"
    assert (await viewer(service))["name"] == "anonymous"
    kept = await service.http.post(
        "/graphql", json={"query": VIEWER}, headers=page(service) | cookie
    )
    assert kept.status_code == 401


async def test_without_a_provider_only_keys_sign_in(database_url, broadcast_url):
    async with (
        LiveServer(build_settings(database_url, broadcast_url)) as server,
        server.client() as service,
    ):
        for path in ("/sign-in", "/sign-in/callback?code=a&state=b"):
            response = await service.http.get(path)
            assert (response.status_code, response.text) == (404, NO_PROVIDER)
        response = await sign_in_by_key(service, await service.key(Scope.ADMIN))
        assert response.status_code == 204


async def test_an_address_signs_in_only_so_often(service, caplog):
    stop_the_clock(service)
    for _ in range(30):
        assert (await sign_in_by_key(service, "")).status_code == 401
    refused = await sign_in_by_key(service, await service.key(Scope.ADMIN))

    assert refused.status_code == 429
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    events = [one for one in security_events(caplog.records) if one["event"] == "RATE_LIMITED"]
    assert [event["limit"] for event in events] == ["sign_in"]
    assert await StaffSession.all().count() == 0
