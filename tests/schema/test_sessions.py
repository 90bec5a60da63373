"""Administrators see who has signed in; everybody ends sessions of their own."""

from dataclasses import replace
from datetime import UTC, datetime

from access.scopes import Scope
from access.sessions import open_session
from access.viewer import ANONYMOUS, Viewer
from models.sessions import StaffSession
from tests.schema.api import Api

LIST = "{ sessions { id name scopes } }"
END = """mutation($id: ID!) {
  sessionEnd(id: $id) { session { id name } userErrors { code message field } }
}"""
ADMINISTRATOR = Viewer("console", frozenset({Scope.ADMIN}))
NOT_FOUND = {
    "session": None,
    "userErrors": [{"code": "NOT_FOUND", "message": "No session has this id.", "field": ["id"]}],
}


def person(name: str, *scopes: Scope) -> Viewer:
    return Viewer(name, frozenset(scopes), subject=("https://login.example", name))


async def own_viewer(row: StaffSession, *scopes: Scope) -> Viewer:
    """The viewer that the session stands for."""
    return Viewer(row.name, frozenset(scopes), row.owner_id)


async def test_running_sessions_are_listed_with_the_newest_first(api: Api) -> None:
    rows = [
        (await open_session(person(name, Scope.ORDERS_READ)))[0]
        for name in ("clerk", "guard", "ended", "expired")
    ]
    await StaffSession.filter(name="ended").update(ended_at=datetime.now(UTC))
    await StaffSession.filter(name="expired").update(expires_at=datetime.now(UTC))

    listed = (await api.fetch(LIST, ADMINISTRATOR))["sessions"]

    assert listed == [
        {"id": f"session_{row.id}", "name": row.name, "scopes": ["ORDERS_READ"]}
        for row in (rows[1], rows[0])
    ]


async def test_only_administrators_see_sessions(api: Api) -> None:
    row, _ = await open_session(person("clerk", Scope.ORDERS_READ))
    others = Viewer("reader", frozenset(Scope) - {Scope.ADMIN})
    node = f'{{ node(id: "session_{row.id}") {{ id ... on Session {{ name expiresAt }} }} }}'

    assert (await api.execute(LIST, others)).codes == ["FORBIDDEN"]
    assert await api.fetch(node, others) == {"node": None}
    assert (await api.fetch(node, ADMINISTRATOR))["node"]["name"] == "clerk"


async def test_an_administrator_ends_any_session(api: Api) -> None:
    row, _ = await open_session(person("clerk", Scope.ORDERS_READ))

    for _ in range(2):
        ended = (await api.fetch(END, ADMINISTRATOR, id=f"session_{row.id}"))["sessionEnd"]
        assert ended == {"session": {"id": f"session_{row.id}", "name": "clerk"}, "userErrors": []}
    assert (await StaffSession.get()).ended_at is not None
    assert (await api.fetch(LIST, ADMINISTRATOR))["sessions"] == []


async def test_a_person_ends_sessions_of_their_own_and_no_others(api: Api) -> None:
    clerk, _ = await open_session(person("clerk", Scope.ORDERS_READ))
    guard, _ = await open_session(person("guard", Scope.ORDERS_READ))
    viewer = await own_viewer(clerk, Scope.ORDERS_READ)

    assert (await api.fetch(END, viewer, id=f"session_{guard.id}"))["sessionEnd"] == NOT_FOUND
    assert (await api.fetch(END, ANONYMOUS, id=f"session_{clerk.id}"))["sessionEnd"] == NOT_FOUND
    assert (await StaffSession.filter(ended_at=None).count()) == 2

    own = (await api.fetch(END, viewer, id=f"session_{clerk.id}"))["sessionEnd"]
    assert own["userErrors"] == []
    assert [row.name for row in await StaffSession.filter(ended_at=None)] == ["guard"]


async def test_a_partner_ends_a_session_of_its_own(api: Api) -> None:
    row, _ = await open_session(
        Viewer(
            "depot",
            frozenset({Scope.ORDERS_READ}),
            carriers=frozenset({"ups"}),
            subject=("https://login.example", "depot"),
        )
    )
    viewer = replace(await own_viewer(row, Scope.ORDERS_READ), carriers=frozenset({"ups"}))

    own = (await api.fetch(END, viewer, id=f"session_{row.id}"))["sessionEnd"]

    assert own == {"session": {"id": f"session_{row.id}", "name": "depot"}, "userErrors": []}


async def test_an_id_of_no_session_is_not_found(api: Api) -> None:
    for id_ in ("session_01a20625-b6ae-74e2-ae13-6b75262c2ac7", "key_1", "x"):
        assert (await api.fetch(END, ADMINISTRATOR, id=id_))["sessionEnd"] == NOT_FOUND
