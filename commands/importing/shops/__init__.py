"""Shops: a map of columns for the export of each."""
