"""The SQL compiler: a selection becomes one statement, which returns JSON of the same shape."""
