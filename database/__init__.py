"""Connections, transactions, bulk rows and migrations, on PostgreSQL and SQLite."""
