"""Compression of a pull, negotiated by HTTP's own headers: zstd where both ends have it, gzip otherwise."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from functools import cache
from typing import Any, Protocol

LARGEST_PIECE = 1024 * 1024
"""Bytes that unpacking hands out at once: a small bomb must not become a large buffer."""
_LARGEST_WINDOW = 8 * 1024 * 1024


class Damaged(ValueError):
    """Bytes that are not what their encoding says."""


class Packer(Protocol):
    """``flush`` makes everything added so far readable at the other end."""

    def add(self, data: bytes) -> bytes: ...

    def flush(self) -> bytes: ...

    def end(self) -> bytes: ...


@cache
def _zstd() -> Any:
    """The library, or None where there is none for the platform."""
    try:
        import zstandard
    except ImportError:
        return None
    return zstandard


def accepted() -> str:
    """For a laptop's ``Accept-Encoding``."""
    return "gzip" if _zstd() is None else "zstd, gzip"


def chosen(accept: str) -> str:
    """The ``Content-Encoding`` for a request that accepts these; "" for none."""
    offers = [part.split(";") for part in accept.lower().replace(" ", "").split(",")]
    names = {name for name, *quality in offers if "q=0" not in quality}
    if "zstd" in names and _zstd() is not None:
        return "zstd"
    return "gzip" if "gzip" in names else ""


def packer(encoding: str) -> Packer:
    kinds: dict[str, type[Packer]] = {"zstd": _Zstd, "gzip": _Gzip, "": _Plain}
    return kinds[encoding]()


class _Plain:
    def add(self, data: bytes) -> bytes:
        return data

    def flush(self) -> bytes:
        return b""

    end = flush


class _Gzip:
    def __init__(self) -> None:
        self._packer = zlib.compressobj(1, zlib.DEFLATED, 31)

    def add(self, data: bytes) -> bytes:
        return self._packer.compress(data)

    def flush(self) -> bytes:
        return self._packer.flush(zlib.Z_SYNC_FLUSH)

    def end(self) -> bytes:
        return self._packer.flush(zlib.Z_FINISH)


class _Zstd:
    def __init__(self) -> None:
        self._library = _zstd()
        self._packer = self._library.ZstdCompressor(level=3, write_checksum=True).compressobj()

    def add(self, data: bytes) -> bytes:
        return bytes(self._packer.compress(data))

    def flush(self) -> bytes:
        return bytes(self._packer.flush(self._library.COMPRESSOBJ_FLUSH_BLOCK))

    def end(self) -> bytes:
        return bytes(self._packer.flush())


def unpacked(pieces: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    """What was packed, as soon as it can be read, in parts of at most :data:`LARGEST_PIECE`.

    Raises Damaged for what cannot be unpacked, also for an encoding nobody asked for.
    """
    match encoding.strip().lower():
        case "" | "identity":
            return pieces
        case "gzip":
            return _ungzip(pieces)
        case "zstd" if _zstd() is not None:
            return _unzstd(pieces)
        case _:
            raise Damaged(encoding)


def _ungzip(pieces: Iterator[bytes]) -> Iterator[bytes]:
    unpacking = zlib.decompressobj(31)
    for packed in pieces:
        data = packed
        while data:
            try:
                part = unpacking.decompress(data, LARGEST_PIECE)
            except zlib.error as error:
                raise Damaged("gzip") from error
            if unpacking.eof and unpacking.unused_data:
                raise Damaged("gzip")
            data = unpacking.unconsumed_tail
            if part:
                yield part


def _unzstd(pieces: Iterator[bytes]) -> Iterator[bytes]:
    library = _zstd()
    unpacking = library.ZstdDecompressor(max_window_size=_LARGEST_WINDOW)
    reader = unpacking.stream_reader(_Source(pieces))
    while True:
        try:
            part = reader.read1(LARGEST_PIECE)
        except library.ZstdError as error:
            raise Damaged("zstd") from error
        if not part:
            return
        yield part


class _Source:
    """Pieces as the file that the library wants to read from."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._rest = pieces, b""

    def read(self, size: int) -> bytes:
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return b""
            self._rest = piece
        part, self._rest = self._rest[:size], self._rest[size:]
        return part
