"""Amending an order: its customer, its address, its metadata and its stored fields."""

from uuid import UUID

from strawberry.utils.str_converters import to_camel_case

from access.policy import Audience, audience_of
from errors import IllegalTransition
from models.customers import Customer
from models.estimates import promise_of
from models.orders import Address, Order
from tracking import validation
from tracking.change_recorder import ChangeRecorder
from tracking.differences import Differences, column_differences, difference
from tracking.inputs import AddressDraft, CustomerDraft, MetadatumDraft, OrderAmendment
from tracking.inputs.stored_fields import checked_columns
from tracking.metadata import check_metadata
from tracking.orders.commands import check_sequence
from tracking.orders.customers import customers_for, update_customer
from tracking.orders.loaded_orders import LoadedOrder, find_order, lock_orders
from tracking.partners import demand_unbounded
from tracking.places import check_address
from tracking.reconciliation import reconcile
from unit_of_work.unit_of_work import UnitOfWork, command

PUBLIC_ADDRESS_FIELDS = ("city", "region", "country")


@command
async def amend_order(
    uow: UnitOfWork,
    tracking_id: str,
    amendment: OrderAmendment,
    expected_sequence: int | None = None,
) -> UUID:
    """Change what the amendment sets; return the order's id.

    Customer, address and metadata are replaced as a whole. Every other field is stored in the
    column of its name. An order whose personal data was erased takes no customer and no address.
    """
    customer = amendment.customer and validation.customer(amendment.customer, "input", "customer")
    order_id = await find_order(uow.viewer, tracking_id)
    demand_unbounded(uow.viewer, "trackingId")
    named_customer = await _customer_with_external_id(uow, customer)
    loaded = (await lock_orders(uow, [order_id]))[order_id]
    check_sequence(loaded.order, expected_sequence)
    _refuse_erased(loaded.order, amendment)
    recorder = ChangeRecorder(uow, loaded.order)
    differences: Differences = []
    if customer is not None:
        differences += await _amend_customer(uow, loaded.order, customer, named_customer)
    if amendment.shipping_address is not None:
        differences += await _amend_address(uow, loaded, amendment.shipping_address)
    if amendment.metadata is not None:
        differences += _amend_metadata(loaded.order, amendment.metadata)
    differences += _amend_columns(uow, loaded.order, amendment, recorder)
    if differences:
        recorder.order_amended(differences, uow.now)
    reconcile(uow, loaded, recorder, uow.now)
    return order_id


def _refuse_erased(order: Order, amendment: OrderAmendment) -> None:
    """Raise IllegalTransition for personal data of an order that takes none any more."""
    given = {"customer": amendment.customer, "shippingAddress": amendment.shipping_address}
    for field, value in given.items():
        if value is not None and order.erased_at is not None:
            raise IllegalTransition(
                "The customer of this order was erased: it takes no customer and no address any"
                " more. Create another order for what is to be sent.",
                ("input", field),
            )


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
    differences = column_differences(
        before, vars(draft), inside="customer.", is_personal=lambda column: True
    )
    if named_customer is None and before.external_id is None:
        # A customer without an external id belongs to this order alone.
        uow.rows.track([before])
        update_customer(uow, before, draft)
    else:
        customer = named_customer or (await customers_for(uow, {0: draft}))[0]
        order.customer_id = customer.id
    return list(differences.values())


async def _amend_address(uow: UnitOfWork, loaded: LoadedOrder, draft: AddressDraft) -> Differences:
    new_address = check_address(draft, "input", "shippingAddress")
    order, columns = loaded.order, vars(new_address)
    (address,) = uow.rows.track(await Address.filter(order_id=order.id))
    differences = column_differences(
        address,
        columns,
        inside="shippingAddress.",
        is_personal=lambda column: column not in PUBLIC_ADDRESS_FIELDS,
    )
    # Whoever may not read the address must not learn by the answer whether it is this one.
    is_refused = bool(differences) or not uow.viewer.may_read(Audience.PERSONAL)
    if is_refused and any(shipment.has_moved for shipment in loaded.shipments):
        raise IllegalTransition(
            "Something has shipped, so the address cannot change. Ask the carrier to redirect the"
            " shipment.",
            ("input", "shippingAddress"),
        )
    for column in differences:
        setattr(address, column, columns[column])
    order.destination_city = new_address.city
    order.destination_region = new_address.region
    order.destination_country = new_address.country
    return list(differences.values())


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


def _amend_columns(
    uow: UnitOfWork, order: Order, amendment: OrderAmendment, recorder: ChangeRecorder
) -> Differences:
    """Set the columns of the amendment's stored fields, and return their differences.

    A new promise is recorded as an estimate instead; only a removed one is a difference.
    """
    columns = checked_columns(amendment, "input")
    differences = column_differences(order, columns, is_personal=_is_personal)
    promise_before = promise_of(order)
    for column in differences:
        setattr(order, column, columns[column])
    if "promised_at" in differences:
        order.promise_given_at = uow.now
        promise = promise_of(order)
        if promise is not None:
            recorder.estimate_revised(None, promise_before, promise, uow.now)
            del differences["promised_at"]
    return list(differences.values())


def _is_personal(column: str) -> bool:
    """Return whether the order's field of that column is personal data."""
    return audience_of("Order", to_camel_case(column)) is Audience.PERSONAL
