"""Customers of orders: an external id always names the same customer, who is kept up to date."""

from collections.abc import Mapping
from typing import Any, TypeVar

from database.locks import RowLock
from models.customers import Customer
from models.search import optionally_searchable, searchable
from tracking.inputs import CustomerDraft
from unit_of_work.unit_of_work import UnitOfWork

Key = TypeVar("Key")


async def customers_for(
    uow: UnitOfWork, drafts: Mapping[Key, CustomerDraft]
) -> dict[Key, Customer]:
    """Return the customer of each checked draft, new or updated.

    Known customers are locked, by ascending external id as all writers do.
    """
    external_ids = {draft.external_id for draft in drafts.values() if draft.external_id is not None}
    known = await _lock_customers(uow, sorted(external_ids)) if external_ids else {}
    customers = {}
    for key, draft in drafts.items():
        customer = known.get(draft.external_id) if draft.external_id is not None else None
        if customer is None:
            customer = uow.rows.add(_new_customer(uow, draft))
            if draft.external_id is not None:
                known[draft.external_id] = customer
        else:
            update_customer(uow, customer, draft)
        customers[key] = customer
    return customers


async def _lock_customers(uow: UnitOfWork, external_ids: list[str]) -> dict[str, Customer]:
    query = Customer.filter(external_id__in=external_ids).order_by("external_id")
    with uow.locking(RowLock(Customer, "external_id", id_) for id_ in external_ids):
        rows = uow.rows.track(await query.select_for_update())
    return {str(row.external_id): row for row in rows}


def _new_customer(uow: UnitOfWork, draft: CustomerDraft) -> Customer:
    return Customer(
        external_id=draft.external_id,
        name=draft.name,
        email=draft.email,
        phone=draft.phone,
        locale=draft.locale,
        created_at=uow.now,
        updated_at=uow.now,
        **_search_keys(draft),
    )


def update_customer(uow: UnitOfWork, customer: Customer, draft: CustomerDraft) -> None:
    """Give the customer the draft's values if they differ. The row must be tracked or new."""
    values = {name: getattr(draft, name) for name in ("name", "email", "phone", "locale")}
    if values != {name: getattr(customer, name) for name in values}:
        customer.update_from_dict({**values, **_search_keys(draft), "updated_at": uow.now})


def _search_keys(draft: CustomerDraft) -> dict[str, Any]:
    return {
        "name_key": searchable(draft.name),
        "email_key": optionally_searchable(draft.email),
    }
