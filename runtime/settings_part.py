"""The settings of one part of the program, apart from those of the others."""

from dataclasses import fields
from typing import Self


class SettingsPart:
    """The base of a dataclass whose fields are settings, by the names of the configuration."""

    __slots__ = ()

    @classmethod
    def of(cls, settings: object) -> Self:
        """Return the part of the settings, which may have other fields as well."""
        names = [field.name for field in fields(cls)]  # type: ignore[arg-type]
        return cls(**{name: getattr(settings, name) for name in names})
