"""Metadata: a shop's own pairs of texts, which are stored with an order."""

from collections.abc import Sequence

from errors import Invalid, LimitExceeded
from models import values
from models.customers import IDENTITY_LENGTH
from models.orders import TEXT_LENGTH
from tracking.inputs import MetadatumDraft
from tracking.inputs.limits import MAXIMUM_METADATA


def check_metadata(drafts: Sequence[MetadatumDraft], *path: str) -> list[dict[str, str]]:
    """Return the pairs as they are stored. Raises Invalid and LimitExceeded."""
    if len(drafts) > MAXIMUM_METADATA:
        raise LimitExceeded(f"Send at most {MAXIMUM_METADATA} metadata.", path)
    pairs = [
        {
            "key": values.text(draft.key, IDENTITY_LENGTH, *path, str(place), "key"),
            "value": values.text(draft.value, TEXT_LENGTH, *path, str(place), "value"),
        }
        for place, draft in enumerate(drafts)
    ]
    if len({pair["key"] for pair in pairs}) < len(pairs):
        raise Invalid("The same key is sent twice. Send each key once.", path)
    return pairs
