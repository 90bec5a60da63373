"""The runtime of a command: its settings, its database, and failures as one line of text."""

import asyncio
import logging
import os
import socket
import sqlite3
from collections.abc import AsyncGenerator, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
import click
from tortoise.exceptions import BaseORMException

from commands.connection_failures import reason
from config import Settings, SettingsError
from database.connections import open_database
from database.migrations import missing_migrations
from errors import DomainError, Unavailable
from urls import without_password

CONNECTIONS = 2
"""Database connections of a command, which does one thing after another."""
DATABASE_ERRORS = (
    BaseORMException,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    sqlite3.Error,
    OSError,
)

Result = TypeVar("Result")


class Failure(click.ClickException):
    """The command failed; the message says why in one line."""


class WrongInput(Failure):
    """A setting or a file is wrong, so nothing was begun."""

    exit_code = 2


class Stopped(Failure):
    """The command was stopped before its end; if it is run again, it goes on."""

    exit_code = 3


def read_settings() -> Settings:
    """Read the environment. Raises WrongInput, with a line for each setting that is wrong."""
    try:
        return Settings.from_env(os.environ)
    except SettingsError as error:
        raise WrongInput(str(error)) from error


def run(work: Coroutine[Any, Any, Result]) -> Result:
    """Run a coroutine and return its result.

    Raises Failure for what the user can mend.
    """
    # asyncpg logs a traceback for each connection that fails; a command reports it in one line.
    logging.getLogger("asyncpg").setLevel(logging.CRITICAL)
    try:
        return asyncio.run(work)
    except DomainError as refusal:
        place = ".".join(refusal.field)
        raise Failure(f"{place}: {refusal.message}" if place else refusal.message) from refusal
    except Unavailable as error:
        raise Failure("The database is too busy or away; try again.") from error
    except BrokenPipeError:
        raise  # Whoever reads the output, such as `head`, has enough; click ends the command.
    except DATABASE_ERRORS as error:
        raise Failure(f"The database cannot be used: {reason(error)}{_place_of(error)}") from error


def _place_of(error: BaseException) -> str:
    """Return where the address of the database leads, for an error that does not say it itself."""
    if not isinstance(error, socket.gaierror | FileNotFoundError):
        return ""
    return f" ({without_password(read_settings().database_url.get_secret_value())})"


@asynccontextmanager
async def migrated_database(
    settings: Settings, *, is_limited: bool = True
) -> AsyncGenerator[None, None]:
    """Open the database of the settings. Raises Failure if it lacks migrations."""
    url = settings.database_url.get_secret_value()
    if settings.is_embedded:
        _refuse_missing_file(Path(url.removeprefix("sqlite://").partition("?")[0]))
    missing = await missing_migrations(url)
    if missing:
        raise Failure(f"The database lacks {', '.join(missing)}: run `whereabouts migrate` first.")
    async with open_database(url, connections=CONNECTIONS, is_limited=is_limited):
        yield


def _refuse_missing_file(file: Path) -> None:
    """Raises Failure if there is no file: connecting would create an empty database."""
    if not file.exists():
        raise Failure(f"There is no database {file} yet: run `whereabouts migrate` first.")
