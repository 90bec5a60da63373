"""What each access path of filtered lists is worth, beside a plain WHERE, ORDER BY and LIMIT."""
