"""How fast the API reads: measured over HTTP, beside hand-written SQL in a bare application."""
