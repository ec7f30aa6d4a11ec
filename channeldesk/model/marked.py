"""The mark of a text that is translated later."""

from __future__ import annotations


def N_(text: str) -> str:
    """Mark a text for translation where it stands; it is translated where it is shown."""
    return text
