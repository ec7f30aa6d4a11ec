"""A file that only its keys open: any number of bytes, sealed in parts, in order, complete or refused.

AES-GCM under a random key of the file's own. The key stands in the head, sealed once per way in: by a
passphrase (``trust.passphrase``), by another key. Each part's nonce is its number and whether it is the last,
so parts cannot be left out, exchanged or cut off at the end; the head takes part in every seal.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import struct
from collections.abc import Iterator, Mapping
from typing import IO, Any

from channeldesk.model.notice import Problem

MAGIC = b"ChannelDesk sealed 1\n"
PART = 1024 * 1024
_TAG, _NONCE, _KEY = 16, 12, 32
_LONGEST_HEAD = 1 << 20
_INFO = b"channeldesk sealing 1"


def seal_key(key: bytes, by: bytes) -> str:
    """``key`` sealed under another key."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = secrets.token_bytes(_NONCE)
    return (nonce + AESGCM(_sealing(by)).encrypt(nonce, key, _INFO)).hex()


def open_key(sealed: str, by: bytes) -> bytes | None:
    """The key again; None when it was not sealed by this one."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        whole = bytes.fromhex(sealed)
        return AESGCM(_sealing(by)).decrypt(whole[:_NONCE], whole[_NONCE:], _INFO)
    except (InvalidTag, ValueError):
        return None


def _sealing(by: bytes) -> bytes:
    """A key of its own for this use: the database's own is used by its engine alone."""
    return hashlib.blake2b(by, digest_size=_KEY, person=b"channeldesk-seal").digest()


class Sealer:
    """Writes a sealed file; it is one only after :meth:`close`."""

    def __init__(self, file: IO[bytes], key: bytes, head: Mapping[str, Any]) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        text = json.dumps(dict(head)).encode()
        self._file, self._cipher = file, AESGCM(key)
        self._bound = hashlib.sha256(text).digest()
        self._waiting, self._number = bytearray(), 0
        file.write(MAGIC + struct.pack(">I", len(text)) + text)

    def write(self, data: bytes) -> None:
        self._waiting += data
        while len(self._waiting) > PART:
            self._part(bytes(self._waiting[:PART]), last=False)
            del self._waiting[:PART]

    def close(self) -> None:
        self._part(bytes(self._waiting), last=True)
        self._waiting.clear()

    def _part(self, data: bytes, *, last: bool) -> None:
        self._file.write(self._cipher.encrypt(_nonce(self._number, last), data, self._bound))
        self._number += 1


def read_head(file: IO[bytes]) -> dict[str, Any]:
    """Raises Problem for what is no sealed file; then the parts follow."""
    if file.read(len(MAGIC)) != MAGIC:
        raise Problem.of("backup.not_one", remedy="remedy.other_backup")
    length = file.read(4)
    if len(length) != 4 or struct.unpack(">I", length)[0] > _LONGEST_HEAD:
        raise Problem.of("backup.damaged", remedy="remedy.other_backup")
    try:
        head = json.loads(file.read(struct.unpack(">I", length)[0]))
    except ValueError:
        raise Problem.of("backup.damaged", remedy="remedy.other_backup") from None
    if not isinstance(head, dict):
        raise Problem.of("backup.damaged", remedy="remedy.other_backup")
    return head


def unsealed(file: IO[bytes], key: bytes, head: Mapping[str, Any]) -> Iterator[bytes]:
    """The parts behind the head. Raises Problem where one is not as it was written, or the end is missing."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    cipher, bound = AESGCM(key), hashlib.sha256(json.dumps(dict(head)).encode()).digest()
    number, part = 0, file.read(PART + _TAG)
    while True:
        following = file.read(PART + _TAG)
        try:
            yield cipher.decrypt(_nonce(number, last=not following), part, bound)
        except InvalidTag:
            raise Problem.of("backup.damaged", remedy="remedy.other_backup") from None
        if not following:
            return
        number, part = number + 1, following


def _nonce(number: int, last: bool) -> bytes:
    return struct.pack(">QI", number, int(last))
