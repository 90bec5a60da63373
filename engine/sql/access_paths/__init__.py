"""Paths: how a page of a list is come by, so that little more is read than its rows.

A path is a SELECT of rows of one table, as text with slots: `{columns}`, `{order}`, `{size}`, and
`{within}` for the condition of what lies between the cursors. All of them call the table by its own
name, and so do the queries within a path, whatever it is that they take key and id from. These
stand before it by name, one beside the other: SQLite's parser has room for a dozen within another.
"""
