"""Settings: what the environment may say, how it is checked, and what it means for each part."""
