"""Callers: who asks, and what is counted for them."""

from typing import NamedTuple

from access.authentication import Authenticator
from access.credentials import Authorization
from access.security_events import SecurityEvent, record
from access.viewer import ANONYMOUS, Viewer
from errors import Unauthenticated
from runtime.current_request import current_request
from web.graphql.admission import Admission, ClientAccount


class AdmittedCaller(NamedTuple):
    """The viewer of a request that was counted, and what more is counted for it, if anything is."""

    viewer: Viewer
    account: ClientAccount | None


Caller = Authorization | Viewer | AdmittedCaller
"""The credentials of a request, or a caller who is known already."""


class Callers:
    """Authenticates callers, and counts their requests; without an `admission` it counts nothing.

    The network is that of a caller's address; None is this process itself, for which nothing is
    counted.
    """

    def __init__(
        self, authenticator: Authenticator | None = None, admission: Admission | None = None
    ) -> None:
        self.authenticator, self.admission = authenticator or Authenticator(), admission

    async def authenticate(self, credentials: Caller, network: str | None = None) -> Viewer:
        """Return the viewer. Raises Unauthenticated, or RateLimited after too many attempts."""
        if isinstance(credentials, Viewer):
            return credentials
        if isinstance(credentials, AdmittedCaller):
            return credentials.viewer
        try:
            viewer = await self.authenticator.viewer(credentials)
        except Unauthenticated as error:
            record(
                SecurityEvent.REFUSED_CREDENTIALS,
                viewer=None,
                key_id=error.key_id,
                reason=error.reason,
            )
            if self.admission is not None and network is not None:
                await self.admission.account(ANONYMOUS, network).admit()
            raise
        if (current := current_request()) is not None:
            current.viewer, current.key_id = viewer.log_name, viewer.key_id
        return viewer

    async def admit(self, credentials: Caller, network: str | None) -> AdmittedCaller:
        """Return the caller of a request, which is counted unless that is done already.

        Raises Unauthenticated and RateLimited.
        """
        if isinstance(credentials, AdmittedCaller):
            return credentials
        viewer = await self.authenticate(credentials, network)
        if self.admission is None or network is None:
            return AdmittedCaller(viewer, None)
        account = self.admission.account(viewer, network)
        await account.admit()
        return AdmittedCaller(viewer, account)
