"""Creating orders: one or thousands, in the same way."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from access.policy import Audience
from errors import Conflict, DomainError
from models.customers import Customer
from models.orders import Order
from tracking.change_recorder import ChangeRecorder
from tracking.inputs import OrderDraft
from tracking.orders.checked_orders import CheckedOrder, check_order
from tracking.orders.customers import customers_for
from tracking.orders.known_orders import known_orders
from tracking.partners import demand_unbounded
from unit_of_work.idempotency import store_result, stored_results
from unit_of_work.unit_of_work import UnitOfWork, command

CreationOutcome = UUID | DomainError


@command
async def create_order(uow: UnitOfWork, draft: OrderDraft) -> UUID:
    """Create an order; return its id. Raises DomainError if the draft is refused."""
    demand_unbounded(uow.viewer)
    (outcome,) = await _create_all(uow, [draft])
    if isinstance(outcome, DomainError):
        raise outcome.inside("input")
    return outcome


@command
async def create_orders(uow: UnitOfWork, drafts: Sequence[OrderDraft]) -> list[CreationOutcome]:
    """Create the valid orders in one transaction; return one outcome for each draft."""
    return await _create_all(uow, drafts)


async def _create_all(uow: UnitOfWork, drafts: Sequence[OrderDraft]) -> list[CreationOutcome]:
    """Create the valid orders, and return one outcome for each draft, in their order.

    An outcome is the id of the new order, or of the one that the same idempotency key returned
    before, or of a known order, or the error that refused the draft.
    """
    outcomes: dict[int, CreationOutcome] = {}
    checked = _check_all(uow, drafts, outcomes)
    await _refuse_taken_references(checked, outcomes)
    # Repeats come last: if our reference was taken just now, then perhaps by a repeat of this
    # call, and that has stored its key by now.
    await _answer_repeats(uow, checked, drafts, outcomes)
    await _answer_known_orders(uow, checked, drafts, outcomes)
    valid = {place: order for place, order in checked.items() if place not in outcomes}
    customer_drafts = {place: order.draft.customer for place, order in valid.items()}
    customers = await customers_for(uow, customer_drafts)
    for place, order in valid.items():
        outcomes[place] = _store(uow, order, customers[place], drafts[place])
    return [outcomes[place] for place in range(len(drafts))]


def _check_all(
    uow: UnitOfWork, drafts: Sequence[OrderDraft], outcomes: dict[int, CreationOutcome]
) -> dict[int, CheckedOrder]:
    checked = {}
    for place, draft in enumerate(drafts):
        try:
            checked[place] = check_order(uow, draft)
        except DomainError as error:
            outcomes[place] = error
    return checked


async def _refuse_taken_references(
    checked: Mapping[int, CheckedOrder], outcomes: dict[int, CreationOutcome]
) -> None:
    references = {
        place: order.order.reference for place, order in checked.items() if order.order.reference
    }
    query = Order.filter(reference__in=list(references.values())).only("reference")
    taken = {row.reference for row in await query} if references else set()
    for place, reference in references.items():
        if reference in taken:
            outcomes[place] = Conflict(
                f"Another order has the reference {reference}. Send a different one.",
                ("reference",),
            )
        taken.add(reference)


async def _answer_repeats(
    uow: UnitOfWork,
    checked: Mapping[int, CheckedOrder],
    drafts: Sequence[OrderDraft],
    outcomes: dict[int, CreationOutcome],
) -> None:
    # Reversed, so that the first draft with a key is the one that counts.
    contents = {draft.idempotency_key: draft for draft in reversed(drafts) if draft.idempotency_key}
    answers = await stored_results(uow, contents) if contents else {}
    seen: set[str] = set()
    for place, draft in enumerate(drafts):
        key = draft.idempotency_key
        if not key:
            continue
        if key in seen:
            if place in checked:
                outcomes[place] = Conflict(
                    "This key is used twice in one call. Send a new key for each order.",
                    ("idempotencyKey",),
                )
        elif key in answers:
            outcomes[place] = answers[key]
        seen.add(key)


async def _answer_known_orders(
    uow: UnitOfWork,
    checked: Mapping[int, CheckedOrder],
    drafts: Sequence[OrderDraft],
    outcomes: dict[int, CreationOutcome],
) -> None:
    """Answer drafts that have a key, and whose reference a stored order of the same content has.

    The answer tells that a guess of the content is right, so only viewers who may read all of it
    get one. It is stored, because the known order may change before the call is repeated.
    """
    if not uow.viewer.may_read(Audience.PERSONAL):
        return
    refused = {
        place: (checked[place], drafts[place])
        for place, outcome in outcomes.items()
        if isinstance(outcome, Conflict)
        and outcome.field == ("reference",)
        and drafts[place].idempotency_key
    }
    known = await known_orders(refused) if refused else {}
    for place, order_id in known.items():
        outcomes[place] = order_id
        store_result(uow, drafts[place].idempotency_key, drafts[place], order_id)


def _store(uow: UnitOfWork, checked: CheckedOrder, customer: Customer, draft: OrderDraft) -> UUID:
    order = checked.order
    order.customer_id = customer.id
    uow.rows.add(order)
    uow.rows.add(checked.address)
    for item in checked.items:
        uow.rows.add(item)
    store_result(uow, draft.idempotency_key, draft, order.id)
    ChangeRecorder(uow, order).order_created(order.placed_at)
    return order.id
