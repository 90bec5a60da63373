"""What subscriptions hold is bounded for a connection, a client, and the process."""

from contextlib import ExitStack
from uuid import UUID

import pytest

from errors import LimitExceeded
from web import held_documents
from web.held_documents import HeldDocuments

KEY = UUID(int=1)
DOCUMENT = "x" * 100


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> HeldDocuments:
    for name, limit in (
        ("PER_CONNECTION", 250),
        ("PER_ADDRESS", 350),
        ("PER_KEY", 550),
        ("PER_PROCESS", 800),
    ):
        monkeypatch.setattr(held_documents, name, limit)
    return HeldDocuments()


def follow(stack: ExitStack, held: HeldDocuments, *connections: object, client: object) -> str:
    """Follow by one different document on each connection, and return the refusal, if any."""
    try:
        for number, connection in enumerate(connections):
            assert isinstance(connection, held_documents.Holder)
            document = f"{client} {id(connection)} {number} {DOCUMENT}"[:100]
            stack.enter_context(held.holding(connection, client, document, 0))
    except LimitExceeded as error:
        return error.message
    return ""


ADVICE = (
    " characters of subscriptions, with their variables. End some of them, follow several orders by"
    " one subscription, or select less."
)


def test_a_connection_has_a_limit(held):
    connection = held.connection()

    with ExitStack() as stack:
        refusal = follow(stack, held, connection, connection, connection, client=KEY)
        assert refusal == "A connection holds at most 250" + ADVICE
        assert follow(stack, held, held.connection(), client=KEY) == ""
    with ExitStack() as stack:
        assert follow(stack, held, connection, connection, client=KEY) == ""


@pytest.mark.parametrize(
    ("client", "connections", "refusal"),
    [
        ("192.0.2.1", 3, ""),
        ("192.0.2.1", 4, "A client address without an API key holds at most 350" + ADVICE),
        (KEY, 5, ""),
        (KEY, 6, "An API key holds at most 550" + ADVICE),
    ],
)
def test_a_client_has_a_limit(held, client, connections, refusal):
    with ExitStack() as stack:
        own = [held.connection() for _ in range(connections)]
        assert follow(stack, held, *own, client=client) == refusal


def test_the_process_has_a_limit(held):
    with ExitStack() as stack:
        own = [held.connection() for _ in range(4)]
        assert follow(stack, held, *own, client=KEY) == ""
        assert follow(stack, held, *own, client=UUID(int=2)) == ""

        refusal = follow(stack, held, held.connection(), client="192.0.2.1")
        assert refusal == "This server holds at most 800" + ADVICE
    assert held._clients == {}
    assert held._process.characters == 0


def test_a_document_counts_once_for_a_client_and_its_variables_each_time(held):
    with ExitStack() as stack:
        for _ in range(50):
            stack.enter_context(held.holding(held.connection(), KEY, DOCUMENT, 9))
        with pytest.raises(LimitExceeded), held.holding(held.connection(), KEY, DOCUMENT, 9):
            pass
        with held.holding(held.connection(), "192.0.2.1", DOCUMENT, 9):
            assert held._process.characters == 100 + 50 * 9 + 109
    assert held._process.characters == 0
