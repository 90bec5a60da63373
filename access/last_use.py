"""The last use of credentials: when an API key or a session was used, which the database keeps."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

from tortoise.exceptions import OperationalError, TransactionManagementError
from tortoise.models import Model

from database.outages import OUTAGES, TIMEOUTS
from models.api_keys import ApiKey
from models.sessions import StaffSession

logger = logging.getLogger("whereabouts.access")

USE_RESOLUTION: Mapping[type[Model], timedelta] = {
    ApiKey: timedelta(hours=1),
    StaffSession: timedelta(minutes=5),
}
"""While such a thing is in use, `last_used_at` is about this old at most: few requests cost a
write."""
NAMES: Mapping[type[Model], str] = {ApiKey: "an API key", StaffSession: "a session"}


async def record_use(row: ApiKey | StaffSession, now: datetime) -> None:
    """Update `last_used_at` if it is old. If that fails, the next use tries again."""
    model = type(row)
    if row.last_used_at is not None and now - row.last_used_at <= USE_RESOLUTION[model]:
        return
    try:
        await model.filter(id=row.id).update(last_used_at=now)
        row.last_used_at = now
    except (OperationalError, TransactionManagementError, *OUTAGES, *TIMEOUTS) as error:
        name, reason = NAMES[model], type(error).__name__
        logger.info("The last use of %s was not recorded: %s", name, reason)
