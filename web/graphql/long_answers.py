"""Long answers over HTTP: they are sent within the limits of what a client leaves unread."""

from starlette.types import Receive, Scope, Send

from errors import TooManyRequests
from web.clients import client_network
from web.graphql import responses
from web.graphql.content_negotiation import ResponseForm
from web.graphql.responses import GraphQLResponse
from web.unsent_answers import UnsentAnswers


async def send_long(
    response: GraphQLResponse,
    form: ResponseForm | None,
    unsent: UnsentAnswers,
    scope: Scope,
    receive: Receive,
    send: Send,
) -> None:
    """Send the response, or a refusal if too much waits for its client already."""
    try:
        with unsent.holding(client_network(scope), response.size, is_owed=response.is_owed):
            await response(scope, receive, send)
    except TooManyRequests as error:
        await responses.refusal(429, error.message, form)(scope, receive, send)
