"""Mutations of customers."""

from typing import Annotated

import strawberry

from access.scopes import Scope
from errors import NotFound
from models.node_ids import NodeType, parse_id
from schema.context import Info
from schema.field_declarations import mutation_field
from schema.mutations.payloads import CommandResult, ErrorsDescription, UserError
from tracking.orders.erasure import MAXIMUM_ERASED_IN_REQUEST, erase_customer

CustomerId = Annotated[strawberry.ID, strawberry.argument(description="The customer's id.")]


@strawberry.type(description="The result of erasing a customer.")
class CustomerErasePayload:
    erased_orders: int = strawberry.field(
        name="orders",
        description=(
            "The number of the customer's orders, whose personal data is gone; 0 if the command was"
            " refused."
        ),
    )
    user_errors: list[UserError] = strawberry.field(description=ErrorsDescription)


@strawberry.type
class CustomerMutations:
    @mutation_field(
        CustomerErasePayload,
        (
            "Erases the personal data of a customer and of all its orders, for good: names,"
            " addresses, signatures, descriptions by carriers, and places narrower than a city."
            " The orders stay, with their history and in all aggregates, and take no personal data"
            " any more. It is refused with ILLEGAL_TRANSITION while an order is not finished, and"
            f" with LIMIT_EXCEEDED if the customer has more than {MAXIMUM_ERASED_IN_REQUEST:,}"
            " orders. Repeating it changes nothing."
        ),
        permission=Scope.ADMIN,
    )
    async def customer_erase(self, info: Info, id: CustomerId) -> CommandResult:
        customer_id = parse_id(NodeType.CUSTOMER, id)
        if customer_id is None:
            raise NotFound("No customer has this id.", ("id",))
        context = info.context
        count = await erase_customer(
            context.tracker, context.viewer, customer_id, MAXIMUM_ERASED_IN_REQUEST
        )
        return CommandResult(erased_orders=count)
