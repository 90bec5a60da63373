"""Read plans: what is asked for becomes one statement, which answers JSON in the asked shape."""
