"""Operations that schemathesis generates from the whole schema, sent to a running server."""
