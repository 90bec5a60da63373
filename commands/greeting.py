"""The greeting of a running demo: its pages, a key, and examples to try."""

from collections.abc import Mapping
from pathlib import Path

from commands.demo_data import DemoData
from commands.local_server import LocalServer

QUERY = """\
query Where {{
  order(trackingId: "{tracking_id}") {{
    status
    health
    isLate
    destination {{ city country }}
    estimate {{ latest }}
    shipments {{ carrier trackingNumber status events(last: 5) {{ nodes {{ type occurredAt }} }} }}
  }}
}}"""
SUBSCRIPTION = """\
subscription Follow {{
  orderChanged(trackingIds: ["{tracking_id}"], after: 0) {{
    __typename
    position
    occurredAt
    ... on OrderStatusChanged {{ orderStatus: status }}
    ... on ShipmentStatusChanged {{ shipmentStatus: status }}
    ... on ExceptionChanged {{ exception {{ type }} exceptionStatus: status }}
    ... on HealthChanged {{ health }}
    ... on TrackingEventRecorded {{ event {{ type location {{ city country }} }} }}
  }}
}}"""
GREETING = """
Whereabouts is running, and its orders move. Ctrl-C stops it.

  Order page    {order_page}
{link}  GraphiQL      {graphiql}
  API           {url}
  API key       {key}
  Tracking id   {tracking_id}
  Logs          {folder}

The order page is what a customer sees of an order, live.{examples}

The link to GraphiQL fills in its header with the key, which other clients send so:

{{"Authorization": "Bearer {key}"}}

Ask where an order is:

{query}

And follow it live:

{subscription}
"""
LINK = "  with a link   {link}\n"
EXAMPLES = " These stand still, so that you can look at them:"


def greeting(
    server: LocalServer, data: DemoData, tracking_id: str, link: str | None, folder: Path
) -> str:
    """Return what the demo says first. `link` opens the page of the order for its customer."""
    return GREETING.format(
        order_page=server.page(f"/t/{tracking_id}"),
        link=LINK.format(link=link) if link else "",
        graphiql=f"{server.url}#key={data.key}&trackingId={tracking_id}",
        url=server.url,
        key=data.key,
        tracking_id=tracking_id,
        folder=folder,
        examples=_examples(server, data.examples),
        query=QUERY.format(tracking_id=tracking_id),
        subscription=SUBSCRIPTION.format(tracking_id=tracking_id),
    )


def _examples(server: LocalServer, examples: Mapping[str, str]) -> str:
    width = max(map(len, examples), default=0)
    lines = [f"  {title:{width}}   {server.page(f'/t/{id_}')}" for title, id_ in examples.items()]
    return "\n\n".join([EXAMPLES, "\n".join(lines)]) if lines else ""
