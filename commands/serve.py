"""`whereabouts serve`: runs the server."""

import os
from pathlib import Path

import click

from access.json_documents import read_json_file
from commands.command_runtime import Failure, WrongInput, read_settings, run
from commands.database_connections import TooFewConnections, connection_warnings
from config import Settings
from database.connections import open_database
from database.migrations import NotMigrated, prepare_database
from engine.persisted.documents import TrustedDocuments
from engine.persisted.manifest import BrokenManifest
from errors import Unavailable
from language.catalog import CODES
from schema.build import build_schema
from server import CannotServe, serve
from web.pages.brand_file import BrokenBrand, read_brand


@click.command("serve")
@click.option(
    "--workers", metavar="N", help="Number of processes.  [default: $WHEREABOUTS_WORKERS, or 1]"
)
@click.option(
    "--documents",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="File of trusted documents.  [default: $WHEREABOUTS_DOCUMENTS]",
)
@click.option(
    "--documents-only", is_flag=True, help="Refuse all operations but the trusted documents."
)
def serve_command(workers: str | None, documents: Path | None, documents_only: bool) -> None:
    """Serve the API, and the pages on which customers see their orders, until interrupted.

    A SQLite database is created or brought up to date at start. For PostgreSQL, run `whereabouts
    migrate` before. WHEREABOUTS_HOST and WHEREABOUTS_PORT say where it listens: the API is at
    /graphql, and /track is the page that finds an order.
    """
    # The environment is where the settings are read from, here and in every server process.
    if workers is not None:
        os.environ["WHEREABOUTS_WORKERS"] = workers
    if documents is not None:
        os.environ["WHEREABOUTS_DOCUMENTS"] = str(documents.absolute())
    if documents_only:
        os.environ["WHEREABOUTS_DOCUMENTS_ONLY"] = "on"
    settings = read_settings()
    _check_documents(settings)
    _check_brand(settings)
    run(_check_key_file(settings))
    try:
        # Checked before any process starts, so that a failure is one line with an exit code.
        warnings = [*run(_check_database(settings)), *key_warnings(settings)]
    except (NotMigrated, TooFewConnections) as error:
        raise Failure(str(error)) from error
    try:
        serve(settings, warnings)
    except CannotServe as error:
        raise Failure(str(error)) from error


async def _check_database(settings: Settings) -> list[str]:
    """Prepare the database, and return what its operator should know. Raises NotMigrated and
    TooFewConnections."""
    await prepare_database(
        settings.database_url.get_secret_value(), is_embedded=settings.is_embedded
    )
    async with open_database(settings.database_url.get_secret_value(), connections=1):
        return await connection_warnings(settings)


def key_warnings(settings: Settings) -> list[str]:
    """Return a line if no key signs links. The data in a SQLite file has a key of its own."""
    if settings.is_embedded or settings.secret_keys.get_secret_value():
        return []
    return [
        "Customers cannot open their orders by links, postal codes or e-mail addresses: set"
        " WHEREABOUTS_SECRET_KEYS to what `whereabouts secret-key` prints"
    ]


async def _check_key_file(settings: Settings) -> None:
    """Check the file of the identity provider's keys. Raises WrongInput."""
    if isinstance(settings.jwt_jwks, Path):
        try:
            await read_json_file(settings.jwt_jwks)
        except Unavailable as error:
            raise WrongInput(f"WHEREABOUTS_JWT_JWKS: {error}.") from error


def _check_brand(settings: Settings) -> None:
    """Check the file of the brand. Raises WrongInput."""
    if settings.brand is None:
        return
    try:
        read_brand(settings.brand, CODES)
    except BrokenBrand as error:
        raise WrongInput(f"WHEREABOUTS_BRAND: {error}") from error


def _check_documents(settings: Settings) -> None:
    """Check the file of trusted documents. Raises WrongInput."""
    if settings.documents is None:
        return
    try:
        schema = build_schema(has_introspection=settings.has_introspection)
        TrustedDocuments.read(settings.documents, schema, is_only=settings.documents_only)
    except BrokenManifest as error:
        raise WrongInput(str(error)) from error
