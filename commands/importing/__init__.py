"""Importing: orders read from a file, stored in batches, and what was refused written beside."""
