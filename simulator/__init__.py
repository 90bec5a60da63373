"""The simulator: a shop and its carriers, which call any Whereabouts server over its API."""
