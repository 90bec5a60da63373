"""Factories of test data: `build_*` returns objects in memory, `insert_*` stores rows directly, and
`make_*` goes through the functions of the product that clients' calls reach."""
