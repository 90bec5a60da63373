"""A shop and its carriers, played against any Whereabouts server: `python -m simulator --help`."""
