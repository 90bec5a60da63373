"""API keys, as administrators see them."""

from datetime import datetime

import strawberry

from access.scopes import Scope
from schema.types.node import Node


@strawberry.type(
    description=(
        "A key with which a program or a person calls this API. Its secret is shown once, when"
        " the key is created or rotated; afterwards only a hash of it is kept."
    )
)
class ApiKey(Node):
    name: str = strawberry.field(
        description="The name of the key, which the change log gives as the actor."
    )
    hint: str = strawberry.field(description="The last four characters of the secret.")
    scopes: list[Scope] = strawberry.field(description="What the key may do.")
    carriers: list[str] | None = strawberry.field(
        description=(
            "The carriers to whose shipments the key is bounded; null if it is bounded to none."
        )
    )
    sites: list[str] | None = strawberry.field(
        description="The sites to which the key is bounded; always null: there are no sites yet."
    )
    created_at: datetime = strawberry.field(description="When the key was created.")
    expires_at: datetime | None = strawberry.field(
        description="When the key stops working by itself; null if it does not."
    )
    last_used_at: datetime | None = strawberry.field(
        description="When the key was last used, to the hour; null if it never was."
    )
    revoked_at: datetime | None = strawberry.field(
        description="When the key was revoked; null if it was not."
    )
