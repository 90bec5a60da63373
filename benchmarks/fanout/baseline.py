"""The baseline: a Starlette websocket application that sends ready-made frames.

It is served as Whereabouts is, so it shows what a subscription service could at best reach with
the same libraries.
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

MAXIMUM_MESSAGE_BYTES = 64 * 1024
Sockets = Sequence[WebSocket]
Frames = Sequence[str]


async def send_frame_by_frame(sockets: Sockets, frames: Frames) -> None:
    """Run one task per frame, one after another; each sends its frame over all sockets."""

    async def send(frame: str) -> None:
        for websocket in sockets:
            await websocket.send_text(frame)

    for frame in frames:
        await asyncio.create_task(send(frame))


async def send_frames_concurrently(sockets: Sockets, frames: Frames) -> None:
    """Run one task per frame, all at once; each sends its frame over all sockets."""

    async def send(frame: str) -> None:
        for websocket in sockets:
            await websocket.send_text(frame)

    await asyncio.gather(*(send(frame) for frame in frames))


async def send_socket_by_socket(sockets: Sockets, frames: Frames) -> None:
    """Run one task per socket, all at once; each sends all frames over its socket."""

    async def send(websocket: WebSocket) -> None:
        for frame in frames:
            await websocket.send_text(frame)

    await asyncio.gather(*(send(websocket) for websocket in sockets))


SEND_STRATEGIES: dict[str, Callable[[Sockets, Frames], Awaitable[None]]] = {
    "by frame": send_frame_by_frame,
    "concurrent": send_frames_concurrently,
    "by socket": send_socket_by_socket,
}


def create_app() -> Starlette:
    sockets: dict[WebSocket, None] = {}
    frames: list[str] = []

    async def subscribe(websocket: WebSocket) -> None:
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
        await SEND_STRATEGIES[request.query_params["strategy"]](list(sockets), frames)
        return PlainTextResponse("sent")

    async def is_ready(_request: Request) -> Response:
        return PlainTextResponse("ready")

    return Starlette(
        routes=[
            Route("/readyz", is_ready),
            WebSocketRoute("/graphql", subscribe),
            Route("/frames", prepare, methods=["PUT"]),
            Route("/send", send, methods=["POST"]),
        ]
    )


if __name__ == "__main__":
    uvicorn.run(
        create_app(),
        port=int(os.environ["WHEREABOUTS_PORT"]),
        ws="websockets-sansio",
        ws_max_size=MAXIMUM_MESSAGE_BYTES,
        ws_per_message_deflate=False,
        ws_ping_interval=None,
        log_level="warning",
        access_log=False,
        server_header=False,
    )
