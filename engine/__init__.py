"""GraphQL documents to SQL statements: parsing, limits, planning, execution. Knows no order."""
