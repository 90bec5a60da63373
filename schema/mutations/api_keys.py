"""Mutations of API keys."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry

from access.api_keys import MAXIMUM_KEPT_HOURS, create_key, revoke_key, rotate_key
from access.carrier_bounds import MAXIMUM_CARRIERS
from access.scopes import Scope
from engine.planning.payload_loader import payload_field
from errors import Invalid, NotFound
from models.api_keys import KEY_NAME_LENGTH
from models.node_ids import NodeType, parse_id
from models.shipments import CARRIER_LENGTH
from schema.context import Info
from schema.field_declarations import mutation_field
from schema.mutations.payloads import CommandResult, ErrorsDescription, UserError
from schema.types.api_keys import ApiKey
from tracking.inputs.stored_fields import LimitedText

KeyId = Annotated[strawberry.ID, strawberry.argument(description="The API key's id.")]


@strawberry.type(description="The result of a command on an API key.")
class ApiKeyPayload:
    api_key = payload_field(ApiKey | None, "The API key after the command; null if it was refused.")
    secret: str | None = strawberry.field(
        description="The new secret, which is shown this once; null if there is none."
    )
    user_errors: list[UserError] = strawberry.field(description=ErrorsDescription)


@strawberry.type
class ApiKeyMutations:
    @mutation_field(
        ApiKeyPayload,
        (
            "Creates an API key. Repeating the call creates another key: revoke the one whose"
            " secret was lost."
        ),
        permission=Scope.ADMIN,
    )
    async def api_key_create(
        self,
        info: Info,
        name: Annotated[
            str,
            strawberry.argument(
                description=(
                    "The name under which the change log has what the key does."
                    f" {LimitedText(KEY_NAME_LENGTH).limit}"
                )
            ),
        ],
        scopes: Annotated[
            list[Scope], strawberry.argument(description="What the key may do: one scope or more.")
        ],
        expires_at: Annotated[
            datetime | None,
            strawberry.argument(description="When the key stops working; never if left out."),
        ] = None,
        carriers: Annotated[
            list[str] | None,
            strawberry.argument(
                description=(
                    "Bounds the key to the shipments of these carriers, and to what belongs to"
                    f" them: 1 to {MAXIMUM_CARRIERS} codes like dhl_express, of at most"
                    f" {CARRIER_LENGTH} letters, digits and underscores. A key with ADMIN cannot be"
                    " bounded."
                )
            ),
        ] = None,
    ) -> CommandResult:
        if not scopes:
            raise Invalid("Give at least one scope: a key without any may do nothing.", ("scopes",))
        row, secret = await create_key(name, frozenset(scopes), expires_at, carriers)
        return CommandResult(api_key=row.id, secret=secret)

    @mutation_field(
        ApiKeyPayload,
        "Gives an API key another secret. Its id, its name and its scopes stay.",
        permission=Scope.ADMIN,
    )
    async def api_key_rotate(
        self,
        info: Info,
        id: KeyId,
        keep_previous: Annotated[
            float,
            strawberry.argument(
                description=(
                    "The hours in which the previous secret works too, so that its users have time"
                    f" to change: 0 to {MAXIMUM_KEPT_HOURS}."
                )
            ),
        ] = 24.0,
    ) -> CommandResult:
        row, secret = await rotate_key(_key(id), keep_previous)
        return CommandResult(api_key=row.id, secret=secret)

    @mutation_field(
        ApiKeyPayload,
        (
            "Revokes an API key: within five seconds it does nothing more, and what runs with it"
            " ends. A key that is revoked already stays as it is."
        ),
        permission=Scope.ADMIN,
    )
    async def api_key_revoke(self, info: Info, id: KeyId) -> CommandResult:
        return CommandResult(api_key=(await revoke_key(_key(id))).id)


def _key(id_: str) -> UUID:
    key_id = parse_id(NodeType.API_KEY, id_)
    if key_id is None:
        raise NotFound("No API key has this id.", ("id",))
    return key_id
