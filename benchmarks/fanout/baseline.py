"""The bare application: a Starlette websocket that sends finished frames, as fast as it goes.

Served as Whereabouts is. What a service that follows orders could at best reach with these parts.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable, Sequence

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

MAXIMUM_MESSAGE = 64 * 1024
Sockets = Sequence[WebSocket]
Frames = Sequence[str]


async def send_frame_by_frame(sockets: Sockets, frames: Frames) -> None:
    """One task per frame, which goes over all sockets."""

    async def send(frame: str) -> None:
        for websocket in sockets:
            await websocket.send_text(frame)

    for frame in frames:
        await asyncio.create_task(send(frame))


async def send_all_frames(sockets: Sockets, frames: Frames) -> None:
    """One task per frame, and all of them begun at once."""

    async def send(frame: str) -> None:
        for websocket in sockets:
            await websocket.send_text(frame)

    await asyncio.gather(*(send(frame) for frame in frames))


async def send_socket_by_socket(sockets: Sockets, frames: Frames) -> None:
    """One task per socket, which sends it all frames."""

    async def send(websocket: WebSocket) -> None:
        for frame in frames:
            await websocket.send_text(frame)

    await asyncio.gather(*(send(websocket) for websocket in sockets))


MANNERS: dict[str, Callable[[Sockets, Frames], Awaitable[None]]] = {
    "by frame": send_frame_by_frame,
    "at once": send_all_frames,
    "by socket": send_socket_by_socket,
}


def create_app() -> Starlette:
    sockets: dict[WebSocket, None] = {}
    frames: list[str] = []

    async def follow(websocket: WebSocket) -> None:
        await websocket.accept("graphql-transport-ws")
        sockets[websocket] = None
        try:
            while True:
                await websocket.receive_text()
        except WebSocketDisconnect:
            del sockets[websocket]

    async def prepare(request: Request) -> Response:
        frames[:] = await request.json()
        return PlainTextResponse("ready")

    async def send(request: Request) -> Response:
        await MANNERS[request.query_params["manner"]](list(sockets), frames)
        return PlainTextResponse("sent")

    async def is_ready(_request: Request) -> Response:
        return PlainTextResponse("ready")

    return Starlette(
        routes=[
            Route("/readyz", is_ready),
            WebSocketRoute("/graphql", follow),
            Route("/frames", prepare, methods=["PUT"]),
            Route("/send", send, methods=["POST"]),
        ]
    )


if __name__ == "__main__":
    uvicorn.run(
        create_app(),
        port=int(os.environ["WHEREABOUTS_PORT"]),
        ws="websockets-sansio",
        ws_max_size=MAXIMUM_MESSAGE,
        ws_per_message_deflate=False,
        ws_ping_interval=None,
        log_level="warning",
        access_log=False,
        server_header=False,
    )
