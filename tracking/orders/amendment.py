"""Amending an order: customer, address, promise, metadata."""

from uuid import UUID

from errors import IllegalTransition
from models import values
from models.customers import Customer
from models.estimates import promise_of
from models.orders import Address, Order
from tracking import validation
from tracking.change_recorder import ChangeRecorder, Differences, difference, masked_difference
from tracking.inputs import AddressDraft, CustomerDraft, MetadatumDraft, OrderAmendment
from tracking.metadata import checked_metadata
from tracking.orders.commands import expect_sequence, find_order
from tracking.orders.customers import bring_up_to_date, customers_for
from tracking.orders.loading import LoadedOrder, lock_orders
from tracking.settlement import reconcile
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
    this: UnitOfWork,
    tracking_id: str,
    amendment: OrderAmendment,
    expected_sequence: int | None = None,
) -> UUID:
    """What is left out stays; customer, address and metadata are replaced whole."""
    customer = amendment.customer and validation.customer(amendment.customer, "input", "customer")
    order_id = await find_order(tracking_id)
    named = await customers_for(this, {0: customer}) if customer and customer.external_id else {}
    loaded = (await lock_orders(this, [order_id]))[order_id]
    expect_sequence(loaded.order, expected_sequence)
    record = ChangeRecorder(this, loaded.order)
    said: Differences = []
    if customer is not None:
        said += await _amend_customer(this, loaded.order, customer, named.get(0))
    if amendment.shipping_address is not None:
        said += await _amend_address(this, loaded, amendment.shipping_address)
    if amendment.metadata is not None:
        said += _amend_metadata(loaded.order, amendment.metadata)
    if amendment.changes_promise:
        said += _amend_promise(this, loaded.order, amendment, record)
    if said:
        record.order_amended(said, this.now)
    reconcile(this, loaded, record, this.now)
    return order_id


async def _amend_customer(
    this: UnitOfWork, order: Order, draft: CustomerDraft, named: Customer | None
) -> Differences:
    before = await Customer.get(id=order.customer_id)
    was = {name: getattr(before, name) for name in CUSTOMER_FIELDS}
    if named is None and before.external_id is None:
        # Without a name of its own it is this order's alone.
        this.rows.track([before])
        bring_up_to_date(this, before, draft)
    else:
        customer = named or (await customers_for(this, {0: draft}))[0]
        order.customer_id = customer.id
    return [
        masked_difference(f"customer.{shown}", was[name], getattr(draft, name))
        for name, shown in CUSTOMER_FIELDS.items()
        if was[name] != getattr(draft, name)
    ]


async def _amend_address(this: UnitOfWork, loaded: LoadedOrder, draft: AddressDraft) -> Differences:
    clean = validation.address(draft, "input", "shippingAddress")
    order = loaded.order
    (address,) = this.rows.track(await Address.filter(order_id=order.id))
    changed = [name for name in ADDRESS_FIELDS if getattr(address, name) != getattr(clean, name)]
    if changed and any(shipment.has_moved for shipment in loaded.shipments):
        raise IllegalTransition(
            "The address stands once something has shipped; ask the carrier to redirect it.",
            ("input", "shippingAddress"),
        )
    said = [_address_difference(name, address, clean) for name in changed]
    for name in changed:
        setattr(address, name, getattr(clean, name))
    order.destination_city = clean.city
    order.destination_region = clean.region
    order.destination_country = clean.country
    return said


def _address_difference(name: str, before: Address, after: AddressDraft) -> dict[str, str | None]:
    say = difference if name in PUBLIC_ADDRESS_FIELDS else masked_difference
    shown = f"shippingAddress.{ADDRESS_FIELDS[name]}"
    return say(shown, getattr(before, name), getattr(after, name))


def _amend_metadata(order: Order, drafts: list[MetadatumDraft]) -> Differences:
    pairs = checked_metadata(drafts, "input", "metadata")
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
    this: UnitOfWork, order: Order, amendment: OrderAmendment, record: ChangeRecorder
) -> Differences:
    """A changed promise is an estimate revised; one taken away is an amendment."""
    promised_at = values.optional_utc(amendment.promised_at, "input", "promisedAt")
    before = promise_of(order)
    if order.promised_at == promised_at:
        return []
    order.promised_at, order.promise_given_at = promised_at, this.now
    after = promise_of(order)
    if after is None:
        return [difference("promisedAt", before and before.latest, None)]
    record.estimate_revised(None, before, after, this.now)
    return []
