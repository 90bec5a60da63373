"""SQL in an argument of a subscription is a text, too: it ends nothing but the subscription."""

from typing import Any

import pytest
from graphql import GraphQLObjectType

from access.scopes import Scope
from schema.build import build_schema
from tests.attacks.argument_places import arguments_with, places_of
from tests.attacks.hostile_texts import HOSTILE, REFUSALS
from tests.live_changes import make_pending_order
from tests.live_server import RunningService, Websocket

SUBSCRIPTION = build_schema()._schema.subscription_type
assert SUBSCRIPTION
FEW_PLACES = 5
SAMPLES: dict[str, Any] = {"Int": 1, "Float": 1.0, "Boolean": True}


def document(root: GraphQLObjectType, name: str) -> str:
    arguments = root.fields[name].args
    declared = ", ".join(f"${one}: {argument.type}" for one, argument in arguments.items())
    passed = ", ".join(f"{one}: ${one}" for one in arguments)
    return f"subscription ({declared}) {{ {name}({passed}) {{ __typename }} }}"


async def answers_before_the_next(socket: Websocket, number: int) -> list[dict[str, Any]]:
    """The messages of an operation that came before an answer to another one, which it ends."""
    await socket.subscribe("next", "{ position }")
    messages = [await socket.next()]
    while (messages[-1]["id"], messages[-1]["type"]) != ("next", "complete"):
        messages.append(await socket.next())
    own = [message for message in messages if message["id"] == str(number)]
    if not any(message["type"] in ("error", "complete") for message in own):
        await socket.send(id=str(number), type="complete")
    return own


@pytest.mark.parametrize("name", SUBSCRIPTION.fields)
async def test_sql_in_an_argument_of_a_subscription_tells_nothing(
    service: RunningService, name: str
) -> None:
    assert SUBSCRIPTION
    field, number = SUBSCRIPTION.fields[name], 0
    places = [*places_of(field)]
    await make_pending_order(service)
    for place in places:
        async with service.socket(Scope.ADMIN) as socket:
            # Filters are those of the queries, which get every text: one after the other is enough.
            first = number % len(HOSTILE)
            for text in HOSTILE if len(places) < FEW_PLACES else HOSTILE[first : first + 1]:
                number += 1
                arguments = arguments_with(
                    field, place, text, lambda type_, _name: SAMPLES.get(type_, "UTC")
                )
                await socket.subscribe(str(number), document(SUBSCRIPTION, name), **arguments)
                for message in await answers_before_the_next(socket, number):
                    assert codes_of(message) <= REFUSALS | {"NOT_FOUND"}, (str(place), text)


def codes_of(message: dict[str, Any]) -> set[str]:
    """The codes of the errors in a message, which must not have any other data of changes."""
    payload = message.get("payload", [])
    errors = payload if isinstance(payload, list) else payload.get("errors", [])
    return {error["extensions"]["code"] for error in errors}
