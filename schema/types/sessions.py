"""Sessions of staff, as administrators see them."""

from datetime import datetime

import strawberry

from access.scopes import Scope
from schema.types.node import Node


@strawberry.type(
    name="Session",
    description="A person who has signed in with a browser, by an identity provider or an API key.",
)
class StaffSession(Node):
    name: str = strawberry.field(
        description="The name of the person or API key, which the change log gives as the actor."
    )
    scopes: list[Scope] = strawberry.field(
        description=(
            "What the session could do when it began. One of an API key has the key's present"
            " scopes."
        )
    )
    created_at: datetime = strawberry.field(description="When the person signed in.")
    last_used_at: datetime | None = strawberry.field(
        description="When the session was last used, to five minutes."
    )
    expires_at: datetime = strawberry.field(description="When the session ends by itself.")
