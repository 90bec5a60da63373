"""Reads: where the fields of each type come from in the database."""
