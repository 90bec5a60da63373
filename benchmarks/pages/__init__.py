"""The benchmark of the pages for customers."""
