"""The greeting of a running demo: its address, a key, and examples to try."""

from pathlib import Path

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

  GraphiQL      {page}
  API           {url}
  API key       {key}
  Tracking id   {tracking_id}
  Logs          {folder}

The link fills in GraphiQL's header with the key, which other clients send so:

{{"Authorization": "Bearer {key}"}}

Ask where an order is:

{query}

And follow it live:

{subscription}
"""


def greeting(server: LocalServer, key: str, tracking_id: str, folder: Path) -> str:
    return GREETING.format(
        page=f"{server.url}#key={key}&trackingId={tracking_id}",
        url=server.url,
        key=key,
        tracking_id=tracking_id,
        folder=folder,
        query=QUERY.format(tracking_id=tracking_id),
        subscription=SUBSCRIPTION.format(tracking_id=tracking_id),
    )
