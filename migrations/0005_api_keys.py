"""API keys, of which only a hash is kept."""

from tortoise import migrations

from migrations._columns import identity, json, moment, optional_moment, text
from migrations._tables import table


class Migration(migrations.Migration):
    dependencies = [("models", "0004_changes")]

    operations = [
        table(
            "ApiKey",
            "api_key",
            "`hint` is how the key begins: enough to recognise it, too little to use it.",
            {
                "id": identity(),
                "name": text(100),
                "hint": text(16),
                "key_hash": text(64, is_unique=True),
                "scopes": json(),
                "created_at": moment(),
                "expires_at": optional_moment(),
                "last_used_at": optional_moment(),
                "revoked_at": optional_moment(),
            },
        ),
    ]
