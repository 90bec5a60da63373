"""Texts that would be SQL, or a part of it, if they were not bound as values."""

HARMLESS = "zqzq"
"""A text that the database does not know."""
HOSTILE = (
    "' OR '1'='1",
    '" OR ""="',
    "') OR 1=1 --",
    "'; DROP TABLE orders; --",
    "'; UPDATE orders SET status = 'CANCELLED'; --",
    "' UNION SELECT secret FROM api_keys --",
    "1; SELECT pg_sleep(60)",
    "zq' || (SELECT name FROM customers LIMIT 1) || '",
    "%zq",
    "zq_zq",
    "\\' OR 1=1 --",
    "$1",
    "?",
    "{0}",
    "zq\x00'",
)
REFUSALS = {"INVALID", "GRAPHQL_VALIDATION_FAILED", "LIMIT_EXCEEDED"}
"""The codes by which a wrong value of an argument is refused."""
