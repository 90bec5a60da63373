"""Importing: reads orders from a file, stores them in batches, and writes the refused lines."""
