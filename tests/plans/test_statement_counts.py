"""Each screen of a frontend costs one statement per root field, whatever the amount of data."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from access.api_keys import create_key
from access.scopes import Scope
from models.orders import Order
from models.shipments import Shipment
from server import create_app
from tests.live_server import build_settings
from tests.plans.datasets import insert_dataset
from tests.plans.datasets.order_aggregates import DatasetSize
from tests.plans.service import ADMIN, ANONYMOUS, Service

PLACE = "location { name city country latitude longitude }"
EVENT = f"id type occurredAt precision description {PLACE}"
ESTIMATE = "estimate { earliest latest source reason revisedAt }"
CHANGES = """__typename position sequence occurredAt actor reason
  ... on OrderStatusChanged { was: previous became: status }
  ... on ShipmentStatusChanged { from: previous to: status shipment { id carrier } }
  ... on OrderAmended { differences { field before after } }
  ... on TrackingEventRecorded { event { type occurredAt } shipment { trackingNumber } }
  ... on EstimateRevised { estimate { latest } before: previous { latest } }
  ... on HealthChanged { health of: shipment { id } }
  ... on ExceptionChanged { exception { type severity notes { body } } }"""
SCREENS = {
    "a customer's own page": (
        1,
        """query ($trackingId: ID!) { order(trackingId: $trackingId) {
          trackingId status health isLate placedAt promisedAt deliveredAt estimate { latest source }
          destination { city country } items { id sku name quantity deliveredQuantity }
          shipments { carrier trackingNumber trackingUrl status estimates { latest source }
            items { quantity item { id } } events(last: 20) { nodes { type occurredAt } } }
          exceptions(status: [OPEN]) { type severity openedAt isOverdue } position
        } }""",
    ),
    "an order for staff": (
        2,
        f"""query ($trackingId: ID!) {{ position order(trackingId: $trackingId) {{
          id reference nextStatuses total {{ amount currency }} metadata {{ key value }} holdReason
          customer {{ name email orders(first: 5) {{ totalCount nodes {{ id status }} }} }}
          shippingAddress {{ line1 postalCode city country }} {ESTIMATE}
          items {{ sku unitPrice {{ amount currency }} allocatedQuantity shippedQuantity }}
          shipments {{ nextStatuses signedBy origin {{ city }} statusEvent {{ {EVENT} }}
            lastEvent {{ {EVENT} }} {ESTIMATE} events {{ totalCount nodes {{ {EVENT} }} }} }}
          exceptions {{ id type status nextStatuses assignee dueAt notes {{ author body }}
            openedBy {{ {EVENT} }} shipment {{ id }} }}
          history(last: 50) {{ totalCount pageInfo {{ hasPreviousPage startCursor }}
            nodes {{ {CHANGES} }} }}
        }} }}""",
    ),
    "a list of orders": (
        1,
        f"""{{ orders(first: 100, orderBy: {{field: UPDATED_AT, direction: DESC}},
            filter: {{not: {{status: [CANCELLED], country: ["XX"]}}}}) {{
          totalCount pageInfo {{ hasNextPage endCursor }} edges {{ cursor node {{
            trackingId reference status health isLate total {{ amount currency }} {ESTIMATE}
            customer {{ name }} items {{ sku quantity }} lastEvent {{ {EVENT} }}
            shipments {{ carrier trackingUrl status {ESTIMATE} lastEvent {{ {EVENT} }} }}
            exceptions(status: [OPEN, ACKNOWLEDGED]) {{ type severity }}
          }} }} }} }}""",
    ),
    "the board of exceptions": (
        3,
        f"""{{
          urgent: exceptions(first: 50, filter: {{severity: [CRITICAL, HIGH]}},
            orderBy: {{field: DUE_AT, direction: ASC}}) {{ totalCount nodes {{ ...Card }} }}
          late: exceptions(first: 50, filter: {{isOverdue: true}}) {{ nodes {{ ...Card }} }}
          others: exceptions(first: 50, filter: {{severity: [LOW, MEDIUM]}},
            orderBy: {{field: SEVERITY, direction: DESC}}) {{ nodes {{ ...Card }} }}
        }}
        fragment Card on OrderException {{
          id type severity status isOverdue dueAt assignee summary waitingOn notes {{ body }}
          openedBy {{ {EVENT} }} shipment {{ carrier trackingNumber }}
          order {{ trackingId reference customer {{ name phone }} }}
        }}""",
    ),
    "a list of shipments": (
        1,
        f"""{{ shipments(first: 100, filter: {{isLate: true}}) {{ totalCount nodes {{
          carrier service trackingNumber status health {ESTIMATE} events {{ totalCount }}
          items {{ quantity item {{ sku name }} }} order {{ trackingId destination {{ city }} }}
        }} }} }}""",
    ),
    "what has happened since": (
        2,
        f"""{{ position changes(after: 0, first: 100) {{
          pageInfo {{ hasNextPage endCursor }}
          nodes {{ {CHANGES} order {{ trackingId status health {ESTIMATE} }} }} }} }}""",
    ),
    "nodes by their ids": (
        1,
        f"""query ($ids: [ID!]!) {{ nodes(ids: $ids) {{ id __typename
          ... on Order {{ trackingId status items {{ sku }} }}
          ... on Shipment {{ carrier events(last: 3) {{ nodes {{ {EVENT} }} }} }} }} }}""",
    ),
    "the viewer": (0, "{ viewer { name scopes } }"),
}
"""Each screen has the number of its root fields that read from the database, and its query."""
ONE, HUNDRED = (
    DatasetSize(
        orders=(count, count),
        shipments=(1, 1),
        events=(1, count // 20 + 1),
        estimates=(1, 1),
        exceptions=(1, 1),
        notes=(1, 1),
        changes=(1, count // 20 + 3),
    )
    for count in (1, 100)
)


@pytest.fixture
async def service(db: str) -> Service:
    """A service that is not started, so that statements of its feed are not counted."""
    service = Service(create_app(build_settings(db, "memory://")))
    _, service.keys[ADMIN] = await create_key(ADMIN.name, [Scope.ADMIN])
    return service


@contextmanager
def sent_statements(caplog: pytest.LogCaptureFixture) -> Iterator[list[str]]:
    """The statements sent inside the block, without the lookup of the API key, which is cached."""
    statements: list[str] = []
    caplog.clear()
    with caplog.at_level(logging.DEBUG, logger="tortoise.db_client"):
        yield statements
    sent = [record.getMessage() for record in caplog.records if record.name == "tortoise.db_client"]
    statements += [statement for statement in sent if "api_key" not in statement]


@pytest.mark.parametrize("size", [ONE, HUNDRED], ids=["one order", "a hundred"])
@pytest.mark.parametrize("screen", SCREENS)
async def test_a_screen_costs_a_statement_for_each_root_field(
    service: Service, caplog: pytest.LogCaptureFixture, screen: str, size: DatasetSize
):
    await insert_dataset(3, size)
    roots, query = SCREENS[screen]
    order = await Order.all().order_by("id").first()
    assert order is not None
    shipments = await Shipment.all().limit(50).values_list("id", flat=True)
    ids = [f"order_{order.id}", *(f"shipment_{shipment}" for shipment in shipments)]
    caller = ANONYMOUS if screen == "a customer's own page" else ADMIN

    with sent_statements(caplog) as statements:
        variables = {"trackingId": order.tracking_id, "ids": ids}
        answer = await service.execute(query, caller, variables)

    assert "errors" not in answer
    assert len(statements) == roots, "\n\n".join(statements)
