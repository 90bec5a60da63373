"""GraphQL errors for the values that a response lacks."""

from graphql import GraphQLError

from engine.sql.post_processing import MissingValue


def error_from_missing(missing: MissingValue) -> GraphQLError:
    field = missing.field
    cause: Exception = missing.refusal or TypeError(
        f"Cannot return null for non-nullable field {field.parent}.{field.name}."
    )
    path = list(missing.path)
    return GraphQLError(str(cause), nodes=field.nodes, path=path, original_error=cause)
