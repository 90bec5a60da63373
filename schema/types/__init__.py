"""The types: views on rows."""
