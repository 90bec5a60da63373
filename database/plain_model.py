"""Rows are plain data: nothing else happens when a value is put into one."""

from tortoise.models import Model


class PlainModel(Model):
    """A model whose rows are filled by the dozen.

    At every value Tortoise's own looks for relations and for defaults that are still to be
    awaited; here relations are set by their ids, and no default waits.
    """

    __setattr__ = object.__setattr__  # type: ignore[assignment]

    class Meta:
        abstract = True
