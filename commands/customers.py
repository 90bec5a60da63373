"""`whereabouts export-customer` and `erase-customer`: what is held about a person, and its end."""

from uuid import UUID

import click
from tortoise.expressions import Q

from access.viewer import SYSTEM
from commands.command_runtime import migrated_database, read_settings, run
from commands.customer_document import customer_document
from commands.terminal_text import printable, table, time_text
from config import Settings
from errors import Conflict, NotFound
from models.customers import Customer
from models.node_ids import NodeType, node_id, parse_id
from models.orders import Order
from models.search import searchable
from tracking.orders.erasure import erase_customer
from unit_of_work.unit_of_work import Tracker

MAXIMUM_LISTED = 50
"""Customers that are listed when several match, the newest first: a person reads them."""
TITLES = ("ID", "EXTERNAL ID", "CREATED", "ORDERS")
customer_argument = click.argument("customer", metavar="CUSTOMER")


@click.command("export-customer")
@customer_argument
def export_command(customer: str) -> None:
    """Print everything that is held about a customer, as one JSON document.

    CUSTOMER is the customer's id, the id in the shop's own system (externalId), or the e-mail
    address. If several customers match, they are listed, and nothing is exported.
    """
    run(export(read_settings(), customer))


async def export(settings: Settings, text: str) -> None:
    """Write the document to the standard output. Raises NotFound and Conflict."""
    async with migrated_database(settings):
        customer = await find_customer(text)
        async for part in customer_document(customer):
            click.echo(part, nl=False)


@click.command("erase-customer")
@customer_argument
@click.option("--yes", "is_confirmed", is_flag=True, help="Erase without asking.")
def erase_command(customer: str, is_confirmed: bool) -> None:
    """Erase the personal data of a customer and of all its orders, for good.

    CUSTOMER is the customer's id, the id in the shop's own system (externalId), or the e-mail
    address. If several customers match, they are listed, and nothing is erased. The orders stay,
    with their history and in all aggregates. It is refused while an order is not finished. If it is
    broken off, run it again: it goes on.
    """
    settings = read_settings()
    row, count = run(find(settings, customer))
    id_ = node_id(NodeType.CUSTOMER, row.id)
    if not is_confirmed:
        click.confirm(
            f"Erase {id_} and the data of its orders ({count}) for good?", abort=True, err=True
        )
    click.echo(f"{id_} was erased. Orders: {run(erase(settings, row.id))}.")


async def find(settings: Settings, text: str) -> tuple[Customer, int]:
    """Return the customer and the number of its orders. Raises NotFound and Conflict."""
    async with migrated_database(settings):
        row = await find_customer(text)
        return row, await Order.filter(customer_id=row.id).count()


async def erase(settings: Settings, customer_id: UUID) -> int:
    """Erase the customer; return the number of its orders. Raises DomainError."""
    async with migrated_database(settings):
        # A running server finds the changes by its own reading of the log.
        tracker = Tracker(announce=lambda _head: None)
        return await erase_customer(tracker, SYSTEM, customer_id)


async def find_customer(text: str) -> Customer:
    """Return the customer with this id, external id or e-mail address.

    Raises NotFound, and Conflict with a list if there are several.
    """
    id_ = _customer_id(text)
    matches = Q(external_id=text) | Q(email_key=searchable(text))
    if id_ is not None:
        matches |= Q(id=id_)
    found = await Customer.filter(matches).order_by("-created_at", "-id").limit(MAXIMUM_LISTED + 1)
    if not found:
        raise NotFound("No customer has this id, external id or e-mail address.", ("customer",))
    if len(found) > 1:
        raise Conflict(await _several(found), ("customer",))
    return found[0]


def _customer_id(text: str) -> UUID | None:
    """Return the id, which is written as in the API, or as in an exported document."""
    try:
        return parse_id(NodeType.CUSTOMER, text) or UUID(text)
    except ValueError:
        return None


async def _several(found: list[Customer]) -> str:
    shown = found[:MAXIMUM_LISTED]
    count = str(len(found)) if len(found) == len(shown) else f"More than {MAXIMUM_LISTED}"
    lines = table([TITLES, *[await _cells(row) for row in shown]])
    return "\n".join([f"{count} customers match: give the id of one.", *lines])


async def _cells(row: Customer) -> tuple[str, ...]:
    count = await Order.filter(customer_id=row.id).count()
    external_id = "-" if row.external_id is None else printable(row.external_id)
    return (
        node_id(NodeType.CUSTOMER, row.id),
        external_id,
        time_text(row.created_at),
        str(count),
    )
