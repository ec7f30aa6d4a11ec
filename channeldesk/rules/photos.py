"""How large a photo of a visit may be: price tags can be read, and a hotel's network carries it."""

from __future__ import annotations

from collections.abc import Iterator

KEPT_AS_IT_IS = 500_000
"""Bytes up to which a picture is not touched."""
LARGEST = 1_000_000
"""Bytes that a photo should not exceed once it was made smaller."""
_STEPS = ((2_048, 82), (2_048, 70), (1_600, 70), (1_280, 60), (1_024, 50))
"""Longer side in pixels and quality of the JPEG, tried in this order."""


def is_small(size: int) -> bool:
    """Whether a picture of so many bytes stays as it is."""
    return size <= KEPT_AS_IT_IS


def steps(width: int, height: int) -> Iterator[tuple[int, int, int]]:
    """Width, height and quality to be tried one after the other; never larger than it is."""
    longer = max(width, height)
    for side, quality in _STEPS:
        if longer <= side:
            yield width, height, quality
        else:
            yield max(1, width * side // longer), max(1, height * side // longer), quality
