"""Access paths: SELECT statements that read a page of a list and little more than its rows.

An access path is a SELECT of rows of one table, as text with four slots: `{columns}`, `{order}`,
`{size}`, and `{within}` for the condition that the page's cursors set. Every query of a path calls
the listed table by its own name, even where it takes key and id from another source. The queries
that a path is made of precede it as common table expressions, one beside the other and not nested:
SQLite's parser has room for only a dozen levels of nesting.
"""
