"""Limits of inputs, which their descriptions state and the commands enforce."""

MAXIMUM_ITEMS = 200
"""Items of an order: above any basket, and every command on the order loads all of them."""
MAXIMUM_QUANTITY = 1_000_000
"""Pieces of an item: above any order, and 200 such items still fit the columns."""
MAXIMUM_METADATA = 50
"""Pairs of an order: room for a shop's own references, not a document store."""
MAXIMUM_EVENTS = 500
"""Events of a call: what a large carrier reports in a second, in a transaction that stays short."""
