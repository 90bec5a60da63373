"""Real servers, run as child processes of the tests and benchmarks that need them."""
