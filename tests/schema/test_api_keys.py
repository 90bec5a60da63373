"""Administrators create, list, rotate and revoke API keys through the API, and nobody else does."""

from datetime import UTC, datetime, timedelta

from access.api_keys import create_key
from access.authentication import Authenticator
from access.scopes import READING, Scope
from access.viewer import Viewer
from models.api_keys import ApiKey
from tests.schema.api import Api

CREATE = """
mutation($name: String! = "shop", $scopes: [Scope!]! = [ORDERS_WRITE, ORDERS_READ], $at: DateTime) {
  apiKeyCreate(name: $name, scopes: $scopes, expiresAt: $at) {
    secret apiKey { id name hint scopes expiresAt lastUsedAt revokedAt }
    userErrors { code message field }
  }
}"""
ROTATE = """mutation($id: ID!, $hours: Float! = 24) {
  apiKeyRotate(id: $id, keepPrevious: $hours) {
    secret apiKey { id hint } userErrors { code message field }
  }
}"""
REVOKE = """mutation($id: ID!) {
  apiKeyRevoke(id: $id) { secret apiKey { id revokedAt } userErrors { code message field } }
}"""
LIST = "{ apiKeys { id name hint scopes carriers sites revokedAt } }"
ADMINISTRATOR = Viewer("console", frozenset({Scope.ADMIN}))
READS_ALL = Viewer("reader of all", frozenset(READING) - {Scope.ADMIN})


async def test_a_created_key_may_do_what_its_scopes_say(api: Api) -> None:
    created = (await api.fetch(CREATE, ADMINISTRATOR))["apiKeyCreate"]

    viewer = await Authenticator().viewer(f"Bearer {created['secret']}")
    assert viewer.name == "shop"
    assert viewer.scopes == frozenset({Scope.ORDERS_READ, Scope.ORDERS_WRITE})
    assert created["apiKey"] == {
        "id": f"key_{viewer.key_id}",
        "name": "shop",
        "hint": created["secret"][-4:],
        "scopes": ["ORDERS_READ", "ORDERS_WRITE"],
        "expiresAt": None,
        "lastUsedAt": None,
        "revokedAt": None,
    }
    assert created["userErrors"] == []


async def test_wrong_input_creates_no_key(api: Api) -> None:
    past = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    for variables, field in (
        ({"scopes": []}, "scopes"),
        ({"name": "System"}, "name"),
        ({"name": " "}, "name"),
        ({"at": past}, "expiresAt"),
    ):
        refused = (await api.fetch(CREATE, ADMINISTRATOR, **variables))["apiKeyCreate"]

        assert (refused["secret"], refused["apiKey"]) == (None, None)
        assert [(one["code"], one["field"]) for one in refused["userErrors"]] == [
            ("INVALID", [field])
        ]
    assert await ApiKey.all().count() == 0


async def test_keys_are_listed_with_the_newest_first(api: Api) -> None:
    first, first_secret = await create_key("first", [Scope.ADMIN])
    second, second_secret = await create_key("second", [Scope.ORDERS_READ, Scope.ADMIN])

    listed = (await api.fetch(LIST, ADMINISTRATOR))["apiKeys"]

    assert listed == [
        {
            "id": f"key_{row.id}",
            "name": name,
            "hint": secret[-4:],
            "scopes": scopes,
            "carriers": None,
            "sites": None,
            "revokedAt": None,
        }
        for row, name, secret, scopes in (
            (second, "second", second_secret, ["ADMIN", "ORDERS_READ"]),
            (first, "first", first_secret, ["ADMIN"]),
        )
    ]


async def test_a_rotated_key_keeps_its_id_and_has_another_secret(api: Api) -> None:
    row, secret = await create_key("shop", [Scope.ORDERS_READ])

    rotated = (await api.fetch(ROTATE, ADMINISTRATOR, id=f"key_{row.id}"))["apiKeyRotate"]

    assert rotated["apiKey"] == {"id": f"key_{row.id}", "hint": rotated["secret"][-4:]}
    for one in (secret, rotated["secret"]):
        assert (await Authenticator().viewer(f"Bearer {one}")).key_id == row.id
    beyond = await api.fetch(ROTATE, ADMINISTRATOR, id=f"key_{row.id}", hours=1e300)
    assert beyond["apiKeyRotate"]["userErrors"] == [
        {"code": "INVALID", "message": "Give between 0 and 720 hours.", "field": ["keepPrevious"]}
    ]


