"""A person's data is exported as one document, and erased, on the command line."""

import asyncio
import json
from collections.abc import Awaitable
from typing import Any, TypeVar

import pytest

from commands import customer_document, customers
from database.connections import open_database
from models.node_ids import NodeType, node_id
from models.orders import Order
from tests.commands.conftest import RunCommand
from tests.factories.acts import make_order
from tests.factories.drafts import build_customer_draft
from tests.tracking.personal_orders import (
    CUSTOMER,
    PERSONAL,
    make_personal_order,
    personal_values,
)
from unit_of_work.unit_of_work import Tracker

Result = TypeVar("Result")


def in_database(database_url: str, work: Awaitable[Result]) -> Result:
    async def run() -> Result:
        async with open_database(database_url, connections=2):
            return await work

    return asyncio.run(run())


@pytest.fixture
def order(database_url: str, tracker: Tracker) -> Order:
    return in_database(database_url, make_personal_order(tracker))


@pytest.fixture
def customer_id(order: Order) -> str:
    return node_id(NodeType.CUSTOMER, order.customer_id)


def exported(run: RunCommand, customer: str) -> dict[str, Any]:
    result = run("export-customer", customer)
    assert (result.exit_code, result.stderr) == (0, "")
    document: dict[str, Any] = json.loads(result.stdout)
    return document


def test_everything_held_about_a_person_is_in_the_document(
    run: RunCommand, order: Order, customer_id: str
) -> None:
    result = run("export-customer", customer_id)

    document = json.loads(result.stdout)
    text = result.stdout.casefold()
    assert {value for value in PERSONAL if value in text} == set(PERSONAL)
    assert list(document) == ["customer", "orders"]
    assert document["customer"]["externalId"] == CUSTOMER["external_id"]
    (one,) = document["orders"]
    assert {name: len(rows) for name, rows in one.items() if name != "order"} == {
        "shippingAddress": 1,
        "items": 1,
        "shipments": 1,
        "shipmentItems": 1,
        "events": 1,
        "estimates": 0,
        "exceptions": 1,
        "notes": 1,
        "changes": order.sequence,
        "sources": 0,
    }
    assert one["order"]["trackingId"] == order.tracking_id
    assert one["order"]["metadata"] == [{"key": "till", "value": "7"}]
    assert one["notes"][0]["body"] == "A new box was sent"
    assert [change["sequence"] for change in one["changes"]] == [*range(1, order.sequence + 1)]
    assert not [key for key in one["events"][0] if key in ("fingerprint", "numberKey")]


@pytest.mark.usefixtures("order")
def test_a_person_is_found_by_id_external_id_and_mail(run: RunCommand, customer_id: str) -> None:
    documents = [
        exported(run, text)
        for text in (
            customer_id,
            customer_id.removeprefix("customer_"),
            "PERSON-1",
            "Person3@EXAMPLE.com",
        )
    ]

    assert [document["customer"]["name"] for document in documents] == ["Person Two"] * 4


def test_the_document_is_whole_however_little_is_read_at_once(
    run: RunCommand, database_url: str, tracker: Tracker, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def make_orders() -> list[str]:
        draft = build_customer_draft(external_id="C-1")
        return [(await make_order(tracker, customer=draft)).tracking_id for _ in range(5)]

    made = in_database(database_url, make_orders())
    whole = exported(run, "C-1")
    monkeypatch.setattr(customer_document, "PORTION", 2)

    assert exported(run, "C-1") == whole
    assert [one["order"]["trackingId"] for one in whole["orders"]] == made


def test_several_matches_are_listed_and_nothing_is_done(
    run: RunCommand, database_url: str, tracker: Tracker, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def make_three() -> list[str]:
        orders = [await make_order(tracker) for _ in range(3)]
        return [node_id(NodeType.CUSTOMER, order.customer_id) for order in reversed(orders)]

    ids = in_database(database_url, make_three())
    for command in ("export-customer", "erase-customer"):
        result = run(command, "customer1@example.com")

        first, title, *listed = result.stderr.splitlines()
        assert (result.exit_code, result.stdout) == (1, "")
        assert first == "Error: customer: 3 customers match: give the id of one."
        assert title.split() == ["ID", "EXTERNAL", "ID", "CREATED", "ORDERS"]
        assert [line.split()[0] for line in listed] == ids
        assert [line.split()[-1] for line in listed] == ["1"] * 3

    monkeypatch.setattr(customers, "MAXIMUM_LISTED", 2)
    result = run("export-customer", "customer1@example.com")
    assert "More than 2 customers match" in result.stderr
    assert len(result.stderr.splitlines()) == 4


@pytest.mark.usefixtures("database_url")
def test_an_unknown_person_is_refused(run: RunCommand) -> None:
    for command in ("export-customer", "erase-customer"):
        result = run(command, "nobody@example.com")

        assert (result.exit_code, result.output) == (
            1,
            "Error: customer: No customer has this id, external id or e-mail address.\n",
        )


@pytest.mark.usefixtures("order")
def test_a_person_is_erased_once_it_is_confirmed(
    run: RunCommand, database_url: str, customer_id: str
) -> None:
    refused = run("erase-customer", "PERSON-1", input="n\n")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert f"Erase {customer_id} and the data of its orders (1) for good? [y/N]: " in refused.stderr
    assert in_database(database_url, personal_values()) == set(PERSONAL)

    erased = run("erase-customer", "PERSON-1", input="y\n")
    again = run("erase-customer", customer_id, "--yes")

    said = f"{customer_id} was erased. Orders: 1.\n"
    assert (erased.exit_code, erased.stdout) == (0, said)
    assert (again.exit_code, again.stdout, again.stderr) == (0, said, "")
    assert in_database(database_url, personal_values()) == set()
    document = exported(run, customer_id)
    assert document["customer"]["name"] == "erased"
    assert document["orders"][0]["changes"][-1]["actor"] == "system"


def test_an_unfinished_order_is_named(run: RunCommand, database_url: str, tracker: Tracker) -> None:
    order = in_database(database_url, make_order(tracker))

    result = run("erase-customer", str(order.customer_id), "--yes")

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(f"Error: id: The order {order.tracking_id} is not finished")
