"""Search: indexes of every three characters that follow each other in what can be searched for.

Orders and shipments change with every event, and a change is written to every index of a table.
So their references and numbers are copied, by triggers, to tables of their own, where they rest.
"""

from tortoise import migrations
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.exceptions import BaseORMException, ConfigurationError
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_generator.state_apps import StateApps

NO_PG_TRGM = (
    "PostgreSQL's extension pg_trgm, which search needs, cannot be made: have a superuser run"
    " CREATE EXTENSION pg_trgm in this database (where it is unknown, the package"
    " postgresql-contrib brings it), and migrate again."
)
COPIES = (
    ("search_reference", "orders", "id", "id", "reference_key"),
    ("search_number", "shipment", "id", "order_id", "number_key"),
)
"""Each table of texts: of which table, its key there, the order's, and the text."""


async def add_search(apps: StateApps, editor: object) -> None:
    client: BaseDBAsyncClient = editor.client  # type: ignore[attr-defined]
    is_postgres = client.capabilities.dialect == "postgres"
    if is_postgres:
        try:
            await client.execute_query("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        except BaseORMException as error:
            raise ConfigurationError(NO_PG_TRGM) from error
    for statement in _on_postgres() if is_postgres else _on_sqlite():
        await client.execute_query(statement)


def _on_postgres() -> list[str]:
    statements = [
        "CREATE INDEX customer_search ON customer"
        " USING gin (name_key gin_trgm_ops, email_key gin_trgm_ops)"
    ]
    for table, of, key, order, text in COPIES:
        columns, read = "source_id, order_id, placed_at, text", f"{key}, {order}, placed_at, {text}"
        statements += [
            f"CREATE TABLE {table} (source_id uuid PRIMARY KEY REFERENCES {of} ON DELETE CASCADE,"
            " order_id uuid NOT NULL, placed_at timestamptz NOT NULL, text text NOT NULL)",
            f"CREATE INDEX {table}_parts ON {table} USING gin (text gin_trgm_ops)",
            f"CREATE FUNCTION {table}_added() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            f" INSERT INTO {table} ({columns}) SELECT {read} FROM added WHERE {text} IS NOT NULL;"
            " RETURN NULL; END $$",
            f"CREATE FUNCTION {table}_changed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            f" DELETE FROM {table} WHERE source_id = NEW.{key};"
            f" INSERT INTO {table} ({columns}) SELECT NEW.{key}, NEW.{order}, NEW.placed_at,"
            f" NEW.{text} WHERE NEW.{text} IS NOT NULL; RETURN NULL; END $$",
            f"CREATE TRIGGER {table}_added AFTER INSERT ON {of} REFERENCING NEW TABLE AS added"
            f" FOR EACH STATEMENT EXECUTE FUNCTION {table}_added()",
            f"CREATE TRIGGER {table}_changed AFTER UPDATE OF {text} ON {of} FOR EACH ROW"
            f" WHEN (OLD.{text} IS DISTINCT FROM NEW.{text})"
            f" EXECUTE FUNCTION {table}_changed()",
        ]
    return statements


def _on_sqlite() -> list[str]:
    """Its index of parts knows rows by number, so the texts of customers rest in a table too."""
    statements = [*_parts("search_customer", "customer_id", ("name_key", "email_key"))]
    put = "INSERT INTO search_customer (customer_id, name_key, email_key)"
    statements += [
        "CREATE TRIGGER search_customer_added AFTER INSERT ON customer BEGIN"
        f" {put} VALUES (new.id, new.name_key, new.email_key); END",
        "CREATE TRIGGER search_customer_changed AFTER UPDATE OF name_key, email_key ON customer"
        " WHEN (old.name_key, old.email_key) IS NOT (new.name_key, new.email_key) BEGIN"
        " UPDATE search_customer SET name_key = new.name_key, email_key = new.email_key"
        " WHERE customer_id = new.id; END",
        "CREATE TRIGGER search_customer_gone AFTER DELETE ON customer BEGIN"
        " DELETE FROM search_customer WHERE customer_id = old.id; END",
    ]
    for table, of, key, order, text in COPIES:
        put = f"INSERT INTO {table} (source_id, order_id, placed_at, text)"
        new = f"new.{key}, new.{order}, new.placed_at, new.{text}"
        gone = f"DELETE FROM {table} WHERE source_id = old.{key};"
        statements += [
            *_parts(table, "source_id", ("text",), "order_id, placed_at, "),
            f"CREATE TRIGGER {table}_added AFTER INSERT ON {of} WHEN new.{text} IS NOT NULL BEGIN"
            f" {put} VALUES ({new}); END",
            f"CREATE TRIGGER {table}_changed AFTER UPDATE OF {text} ON {of}"
            f" WHEN old.{text} IS NOT new.{text} BEGIN {gone}"
            f" {put} SELECT {new} WHERE new.{text} IS NOT NULL; END",
            f"CREATE TRIGGER {table}_gone AFTER DELETE ON {of} BEGIN {gone} END",
        ]
    return statements


def _parts(table: str, key: str, texts: tuple[str, ...], others: str = "") -> list[str]:
    """A table of texts, and the index of their parts, which triggers keep up."""
    columns = ", ".join(texts)
    old, new = (", ".join(f"{side}.{text}" for text in texts) for side in ("old", "new"))
    put = f"INSERT INTO {table}_parts (rowid, {columns}) VALUES (new.number, {new});"
    take = (
        f"INSERT INTO {table}_parts ({table}_parts, rowid, {columns})"
        f" VALUES ('delete', old.number, {old});"
    )
    return [
        f"CREATE TABLE {table} (number INTEGER PRIMARY KEY, {key} NOT NULL UNIQUE,"
        f" {others}{columns})",
        f"CREATE VIRTUAL TABLE {table}_parts USING fts5({columns}, content='{table}',"
        " content_rowid='number', tokenize='trigram case_sensitive 1', columnsize=0)",
        f"CREATE TRIGGER {table}_put AFTER INSERT ON {table} BEGIN {put} END",
        f"CREATE TRIGGER {table}_put_anew AFTER UPDATE ON {table} BEGIN {take} {put} END",
        f"CREATE TRIGGER {table}_taken AFTER DELETE ON {table} BEGIN {take} END",
    ]


class Migration(migrations.Migration):
    dependencies = [("models", "0005_api_keys")]

    operations = [ops.RunPython(add_search)]
