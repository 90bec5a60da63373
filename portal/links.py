"""The doors of an order: its mailed link, and the proofs by which a customer opens it.

What a visitor proves, and how often they may be wrong, is the API's affair (`access.link_proofs`):
the portal asks it as any program would, and keeps the token that it answers in a cookie.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from errors import ErrorCode
from portal.addresses import LINK_PARAMETER, PageAddresses, with_query
from portal.documents import OPEN_LINK, ORDER_SEQUENCE
from portal.forms import read_form
from portal.link_cookie import forget_link, keep_link, link_of, readable_token
from web.headers import Header
from web.origins import Origins
from web.pages.asker import Asker, AskFailed, AskFault, visitor_of
from web.pages.same_origin import require_own_form

logger = logging.getLogger("whereabouts.portal")

REFERENCE, POSTAL_CODE, EMAIL = "reference", "postal_code", "email"
"""The fields of the forms."""
REFUSED_STATUS = 422
"""The status of HTTP of the page that shows a refused proof, whatever the reason is."""
NO_KEYS = "Nobody can open an order by a proof: set WHEREABOUTS_SECRET_KEYS."


@dataclass(frozen=True, slots=True)
class RefusedProof:
    """A form that has opened nothing.

    `given` is what the visitor typed, by field, to be shown to them again. Without `is_complete` a
    field is missing, and nothing was tried. Otherwise no page may tell why the proof was refused:
    an unknown order, a wrong value and one after too many tries look the same.
    """

    given: Mapping[str, str] = field(repr=False)
    is_complete: bool


class LinkDoors:
    """Opens orders to those who have their links or prove that the orders are theirs.

    Forms must come from pages of this service. Each method that reads one raises CrossSiteRequest,
    UnreadableForm, ClientDisconnected and AskFailed.
    """

    def __init__(self, asker: Asker, origins: Origins, addresses: PageAddresses) -> None:
        self._asker, self._origins, self._addresses = asker, origins, addresses

    async def enter(self, request: Request, tracking_id: str) -> Response | None:
        """Answer a request for the page of an order, in its one spelling, with a link's token.

        The browser keeps the token and is led to the address without it; None if the
        address has none. Nothing is consumed, so whoever looks at mails beforehand may follow the
        link. A link that shows nothing does not take the place of one that does. Raises AskFailed.
        """
        given = request.query_params.get(LINK_PARAMETER)
        if given is None:
            return None
        token, kept = readable_token(given), link_of(request)
        if kept is None or kept == token or await self._opens(request, tracking_id, token):
            return self._keep(request, tracking_id, token)
        return _lead(request, self._addresses.order(tracking_id))

    async def unlock(self, request: Request, tracking_id: str) -> Response | RefusedProof:
        """Open the order if the form has its postal code or its customer's e-mail address."""
        form = await self._own_form(request)
        return await self._open(request, form, {"id": tracking_id})

    async def find(self, request: Request) -> Response | RefusedProof:
        """Open the order of the shop's reference in the form, with a proof as `unlock` takes it."""
        form = await self._own_form(request)
        return await self._open(request, form, {"reference": form.get(REFERENCE) or None})

    async def lock(self, request: Request, tracking_id: str) -> Response:
        """Let the browser forget the link of the order."""
        require_own_form(request.scope, self._origins)
        address = self._addresses.order(tracking_id)
        return _lead(request, address, forget_link(request, address))

    async def _own_form(self, request: Request) -> Mapping[str, str]:
        require_own_form(request.scope, self._origins)
        return await read_form(request)

    async def _open(
        self, request: Request, form: Mapping[str, str], named: Mapping[str, str | None]
    ) -> Response | RefusedProof:
        proof = _proof(form)
        given = {name: form.get(name, "") for name in (REFERENCE, POSTAL_CODE, EMAIL)}
        if proof is None or None in named.values():
            return RefusedProof(given, is_complete=False)
        visitor = visitor_of(request.scope)
        answer = await self._asker.ask(OPEN_LINK, {**named, **proof}, visitor)
        opened = answer.data["trackingLinkCreate"]
        if any(error["code"] == ErrorCode.NOT_CONFIGURED for error in opened["userErrors"]):
            logger.error(NO_KEYS)
            raise AskFailed(AskFault.INTERNAL)
        if opened["token"] is None:
            return RefusedProof(given, is_complete=True)
        return self._keep(request, opened["trackingId"], opened["token"])

    def _keep(self, request: Request, tracking_id: str, token: str) -> Response:
        address = self._addresses.order(tracking_id)
        return _lead(request, address, keep_link(request, address, token))

    async def _opens(self, request: Request, tracking_id: str, token: str) -> bool:
        """Return whether the token is that of a valid link of the order. Raises AskFailed."""
        visitor = visitor_of(request.scope, token)
        try:
            answer = await self._asker.ask(
                ORDER_SEQUENCE, {"id": tracking_id, "personal": True}, visitor
            )
        except AskFailed as failure:
            if failure.fault is AskFault.LINK_REFUSED:
                return False
            raise
        return answer.data.get("order") is not None


def _proof(form: Mapping[str, str]) -> Mapping[str, str] | None:
    """Return the proof in a form; of two, the postal code counts."""
    if postal_code := form.get(POSTAL_CODE):
        return {"postalCode": postal_code}
    if email := form.get(EMAIL):
        return {"email": email}
    return None


def _lead(request: Request, address: str, *cookies: Header) -> Response:
    """Lead the browser to the page of an order."""
    reply = RedirectResponse(with_query(address, request), 303, {"Cache-Control": "no-store"})
    reply.raw_headers += cookies
    return reply
