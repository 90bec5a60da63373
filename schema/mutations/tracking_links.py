"""Mutations of tracking links."""

from datetime import datetime
from typing import Annotated

import strawberry

from access.link_proofs import WRONG_PER_NETWORK, WRONG_PER_ORDER, LinkRequest
from access.scopes import Scope
from access.tracking_links import LIFE, LIFE_AFTER_FINISH
from models.customers import EMAIL_LENGTH, IDENTITY_LENGTH
from models.orders import POSTAL_CODE_LENGTH
from schema.context import Info
from schema.field_declarations import mutation_field
from schema.mutations.orders import OrderPayload
from schema.mutations.payloads import (
    CommandResult,
    ErrorsDescription,
    Reason,
    TrackingId,
    UserError,
)
from tracking.inputs.stored_fields import LimitedText
from tracking.orders.link_revocation import revoke_links

NamedById = Annotated[
    strawberry.ID | None,
    strawberry.argument(description="The order's tracking id, in any spelling."),
]
NamedByReference = Annotated[
    str | None,
    strawberry.argument(
        description=f"The shop's reference of the order. {LimitedText(IDENTITY_LENGTH).limit}"
    ),
]
PostalCode = Annotated[
    str | None,
    strawberry.argument(
        description=(
            "The postal code of the shipping address. Spaces, dashes and case are ignored."
            f" {LimitedText(POSTAL_CODE_LENGTH).limit}"
        )
    ),
]
Email = Annotated[
    str | None,
    strawberry.argument(
        description=(
            f"The customer's e-mail address. Case is ignored. {LimitedText(EMAIL_LENGTH).limit}"
        )
    ),
]


@strawberry.type(description="A new tracking link.")
class TrackingLinkPayload:
    token: str | None = strawberry.field(
        description=(
            "The token to send in the header `Authorization: Bearer`. It shows the order with its"
            " personal data to whoever has it; null if the command was refused."
        )
    )
    url: str | None = strawberry.field(
        description=(
            "The address of the order's page, with the token in it; null if the command was"
            " refused, or if the service has not been told its public address."
        )
    )
    tracking_id: strawberry.ID | None = strawberry.field(
        description="The order's tracking id; null if the command was refused."
    )
    expires_at: datetime | None = strawberry.field(
        description=(
            "Until when the token works, unless its links are revoked. If the order finishes later,"
            f" the token works for {LIFE_AFTER_FINISH.days} days after that."
        )
    )
    user_errors: list[UserError] = strawberry.field(description=ErrorsDescription)


@strawberry.type
class TrackingLinkMutations:
    @mutation_field(
        TrackingLinkPayload,
        (
            "Creates a tracking link of an order, for whoever knows its tracking id or its"
            " reference, and its postal code or the customer's e-mail address: one of the first two"
            " with one of the others. Callers with ORDERS_READ need neither of the latter, unless"
            f" they are bounded to carriers. The link works for {LIFE.days} days, or until"
            f" {LIFE_AFTER_FINISH.days} days after the order has finished, whichever is later."
            " NOT_FOUND does not tell whether there is such an order. After"
            f" {WRONG_PER_ORDER.amount} wrong proofs for an order or {WRONG_PER_NETWORK.amount} of"
            " an address within an hour, every proof is refused with LIMIT_EXCEEDED, also a right"
            " one."
        ),
    )
    async def tracking_link_create(
        self,
        info: Info,
        tracking_id: NamedById = None,
        reference: NamedByReference = None,
        postal_code: PostalCode = None,
        email: Email = None,
    ) -> CommandResult:
        context = info.context
        request = LinkRequest(tracking_id, reference, postal_code, email)
        link = await context.links.create(context.viewer, request, context.network or "")
        return CommandResult(
            token=link.token,
            url=link.url,
            tracking_id=link.tracking_id,
            expires_at=link.expires_at,
        )

    @mutation_field(
        OrderPayload,
        (
            "Revokes all tracking links of an order that exist: within five seconds they show"
            " nothing more, and what runs with them ends. Links that are created afterwards work."
        ),
        permission=Scope.ORDERS_WRITE,
    )
    async def tracking_links_revoke(
        self, info: Info, tracking_id: TrackingId, reason: Reason
    ) -> CommandResult:
        context = info.context
        return CommandResult(
            order=await revoke_links(context.tracker, context.viewer, tracking_id, reason)
        )
