"""A base class of models whose attributes are assigned without side effects."""

from tortoise.models import Model


class PlainModel(Model):
    """A model whose rows are created and changed in bulk.

    At every assignment Tortoise's own model looks for relations and asynchronous defaults. These
    models set relations by their ids, and have no asynchronous defaults.
    """

    __setattr__ = object.__setattr__  # type: ignore[assignment]

    class Meta:
        abstract = True
