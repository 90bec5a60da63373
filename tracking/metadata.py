"""Metadata: a shop's own pairs of texts, which an order keeps."""

from collections.abc import Sequence

from errors import Invalid, LimitExceeded
from models import values
from models.customers import IDENTITY_LENGTH
from models.orders import TEXT_LENGTH
from tracking.inputs import MetadatumDraft

MAXIMUM_METADATA = 50
"""Pairs of an order: room for a shop's own references, not a document store."""


def checked_metadata(drafts: Sequence[MetadatumDraft], *path: str) -> list[dict[str, str]]:
    if len(drafts) > MAXIMUM_METADATA:
        raise LimitExceeded(f"At most {MAXIMUM_METADATA} metadata are kept.", path)
    pairs = [
        {
            "key": values.text(one.key, IDENTITY_LENGTH, *path, str(place), "key"),
            "value": values.text(one.value, TEXT_LENGTH, *path, str(place), "value"),
        }
        for place, one in enumerate(drafts)
    ]
    if len({pair["key"] for pair in pairs}) < len(pairs):
        raise Invalid("A key stands twice.", path)
    return pairs
