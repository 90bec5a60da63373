"""Partners in descriptions: fields of the schema say what they show to a partner.

A partner is a caller whose key is bounded to carriers (`resolvers.visibility`).
"""

from collections.abc import Mapping
from typing import cast

from graphql import GraphQLEnumType, GraphQLObjectType, GraphQLSchema

from access.policy import PRICES
from models.orders import Order

WHOLE: Mapping[str, str] = {
    "Order": (
        "status health isLate estimate itemCount position sequence confirmedAt cancelledAt"
        " updatedAt promisedAt shippedAt deliveredAt"
    ),
    "OrderItem": (
        "quantity allocatedQuantity shippedQuantity deliveredQuantity cancelledQuantity"
        " returnedQuantity lostQuantity"
    ),
}
"""The fields that count all of an order's shipments, whoever asks."""
IS_WHOLE = "A partner is told of the whole order."
IS_BOUNDED = "A partner sees those of its carriers."
IS_NULL = "For a partner it is null unless it is of its carriers."
IS_REFUSED = "Refused to partners."
BOUNDED: Mapping[str, str] = {"shipments": IS_BOUNDED, "events": IS_BOUNDED, "lastEvent": IS_NULL}
"""The fields of an order that show a partner less."""


def describe_partners(schema: GraphQLSchema) -> None:
    """Add what a partner is shown to the descriptions of what is different for it."""
    for type_name, names in WHOLE.items():
        for name in names.split():
            _add(schema, type_name, name, IS_WHOLE)
    for name, sentence in BOUNDED.items():
        _add(schema, Order.__name__, name, sentence)
    _add(schema, Order.__name__, "exceptions", "A partner sees those of its carriers' shipments.")
    for type_name, prices in PRICES.items():
        for name in sorted(prices):
            _add(schema, type_name, name, IS_REFUSED)
    orderings = cast(GraphQLEnumType, schema.type_map["OrderOrderField"])
    total = orderings.values["TOTAL"]
    total.description = f"{total.description} {IS_REFUSED}"


def _add(schema: GraphQLSchema, type_name: str, name: str, sentence: str) -> None:
    field = cast(GraphQLObjectType, schema.type_map[type_name]).fields[name]
    field.description = f"{field.description} {sentence}"
