"""Compares each access path of filtered lists with a plain WHERE, ORDER BY and LIMIT."""
