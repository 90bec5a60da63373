"""A client of a Whereabouts server: it waits for a server that is away, and counts the answers."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from types import TracebackType
from typing import Any, Self

import httpx2
import orjson
from tqdm import tqdm

from simulator.counters import Counters

# The API takes so many events in one call.
EVENTS_PER_CALL = 500
# With the pauses below: half a minute, enough for a server to be restarted.
ATTEMPTS = 10
FIRST_PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 5.0
# A Retry-After beyond this is not waited for.
LONGEST_RETRY_AFTER_SECONDS = 60.0
TIMEOUT_SECONDS = 30.0
# Sending a request again does not change these.
FINAL_CODES = frozenset({"UNAUTHENTICATED", "FORBIDDEN"})

RECORD_EVENTS = """
mutation RecordEvents($source: String!, $events: [TrackingEventInput!]!) {
  trackingEventsRecord(input: {source: $source, events: $events}) {
    results { outcome userErrors { code message } }
    userErrors { code message }
  }
}
"""

ADVICE = "Start the server there, or give its address by --url."

Pause = Callable[[float], Awaitable[None]]
Say = Callable[[str], object]


class ServerUnavailable(Exception):
    """The server did not answer, or was unavailable, in all attempts."""


class ServerRefused(Exception):
    """The server answered with a top-level error, not with a userError."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.is_final = code in FINAL_CODES


class TryAgain(Exception):
    """The attempt failed, and the next may succeed. `after` is the Retry-After in seconds."""

    def __init__(self, message: str, after: float | None = None) -> None:
        super().__init__(message)
        self.after = after


class Unreachable(TryAgain):
    """There was no answer: no server is there, or it does not get through."""


class Client:
    """Sends operations to `url` with an API key.

    `pause` waits for a number of seconds, and `say` tells whoever runs the program.
    """

    def __init__(
        self,
        url: str,
        key: str,
        *,
        source: str = "simulator",
        connections: int = 8,
        transport: httpx2.AsyncBaseTransport | None = None,
        pause: Pause = asyncio.sleep,
        say: Say = tqdm.write,
    ) -> None:
        self.url = url
        self.source = source
        self.tally = Counters()
        self._pause, self._say = pause, say
        self._is_away = False
        self._http = httpx2.AsyncClient(
            headers={"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
            limits=httpx2.Limits(max_connections=connections + 4),
            timeout=TIMEOUT_SECONDS,
            transport=transport,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._http.aclose()

    async def execute(self, document: str, variables: dict[str, Any]) -> dict[str, Any]:
        """Return the operation's data.

        Raises ServerRefused, or ServerUnavailable after ATTEMPTS attempts.
        """
        body = orjson.dumps({"query": document, "variables": variables})
        problem = ""
        for attempt in range(ATTEMPTS):
            try:
                data = await self._attempt(body)
                self._is_away = False
                return data
            except TryAgain as failure:
                problem = str(failure)
                if isinstance(failure, Unreachable):
                    self._say_once(problem)
                wait = _pause_after(attempt) if failure.after is None else failure.after
            if attempt + 1 < ATTEMPTS:
                await self._pause(wait)
        raise ServerUnavailable(
            f"{self.url} did not serve us in {ATTEMPTS} attempts: {problem}. {ADVICE}"
        )

    def _say_once(self, problem: str) -> None:
        """Say that the server is away, once until it answers again."""
        if not self._is_away:
            self._is_away = True
            self._say(f"Cannot reach {self.url}: {problem}. Trying again. {ADVICE}")

    async def record_events(self, events: Sequence[dict[str, Any]]) -> None:
        """Record any number of events in calls of 500, and count their outcomes."""
        for start in range(0, len(events), EVENTS_PER_CALL):
            batch = events[start : start + EVENTS_PER_CALL]
            data = await self.execute(RECORD_EVENTS, {"source": self.source, "events": batch})
            self.tally.events += len(batch)
            payload = data["trackingEventsRecord"]
            self.tally.add_user_errors(payload["userErrors"])
            for result in payload["results"]:
                self.tally.outcomes[result["outcome"]] += 1
                self.tally.add_user_errors(result["userErrors"])

    async def _attempt(self, body: bytes) -> dict[str, Any]:
        try:
            response = await self._http.post(self.url, content=body)
        except httpx2.TransportError as error:
            raise Unreachable(f"{type(error).__name__}: {error}") from error
        if response.status_code == 429 or response.status_code >= 500:
            raise TryAgain(f"HTTP {response.status_code}", _retry_after(response))
        return _read_data(response)


def _read_data(response: httpx2.Response) -> dict[str, Any]:
    try:
        answer = orjson.loads(response.content)
    except orjson.JSONDecodeError:
        answer = None
    if not isinstance(answer, dict) or not {"data", "errors"} & answer.keys():
        raise ServerRefused("INVALID", f"HTTP {response.status_code}, and no GraphQL answer")
    errors = answer.get("errors") or []
    for error in errors:
        code = str((error.get("extensions") or {}).get("code", "INVALID"))
        if code == "UNAVAILABLE":
            raise TryAgain(error["message"])
        raise ServerRefused(code, error["message"])
    data: dict[str, Any] = answer["data"]
    return data


def _retry_after(response: httpx2.Response) -> float | None:
    seconds = response.headers.get("Retry-After", "")
    return min(float(seconds), LONGEST_RETRY_AFTER_SECONDS) if seconds.isdecimal() else None


def _pause_after(attempt: int) -> float:
    """Return a pause that doubles with each attempt, and differs from client to client."""
    longest: float = min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2**attempt)
    return longest * random.uniform(0.5, 1.0)
