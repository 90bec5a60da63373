"""The contrast of two colors, by the formula of WCAG 2, the accessibility guidelines of the web."""

from math import floor

LEAST_OF_TEXT = 4.5
"""Text must have this contrast with what it stands on (success criterion 1.4.3)."""
LEAST_OF_SHAPES = 3.0
"""Lines, buttons and marks must have this contrast with the paper (success criterion 1.4.11)."""

_WEIGHTS = (0.2126, 0.7152, 0.0722)


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colors such as #1a2b3c: from 1, for equal ones, to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(color: str) -> float:
    channels = bytes.fromhex(color.removeprefix("#"))
    return sum(
        weight * _linear(channel / 255) for weight, channel in zip(_WEIGHTS, channels, strict=True)
    )


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def demand_contrast(
    shown: tuple[str, str], ground: tuple[str, str], needed: float, advice: str
) -> None:
    """Check the contrast of two colors, each with its name. Raises ValueError if it is too low."""
    reached = contrast(shown[1], ground[1])
    if reached < needed:
        # Rounded down, so that no contrast is told as reached that is not.
        told = floor(reached * 100) / 100
        raise ValueError(
            f"{shown[0]} {shown[1]} on {ground[0]} {ground[1]} has a contrast of {told:g}:1, which"
            f" is {needed - told:.2f} less than the {needed:g}:1 that eyes need; {advice}"
        )
