"""Values: how the text of a cell, or a JSON value, becomes a value of an order."""
