"""Paths: how a page of a list is come by, so that little more is read than its rows.

A path is a SELECT of whole rows of one table, as text with slots: `{within}` for the condition of
what lies between the cursors, `{order}`, `{size}`. All of them call the table by its own name, and
so do the queries within a path, whatever it is that they take key and id from. These stand before
the path by name, one beside the other: SQLite's parser has room for a dozen within each other.
"""
