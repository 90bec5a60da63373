"""The live feed of changes, and the streams that are made from it."""
