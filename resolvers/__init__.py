"""Reads: everything that asks the database."""
