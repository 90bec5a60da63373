"""The reader of what sources have sent: it reads a body and takes its order in."""

import logging
from collections.abc import Mapping
from dataclasses import replace

from errors import DomainError
from intake.worker import Outcome
from models.enums.intakes import IntakeState, ReceiverType
from models.intakes import Intake
from models.sources import OrderSource
from sources.order_taking import problem_text, take_order
from sources.readers import READERS
from sources.readings import Ignored, ReadOrder, Unreadable
from unit_of_work.unit_of_work import Tracker

logger = logging.getLogger("whereabouts.sources")


class SourceReader:
    """Takes the orders of all sources in."""

    def __init__(self, tracker: Tracker) -> None:
        self._tracker = tracker

    async def __call__(self, intake: Intake) -> Outcome:
        """Take in what the body says. Raises what may pass: outages, and faults of ours."""
        source = await OrderSource.get(id=intake.receiver_id)
        reading = READERS[source.kind](intake.body, intake.headers)
        if isinstance(reading, Ignored):
            return Outcome(IntakeState.IGNORED, reading.reason)
        problems = [reading.problem] if isinstance(reading, Unreadable) else None
        if problems is None and not isinstance(reading, Unreadable):
            try:
                version = _version_of(reading, intake)
                problems = await take_order(
                    self._tracker, source, replace(reading, version=version)
                )
            except DomainError as error:
                problems = [problem_text(error)]
        if problems:
            logger.warning(
                "A webhook of source %s could not be taken in: `whereabouts sources failed` says"
                " why.",
                source.name,
            )
            return Outcome(IntakeState.FAILED, " ".join(problems))
        return Outcome(IntakeState.APPLIED)


def _version_of(reading: ReadOrder, intake: Intake) -> str:
    """Return the version by the shop's times and, where these are the same, by that of receipt.

    Shops give times in seconds, and a checkout may change its order within one. The end of the id
    tells apart what came at the same moment.
    """
    return f"{reading.version} {intake.received_at:%Y%m%d%H%M%S%f} {intake.id.hex[-8:]}"


def source_readers(tracker: Tracker) -> Mapping[ReceiverType, SourceReader]:
    return {ReceiverType.SOURCE: SourceReader(tracker)}
