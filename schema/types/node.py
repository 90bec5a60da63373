"""What every node has."""

import strawberry


@strawberry.interface(description="A thing that can be looked up by its id.")
class Node:
    @strawberry.field(description="Opaque; it names its type.")
    def id(self) -> strawberry.ID:
        raise NotImplementedError("each type says its own")
