"""Customers: the same external id is the same customer, brought up to date."""

from collections.abc import Mapping
from typing import Any, TypeVar

from models.customers import Customer
from models.search import optionally_searchable, searchable
from tracking.inputs import CustomerDraft
from unit_of_work.unit_of_work import UnitOfWork

Place = TypeVar("Place")


async def customers_for(
    act: UnitOfWork, drafts: Mapping[Place, CustomerDraft]
) -> dict[Place, Customer]:
    """The customer of each checked draft. Those known are locked, in the order of their ids."""
    named = sorted({one.external_id for one in drafts.values() if one.external_id is not None})
    known = await _lock(act, named) if named else {}
    customers = {}
    for place, draft in drafts.items():
        customer = known.get(draft.external_id) if draft.external_id is not None else None
        if customer is None:
            customer = act.rows.add(_new(act, draft))
            if draft.external_id is not None:
                known[draft.external_id] = customer
        else:
            bring_up_to_date(act, customer, draft)
        customers[place] = customer
    return customers


async def _lock(act: UnitOfWork, external_ids: list[str]) -> dict[str, Customer]:
    query = Customer.filter(external_id__in=external_ids).order_by("external_id")
    rows = act.rows.track(await query.select_for_update())
    return {str(row.external_id): row for row in rows}


def _new(act: UnitOfWork, draft: CustomerDraft) -> Customer:
    return Customer(
        external_id=draft.external_id,
        name=draft.name,
        email=draft.email,
        phone=draft.phone,
        locale=draft.locale,
        created_at=act.now,
        updated_at=act.now,
        **_keys(draft),
    )


def bring_up_to_date(act: UnitOfWork, customer: Customer, draft: CustomerDraft) -> None:
    said = {name: getattr(draft, name) for name in ("name", "email", "phone", "locale")}
    if said != {name: getattr(customer, name) for name in said}:
        customer.update_from_dict({**said, **_keys(draft), "updated_at": act.now})


def _keys(draft: CustomerDraft) -> dict[str, Any]:
    """How it is looked for."""
    return {
        "name_key": searchable(draft.name),
        "email_key": optionally_searchable(draft.email),
    }
