"""The pages of an encrypted file as SQLCipher signs them, without opening the database.

A first page that cannot be read looks the same as a wrong key. Another page that verifies tells them apart.
"""

from __future__ import annotations

import hashlib
import hmac
from pathlib import Path

SIZE = 4096
_SALT, _IV, _SIGNATURE = 16, 16, 64
_LOOKED_AT = 64


def signature_key(key: bytes, salt: bytes) -> bytes:
    """SQLCipher 4 derives the key of the signatures from the raw key and the file's salt."""
    other = bytes(byte ^ 0x3A for byte in salt)
    return hashlib.pbkdf2_hmac("sha512", key, other, 2, 32)


def is_signed(page: bytes, number: int, signing: bytes) -> bool:
    """Whether page ``number`` (from 1) is as it was written."""
    start = _SALT if number == 1 else 0
    signed, signature = page[start:-_SIGNATURE], page[-_SIGNATURE:]
    made = hmac.new(signing, signed + number.to_bytes(4, "little"), hashlib.sha512).digest()
    return hmac.compare_digest(made, signature)


def key_fits(path: Path, key: bytes) -> bool:
    """Whether any of some pages spread over the file verifies under ``key``: then it is the file's key."""
    try:
        count = path.stat().st_size // SIZE
        with path.open("rb") as file:
            signing = signature_key(key, file.read(_SALT))
            for number in range(1, count + 1, max(1, count // _LOOKED_AT)):
                file.seek((number - 1) * SIZE)
                if is_signed(file.read(SIZE), number, signing):
                    return True
    except OSError:
        pass
    return False
