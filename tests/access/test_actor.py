"""An API key with ADMIN, or one that a setting names, says for whom it acts."""

import pytest

from access.actor import MAXIMUM_LENGTH, acting
from access.api_keys import create_key
from access.authentication import Authenticator
from access.credentials import Credentials
from access.scopes import Scope
from access.viewer import ANONYMOUS, Viewer
from errors import Unauthenticated
from models.changes import Change
from tests.factories.drafts import build_order_draft
from tracking.orders.creation import create_order
from unit_of_work.unit_of_work import Tracker

pytestmark = pytest.mark.usefixtures("db")


async def viewer_of(actor: str | None, *scopes: Scope, name: str = "desk") -> Viewer:
    _, key = await create_key(name, scopes)
    authenticator = Authenticator(acting_keys=("trusted",))
    return await authenticator.viewer(Credentials(f"Bearer {key}", actor=actor))


@pytest.mark.parametrize(
    "actor",
    ["clerk", "clerk@shop.example", "Clerk of the desk", "Bäcker", "a", "a" * MAXIMUM_LENGTH],
)
async def test_the_log_names_the_person_behind_the_key(actor: str):
    viewer = await viewer_of(actor, Scope.ADMIN)

    assert (viewer.name, viewer.actor) == ("desk", f"desk:{actor}")
    assert viewer.owner == ("desk",)


async def test_a_key_that_the_setting_names_may_do_it_too():
    viewer = await viewer_of("clerk", Scope.ORDERS_WRITE, name="trusted")

    assert viewer.actor == "trusted:clerk"


async def test_from_other_keys_the_header_is_ignored():
    viewer = await viewer_of("clerk", *(scope for scope in Scope if scope is not Scope.ADMIN))

    malformed = await viewer_of("not: a name", Scope.ORDERS_READ)

    assert (viewer.actor, malformed.actor) == ("desk", "desk")


async def test_changes_carry_both_names_and_idempotency_is_the_keys(tracker: Tracker):
    draft = build_order_draft(idempotency_key="one")
    viewers = [await viewer_of(actor, Scope.ADMIN) for actor in ("clerk", "guard")]

    created = [await create_order(tracker, viewer, draft) for viewer in viewers]

    assert created[0] == created[1]
    assert [change.actor for change in await Change.all()] == ["desk:clerk"]


async def test_a_person_has_idempotency_keys_apart_from_an_api_key_of_the_same_name(
    tracker: Tracker,
):
    draft = build_order_draft(idempotency_key="one")
    key = await viewer_of(None, Scope.ADMIN)
    person = Viewer("desk", frozenset({Scope.ADMIN}), subject=("https://login.example/", "7"))

    created = {await create_order(tracker, viewer, draft) for viewer in (key, person, person)}

    assert len(created) == 2


async def test_only_keys_act_for_others():
    person = Viewer(
        "clerk", frozenset({Scope.ADMIN}), key_id=None, subject=("https://login.example", "clerk")
    )

    assert acting(person, "guard", ("clerk",)) is person
    assert acting(ANONYMOUS, "guard", ("anonymous",)) is ANONYMOUS


@pytest.mark.parametrize(
    "actor", ["", " ", "a:b", "a\nb", "a\x00", "<clerk>", " clerk", "a" * (MAXIMUM_LENGTH + 1)]
)
async def test_a_name_that_the_log_does_not_take_is_refused(actor: str):
    with pytest.raises(Unauthenticated) as refused:
        await viewer_of(actor, Scope.ADMIN)

    assert refused.value.reason == "ACTOR"
