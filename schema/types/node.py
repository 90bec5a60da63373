"""What every node has."""

import strawberry


@strawberry.interface(description="A thing that can be looked up by its id.")
class Node:
    id: strawberry.ID = strawberry.field(description="Opaque; it names its type.")
