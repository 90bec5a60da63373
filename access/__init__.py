"""Who is calling, and what they may read and do."""
