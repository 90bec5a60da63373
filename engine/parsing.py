"""Parsing: the syntax tree of a document, without reference cycles, and its fragments."""

from graphql import DocumentNode, FragmentDefinitionNode, Token, parse


def parse_document(text: str, maximum_tokens: int) -> DocumentNode:
    """Return the document's syntax tree. Raises GraphQLError if it cannot be parsed, or has more
    tokens than the maximum."""
    document = parse(text, max_tokens=maximum_tokens)
    assert document.loc is not None, "the parser was not told to leave locations out"
    _separate(document.loc.start_token)
    return document


def fragments_of(document: DocumentNode) -> dict[str, FragmentDefinitionNode]:
    """Return the document's fragments by their names."""
    return {
        definition.name.value: definition
        for definition in document.definitions
        if isinstance(definition, FragmentDefinitionNode)
    }


def _separate(first: Token) -> None:
    """Take the tokens of a document out of their list.

    In the list each refers to the next and the previous one. Nothing uses it after parsing, but its
    cycles would keep documents in memory that the cache has dropped, until the next collection of
    the oldest garbage: tens of thousands of documents later.
    """
    token: Token | None = first
    while token is not None:
        following = token.next
        token.prev = token.next = None
        token = following
