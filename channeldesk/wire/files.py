"""What both ends do alike with the content of files: how large a part is, how possession is proved."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

CHUNK = 1024 * 1024
"""Bytes of one part: what a cut connection costs at most."""


def proof(challenge: str, content: Iterable[bytes]) -> str:
    """SHA-256 over the challenge's bytes and the content: only who holds the content can answer it."""
    made = hashlib.sha256(bytes.fromhex(challenge))
    for part in content:
        made.update(part)
    return made.hexdigest()
