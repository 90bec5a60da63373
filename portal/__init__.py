"""The pages on which customers see where their orders are."""
