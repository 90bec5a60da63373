"""Connections, transactions, rows in bulk, and migrations, on PostgreSQL and SQLite."""
