"""Harness until the portal's routes exist."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from portal.documents import read_documents
from portal.forms import UnreadableForm
from portal.links import REFUSED_STATUS, LinkDoors, RefusedProof
from tests.live_server import RunningService
from web.credentials import CrossSiteRequest
from web.graphql.page_asker import PageAsker
from web.pages.asker import AskFailed


def with_doors(service: RunningService) -> RunningService:
    doors = LinkDoors(
        PageAsker(service.service, read_documents()),
        service.app._serve.__self__ if False else _origins(service),
    )

    async def order(request: Request) -> Response:
        return await doors.enter(request, request.path_params["id"]) or PlainTextResponse("page")

    async def unlock(request: Request) -> Response:
        return shown(await doors.unlock(request, request.path_params["id"]))

    async def lock(request: Request) -> Response:
        return await doors.lock(request, request.path_params["id"])

    async def track(request: Request) -> Response:
        return shown(await doors.find(request))

    def shown(outcome: Response | RefusedProof) -> Response:
        if isinstance(outcome, RefusedProof):
            return PlainTextResponse(f"{outcome.is_complete}", REFUSED_STATUS)
        return outcome

    def guarded(handler):
        async def endpoint(request: Request) -> Response:
            try:
                return await handler(request)
            except AskFailed as failure:
                return PlainTextResponse(
                    "", failure.fault.value, {"Retry-After": f"{failure.retry_after}"}
                )
            except CrossSiteRequest:
                return PlainTextResponse("", 403)
            except UnreadableForm as error:
                return PlainTextResponse("", error.status)

        return endpoint

    service.app.router.routes[:0] = [
        Route("/t/{id}", guarded(order)),
        Route("/t/{id}/unlock", guarded(unlock), methods=["POST"]),
        Route("/t/{id}/lock", guarded(lock), methods=["POST"]),
        Route("/track", guarded(track), methods=["POST"]),
    ]
    return service


def _origins(service: RunningService):
    return service.app._serve._credentials._origins
