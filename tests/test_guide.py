"""The steps of docs/guide.md give the answers that it shows, one after the other."""

import json
import re
from collections.abc import Iterator
from typing import Any

from access.scopes import Scope
from tests.documentation import read_page
from tests.live_server import RunningService, build_settings, running_service

GUIDE = read_page("docs/guide.md")
STEPS = 12
EXAMPLE = re.compile(r"^```(graphql|json)\n(.*?)^```", re.DOTALL | re.MULTILINE)
ID = re.compile(
    r"WA(-\w{4}){4}-\w|[a-z]+_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|wa_live_(\.{3}|\w+)"
)
WITHOUT_A_KEY = "query Page "
"""How the request begins that a customer's page sends."""


class PrintedIds:
    """The ids and secrets that the page shows, and those that this run has in their places."""

    def __init__(self) -> None:
        self._ids: dict[str, str] = {}

    def learn(self, shown: Any, answer: Any) -> None:
        """Pair each id that is shown for the first time with the one at its place in the answer."""
        match shown, answer:
            case dict(), dict():
                for name in shown.keys() & answer.keys():
                    self.learn(shown[name], answer[name])
            case list(), list():
                for one, other in zip(shown, answer, strict=False):
                    self.learn(one, other)
            case str(), str() if ID.fullmatch(shown) and ID.fullmatch(answer):
                self._ids.setdefault(shown, answer)

    def as_in_this_run(self, text: str) -> str:
        for shown, id_ in self._ids.items():
            text = text.replace(shown, id_)
        return text


def examples() -> Iterator[tuple[str, list[Any]]]:
    """Each request of the page with the answers below it."""
    blocks = EXAMPLE.findall(GUIDE.text)
    starts = [number for number, (language, _) in enumerate(blocks) if language == "graphql"]
    for start, end in zip(starts, [*starts[1:], len(blocks)], strict=True):
        yield blocks[start][1], [json.loads(text) for _, text in blocks[start + 1 : end]]


async def test_each_request_gives_the_answer_below_it(
    database_url: str, broadcast_url: str
) -> None:
    ids = PrintedIds()
    async with running_service(build_settings(database_url, broadcast_url)) as service:
        for request, shown in examples():
            answers = await ask(service, ids.as_in_this_run(request), len(shown))
            ids.learn(shown, answers)
            assert answers == json.loads(ids.as_in_this_run(json.dumps(shown))), request


async def ask(service: RunningService, document: str, count: int) -> list[Any]:
    """The answer of a query or a mutation, or the first `count` results of a subscription."""
    if document.startswith("subscription"):
        async with service.socket(Scope.ADMIN) as socket:
            await socket.subscribe("1", document)
            return await socket.results(count)
    scopes = () if document.startswith(WITHOUT_A_KEY) else (Scope.ADMIN,)
    return [(await service.post(document, *scopes)).json()]


def test_there_are_twelve_steps_and_each_has_an_example() -> None:
    steps = re.split(r"^## ", GUIDE.text, flags=re.MULTILINE)[1:]

    assert [int(step.split(".")[0]) for step in steps] == list(range(1, STEPS + 1))
    assert [step for step in steps if "```graphql" not in step and "```sh" not in step] == []
