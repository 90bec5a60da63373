"""Sessions of staff, of whose tokens only a hash is kept."""

from tortoise import migrations

from migrations._columns import (
    identity,
    json,
    moment,
    optional_json,
    optional_moment,
    optional_text,
    reference,
    text,
)
from migrations._tables import table


class Migration(migrations.Migration):
    dependencies = [("models", "0017_tracking_links")]

    operations = [
        table(
            "StaffSession",
            "staff_session",
            "",
            {
                "id": identity(),
                "token_hash": text(64, is_unique=True),
                "name": text(100),
                "owner_id": reference(is_indexed=True),
                "key_hash": optional_text(64),
                "issuer": optional_text(2000),
                "subject": optional_text(2000),
                "scopes": json(),
                "carriers": optional_json(),
                "created_at": moment(),
                "last_used_at": optional_moment(),
                "expires_at": moment(),
                "ended_at": optional_moment(),
            },
        ),
    ]
