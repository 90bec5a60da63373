"""Questions about orders, as their visitors may ask them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from web.pages.asker import Answer, Asker, AskFailed, AskFault, Visitor


@dataclass(frozen=True, slots=True)
class ShownOrder:
    """An order as the API answered it to a visitor.

    It `is_personal` if the visitor's link opens it. A link that does not, because it is forged,
    revoked, expired or another order's, `is_link_refused`: the answer is that to a stranger.
    """

    order: Mapping[str, Any]
    is_personal: bool
    is_link_refused: bool = False

    @property
    def customer_locale(self) -> str | None:
        return str(self.order["customer"]["locale"]) if self.is_personal else None


class OrderQuestions:
    """Asks for orders with what their visitors have: a tracking id, and a link if any."""

    def __init__(self, asker: Asker) -> None:
        self._asker = asker

    async def find(
        self, operation: str, tracking_id: str, visitor: Visitor, **variables: object
    ) -> ShownOrder | None:
        """Return the order as an operation answers it, None if it does not exist.

        The operation has the variables `id` and `personal`. Raises AskFailed.
        """
        named = {"id": tracking_id, **variables}
        if visitor.link is not None:
            answer = await self._as_customer(operation, named, visitor)
            order = None if answer is None else answer.data.get("order")
            if order is not None and order["customer"] is not None:
                return ShownOrder(order, is_personal=True)
        stranger = Visitor(visitor.address, visitor.request_id)
        answer = await self._asker.ask(operation, {**named, "personal": False}, stranger)
        order = answer.data.get("order")
        if order is None:
            return None
        return ShownOrder(order, is_personal=False, is_link_refused=visitor.link is not None)

    async def _as_customer(
        self, operation: str, named: Mapping[str, object], visitor: Visitor
    ) -> Answer | None:
        """Return the answer to the holder of a link, None if the link is refused."""
        try:
            return await self._asker.ask(operation, {**named, "personal": True}, visitor)
        except AskFailed as failure:
            if failure.fault is not AskFault.LINK_REFUSED:
                raise
            return None
