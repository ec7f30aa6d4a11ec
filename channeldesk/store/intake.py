"""Takes a file from the disk or the clipboard into the encrypted contents, or says plainly why it cannot."""

from __future__ import annotations

import mimetypes
import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from channeldesk.model.attachments import LARGEST_FILE, LONGEST_NAME
from channeldesk.model.notice import Problem
from channeldesk.rules.files import clean_name
from channeldesk.store.files import Files
from channeldesk.wire.files import CHUNK

_MB = 1024 * 1024


@dataclass(frozen=True)
class Taken:
    """A content that is safe in the encrypted file, to be named by a row. ``size`` in bytes."""

    file_name: str
    media_type: str
    size: int
    sha256: str


def take_in(files: Files, path: Path, *, progress: Callable[[int, int], None] | None = None) -> Taken:
    """Reads the file at ``path``. Raises Problem, each with its way out, and then nothing was kept."""
    name = clean_name(path.name, LONGEST_NAME) or "file"
    try:
        with open(path, "rb", opener=_opener) as source:
            before = os.fstat(source.fileno())
            if not stat.S_ISREG(before.st_mode):
                raise Problem.of("file.not_a_file", name=name)
            _check_size(name, before.st_size)

            def parts() -> Iterator[bytes]:
                done = 0
                while data := source.read(CHUNK):
                    done += len(data)
                    if done > before.st_size:
                        raise Problem.of("file.changed", name=name, remedy="remedy.try_again")
                    if progress is not None:
                        progress(done, before.st_size)
                    yield data
                after = os.fstat(source.fileno())
                same = (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)
                if not same or done != before.st_size:
                    raise Problem.of("file.changed", name=name, remedy="remedy.try_again")

            sha256, size = files.keep(parts())
    except IsADirectoryError:
        raise Problem.of("file.not_a_file", name=name) from None
    except FileNotFoundError:
        raise Problem.of("file.not_found", name=name) from None
    except OSError as error:
        if path.is_dir():  # what Windows says of a folder
            raise Problem.of("file.not_a_file", name=name) from None
        raise Problem.of("file.unreadable", name=name, remedy="remedy.check_rights") from error
    return Taken(name, media_type(name), size, sha256)


def take_in_bytes(files: Files, data: bytes, file_name: str) -> Taken:
    """The same for what comes from the clipboard."""
    name = clean_name(file_name, LONGEST_NAME) or "file"
    _check_size(name, len(data))
    sha256, size = files.keep([data])
    return Taken(name, media_type(name), size, sha256)


def save(files: Files, sha256: str, path: Path) -> None:
    """Writes a content to ``path``, all of it or nothing. Raises Problem."""
    beside = path.with_name(f".{path.name[:100]}.{os.getpid()}.part")
    try:
        try:
            with beside.open("xb") as target:
                for part in files.read(sha256):
                    target.write(part)
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise Problem.of("file.cannot_write", name=path.name, remedy="remedy.save_elsewhere") from error


def media_type(name: str) -> str:
    """What the ending says; bytes of any kind where it says nothing."""
    return mimetypes.guess_type(name, strict=False)[0] or "application/octet-stream"


def _check_size(name: str, size: int) -> None:
    if size == 0:
        raise Problem.of("file.empty", name=name)
    if size > LARGEST_FILE:
        raise Problem.of("file.too_large", name=name, limit=LARGEST_FILE // _MB, remedy="remedy.smaller_file")


def _opener(path: str, flags: int) -> int:
    """Never waits for a writer: a pipe in the place of a file is told as such."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