async def test_a_key_is_revoked_once(api: Api) -> None:
    row, _ = await create_key("shop", [Scope.ORDERS_READ])

    first = await api.fetch(REVOKE, ADMINISTRATOR, id=f"key_{row.id}")
    second = await api.fetch(REVOKE, ADMINISTRATOR, id=f"key_{row.id}")

    assert first == second
    assert first["apiKeyRevoke"]["apiKey"]["revokedAt"] is not None
    assert first["apiKeyRevoke"]["secret"] is None


async def test_an_id_of_no_key_is_not_found(api: Api) -> None:
    for id_ in ("key_01a20625-b6ae-74e2-ae13-6b75262c2ac7", "order_1", "x"):
        for document, name in ((ROTATE, "apiKeyRotate"), (REVOKE, "apiKeyRevoke")):
            answer = (await api.fetch(document, ADMINISTRATOR, id=id_))[name]

            assert answer["userErrors"] == [
                {"code": "NOT_FOUND", "message": "No API key has this id.", "field": ["id"]}
            ]


async def test_only_administrators_see_keys_whoever_asked_before(api: Api) -> None:
    row, _ = await create_key("shop", [Scope.ORDERS_READ])
    node = f'{{ node(id: "key_{row.id}") {{ id ... on ApiKey {{ name }} }} }}'
    for _ in range(2):
        assert (await api.execute(LIST, READS_ALL)).codes == ["FORBIDDEN"]
        assert (await api.fetch(node, READS_ALL)) == {"node": None}
        assert [key["name"] for key in (await api.fetch(LIST, ADMINISTRATOR))["apiKeys"]] == [
            "shop"
        ]
        assert (await api.fetch(node, ADMINISTRATOR))["node"]["name"] == "shop"


async def test_only_administrators_change_keys(api: Api) -> None:
    row, _ = await create_key("shop", [Scope.ORDERS_READ])
    for document, name, variables in (
        (CREATE, "apiKeyCreate", {}),
        (ROTATE, "apiKeyRotate", {"id": f"key_{row.id}"}),
        (REVOKE, "apiKeyRevoke", {"id": f"key_{row.id}"}),
    ):
        refused = (await api.fetch(document, READS_ALL, **variables))[name]

        assert [one["code"] for one in refused["userErrors"]] == ["FORBIDDEN"]
    assert await ApiKey.filter(revoked_at=None, previous_hash=None).count() == 1


BOUNDED = """mutation($carriers: [String!]!, $scopes: [Scope!]! = [ORDERS_READ]) {
  apiKeyCreate(name: "depot", scopes: $scopes, carriers: $carriers) {
    secret apiKey { id carriers sites } userErrors { code message field }
  }
}"""


async def test_a_key_is_bounded_to_carriers_by_their_codes(api: Api) -> None:
    created = (await api.fetch(BOUNDED, ADMINISTRATOR, carriers=["UPS", "DHL Express", "ups"]))[
        "apiKeyCreate"
    ]
    viewer = await Authenticator().viewer(f"Bearer {created['secret']}")

    assert created["apiKey"]["carriers"] == ["dhl_express", "ups"]
    assert created["apiKey"]["sites"] is None
    assert viewer.carriers == frozenset({"dhl_express", "ups"})
    assert (await api.fetch("{ viewer { name carriers sites expiresAt } }", viewer)) == {
        "viewer": {
            "name": "depot",
            "carriers": ["dhl_express", "ups"],
            "sites": None,
            "expiresAt": None,
        }
    }


async def test_bounds_that_bound_nothing_make_no_key(api: Api) -> None:
    for variables, code in (
        ({"carriers": []}, "INVALID"),
        ({"carriers": [" "]}, "INVALID"),
        ({"carriers": ["a-carrier's"]}, "INVALID"),
        ({"carriers": ["ups"], "scopes": ["ADMIN", "ORDERS_READ"]}, "INVALID"),
        ({"carriers": [f"c{number}" for number in range(51)]}, "LIMIT_EXCEEDED"),
    ):
        refused = (await api.fetch(BOUNDED, ADMINISTRATOR, **variables))["apiKeyCreate"]

        assert (refused["secret"], refused["apiKey"]) == (None, None)
        assert [(one["code"], one["field"]) for one in refused["userErrors"]] == [
            (code, ["carriers"])
        ]
    assert await ApiKey.all().count() == 0


async def test_a_viewer_is_told_when_its_credentials_expire(api: Api) -> None:
    until = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)
    _, secret = await create_key("hourly", [Scope.ORDERS_READ], until)
    viewer = await Authenticator().viewer(f"Bearer {secret}")

    assert await api.fetch("{ viewer { carriers expiresAt } }", viewer) == {
        "viewer": {"carriers": None, "expiresAt": until.isoformat().replace("+00:00", "Z")}
    }
