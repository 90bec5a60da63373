"""Order sources, and the intake of what is sent to us."""

from tortoise import fields, migrations

from migrations._columns import (
    enum_text,
    identity,
    json,
    long_text,
    moment,
    optional_long_text,
    optional_moment,
    optional_reference,
    optional_text,
    reference,
    text,
)
from migrations._tables import index, table
from models.enums.intakes import IntakeState, ReceiverType
from models.enums.sources import SourceKind


class Migration(migrations.Migration):
    dependencies = [("models", "0012_number_decisions")]

    operations = [
        table(
            "Intake",
            "intake",
            "Bodies that other systems have sent, kept as they came.",
            {
                "id": identity(),
                "receiver_type": enum_text(ReceiverType),
                "receiver_id": reference(),
                "delivery_id": optional_text(200),
                "body_digest": text(64),
                "headers": json(),
                "body": fields.BinaryField(),
                "received_at": moment(),
                "state": enum_text(IntakeState),
                "attempts": fields.IntField(default=0),
                "due_at": moment(),
                "lease_until": optional_moment(),
                "problem": optional_text(1000),
            },
            indexes=("receiver_id state received_at", "receiver_id body_digest", "received_at"),
            unique=("receiver_id delivery_id",),
        ),
        index("intake_due", "intake (due_at, id) WHERE state = 'RECEIVED'"),
        table(
            "OrderSource",
            "order_source",
            "Shops that send their orders. Their secrets are encrypted.",
            {
                "id": identity(),
                "name": text(100, is_unique=True),
                "kind": enum_text(SourceKind),
                "address_key": text(32, is_unique=True),
                "secret": long_text(),
                "previous_secret": optional_long_text(),
                "previous_until": optional_moment(),
                "created_at": moment(),
                "revoked_at": optional_moment(),
            },
        ),
        table(
            "ShopOrder",
            "shop_order",
            "",
            {
                "id": identity(),
                "source_id": reference(),
                "external_id": text(200),
                "version": text(100),
                "order_id": optional_reference(is_indexed=True),
                "lines": json(),
                "wanted": json(),
                "customer_digest": optional_text(64),
                "address_digest": optional_text(64),
                "was_cancelled": fields.BooleanField(default=False),
            },
            unique=("source_id external_id",),
        ),
    ]
