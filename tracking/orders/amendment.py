"""Amending an order: customer, address, promise, metadata."""

from uuid import UUID

from access.policy import Audience
from errors import IllegalTransition
from models import values
from models.customers import Customer
from models.estimates import promise_of
from models.orders import Address, Order
from tracking import validation
from tracking.change_recorder import ChangeRecorder
from tracking.differences import Difference, Differences, difference, masked_difference
from tracking.inputs import AddressDraft, CustomerDraft, MetadatumDraft, OrderAmendment
from tracking.metadata import check_metadata
from tracking.orders.commands import check_sequence
from tracking.orders.customers import customers_for, update_customer
from tracking.orders.loaded_orders import LoadedOrder, find_order, lock_orders
from tracking.places import check_address
from tracking.reconciliation import reconcile
from unit_of_work.unit_of_work import UnitOfWork, command

CUSTOMER_FIELDS = {
    "external_id": "externalId",
    "name": "name",
    "email": "email",
    "phone": "phone",
    "locale": "locale",
}
ADDRESS_FIELDS = {
    "name": "name",
    "company": "company",
    "line1": "line1",
    "line2": "line2",
    "city": "city",
    "region": "region",
    "postal_code": "postalCode",
    "country": "country",
    "phone": "phone",
    "latitude": "latitude",
    "longitude": "longitude",
}
PUBLIC_ADDRESS_FIELDS = ("city", "region", "country")


@command
async def amend_order(
    uow: UnitOfWork,
    tracking_id: str,
    amendment: OrderAmendment,
    expected_sequence: int | None = None,
) -> UUID:
    """Change what the amendment sets; return the order's id.

    Customer, address and metadata are replaced as a whole.
    """
    customer = amendment.customer and validation.customer(amendment.customer, "input", "customer")
    order_id = await find_order(tracking_id)
    named_customer = await _customer_with_external_id(uow, customer)
    loaded = (await lock_orders(uow, [order_id]))[order_id]
    check_sequence(loaded.order, expected_sequence)
    recorder = ChangeRecorder(uow, loaded.order)
    differences: Differences = []
    if customer is not None:
        differences += await _amend_customer(uow, loaded.order, customer, named_customer)
    if amendment.shipping_address is not None:
        differences += await _amend_address(uow, loaded, amendment.shipping_address)
    if amendment.metadata is not None:
        differences += _amend_metadata(loaded.order, amendment.metadata)
    if amendment.changes_promise:
        differences += _amend_promise(uow, loaded.order, amendment, recorder)
    if differences:
        recorder.order_amended(differences, uow.now)
    reconcile(uow, loaded, recorder, uow.now)
    return order_id


async def _customer_with_external_id(
    uow: UnitOfWork, draft: CustomerDraft | None
) -> Customer | None:
    """Return the customer whom the draft names. Customers are locked before orders."""
    if draft is None or draft.external_id is None:
        return None
    return (await customers_for(uow, {0: draft}))[0]


async def _amend_customer(
    uow: UnitOfWork, order: Order, draft: CustomerDraft, named_customer: Customer | None
) -> Differences:
    before = await Customer.get(id=order.customer_id)
    old_values = {name: getattr(before, name) for name in CUSTOMER_FIELDS}
    if named_customer is None and before.external_id is None:
        # A customer without an external id belongs to this order alone.
        uow.rows.track([before])
        update_customer(uow, before, draft)
    else:
        customer = named_customer or (await customers_for(uow, {0: draft}))[0]
        order.customer_id = customer.id
    return [
        masked_difference(f"customer.{api_name}", old_values[name], getattr(draft, name))
        for name, api_name in CUSTOMER_FIELDS.items()
        if old_values[name] != getattr(draft, name)
    ]


async def _amend_address(uow: UnitOfWork, loaded: LoadedOrder, draft: AddressDraft) -> Differences:
    new_address = check_address(draft, "input", "shippingAddress")
    order = loaded.order
    (address,) = uow.rows.track(await Address.filter(order_id=order.id))
    changed = [
        name for name in ADDRESS_FIELDS if getattr(address, name) != getattr(new_address, name)
    ]
    # Whoever may not read the address must not learn by the answer whether it is this one.
    is_refused = bool(changed) or not uow.viewer.may_read(Audience.PERSONAL)
    if is_refused and any(shipment.has_moved for shipment in loaded.shipments):
        raise IllegalTransition(
            "Something has shipped, so the address cannot change. Ask the carrier to redirect the"
            " shipment.",
            ("input", "shippingAddress"),
        )
    differences = [_address_difference(name, address, new_address) for name in changed]
    for name in changed:
        setattr(address, name, getattr(new_address, name))
    order.destination_city = new_address.city
    order.destination_region = new_address.region
    order.destination_country = new_address.country
    return differences


def _address_difference(name: str, before: Address, after: AddressDraft) -> Difference:
    compare = difference if name in PUBLIC_ADDRESS_FIELDS else masked_difference
    api_name = f"shippingAddress.{ADDRESS_FIELDS[name]}"
    return compare(api_name, getattr(before, name), getattr(after, name))


def _amend_metadata(order: Order, drafts: list[MetadatumDraft]) -> Differences:
    pairs = check_metadata(drafts, "input", "metadata")
    before = {pair["key"]: pair["value"] for pair in order.metadata}
    after = {pair["key"]: pair["value"] for pair in pairs}
    if before != after:
        order.metadata = pairs
    return [
        difference(f"metadata.{key}", before.get(key), after.get(key))
        for key in sorted(before.keys() | after.keys())
        if before.get(key) != after.get(key)
    ]


def _amend_promise(
    uow: UnitOfWork, order: Order, amendment: OrderAmendment, recorder: ChangeRecorder
) -> Differences:
    """Set the promise. A changed one is recorded as an estimate, a removed one as an amendment."""
    promised_at = values.optional_utc(amendment.promised_at, "input", "promisedAt")
    before = promise_of(order)
    if order.promised_at == promised_at:
        return []
    order.promised_at, order.promise_given_at = promised_at, uow.now
    after = promise_of(order)
    if after is None:
        return [difference("promisedAt", before and before.latest, None)]
    recorder.estimate_revised(None, before, after, uow.now)
    return []
