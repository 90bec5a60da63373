"""The interface of every object that can be looked up by its id."""

import strawberry


@strawberry.interface(description="An object that can be looked up by its id.")
class Node:
    id: strawberry.ID = strawberry.field(
        description="The opaque id of the object, which includes its type."
    )
