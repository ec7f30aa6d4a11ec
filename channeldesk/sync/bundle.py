"""A whole profile in one encrypted file, and a profile out of such a file.

The file holds a copy of both databases as of one moment each, rows before contents, so that every row's
content is in it; the key that opens them; who works there; and the company's certificates, without which
headquarters may be out of reach. It is opened by its own passphrase, by the
profile's passphrase, or by the profile's key in the key store of the same computer.

A profile that is made from it is to headquarters an older copy: the rules for those (``sync.recovery``) give
it a device of its own, and what waits in it is recognised where it was sent already.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import accumulate
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from sqlcipher3 import dbapi2 as sqlcipher

from channeldesk.model.notice import Problem
from channeldesk.store import backup, integrity, lock, profile
from channeldesk.store.connect import Use, connect
from channeldesk.store.drives import is_network_drive
from channeldesk.store.errors import translated
from channeldesk.store.profile import Profile
from channeldesk.store.watching import Moved
from channeldesk.sync import certificates
from channeldesk.trust import keys, sealing
from channeldesk.trust.files import write_atomically
from channeldesk.trust.passphrase import check, unwrap, wrap

if TYPE_CHECKING:
    from channeldesk.trust.keyring_store import KeyStore

FORMAT = 1
_CONTEXT = "channeldesk backup"
_MARK = ".restoring"
_BLOCK = 1024 * 1024

Progress = Callable[[str, int, int], None]
"""Called many times with the step, how much of the whole is done, and how much that is. What it raises stops
the work within about a second, and nothing is left behind; at the end the step is "" and it stops nothing.
"""

_WHOLE = 100


@dataclass(frozen=True)
class Saved:
    """``size`` in bytes; ``waiting``: edits in it that headquarters has not answered."""

    path: Path
    size: int
    waiting: int


def save(
    folder: Path,
    found: Profile,
    key: bytes,
    target: Path,
    now_ms: int,
    passphrase: str | None = None,
    progress: Progress = lambda step, done, of: None,
) -> Saved:
    """Writes the profile to ``target``, a new file, and reads it again; the profile may be open.

    Raises Problem, and leaves no file, where it cannot: a network drive, a full disk, a file of that name, no
    passphrase that would open it on another computer. So it is where ``progress`` raises.
    """
    wraps = keys.load(folder)
    if passphrase is not None:
        check(passphrase)
    elif wraps.sealed is None:
        raise Problem.of("backup.no_passphrase", remedy="remedy.set_passphrase")
    sources = [path for path in (profile.database_path(folder), profile.files_path(folder)) if path.exists()]
    _check_place(target, sum(path.stat().st_size for path in sources))
    beside = target.with_name(f".{target.name}.part")
    copies = folder / "backups" / ".leaving"
    shutil.rmtree(copies, ignore_errors=True)
    own = secrets.token_bytes(keys.KEY_BYTES)
    head: dict[str, Any] = {
        "format": FORMAT,
        "entry": wraps.entry,
        "made_at": now_ms,
        "by_key": sealing.seal_key(own, key),
        "by_passphrase": wrap(own, passphrase, _CONTEXT) if passphrase is not None else None,
        "profile_passphrase": wraps.sealed,
    }
    try:
        with translated():
            beside.unlink(missing_ok=True)  # of one that was killed
            copies.mkdir(parents=True)
            members = []
            for path, (begin, end) in zip(sources, _shares(sources, 0, 88), strict=True):
                part = (end - begin) // 3
                copied = _between(progress, "copying", begin, begin + part)
                checked = _between(progress, "copying", begin + part, end)
                members.append(backup.copy_to(path, copies / path.name, key, copied=copied, checked=checked))
            waiting = _waiting(copies / "cache.db", key)
            manifest = {"profile": found.to_json(), "key": key.hex(), "certificates": _certificates(folder)}
            sums = _write(beside, own, head, manifest, members, _between(progress, "writing", 88, 95))
            _verify(beside, own, sums, _between(progress, "verifying", 95, _WHOLE))
            os.replace(beside, target)
            _make_durable(target.parent)
    except sqlcipher.DatabaseError as error:
        raise Problem.of("store.backup_failed", remedy="remedy.check_disk") from error
    finally:
        beside.unlink(missing_ok=True)
        shutil.rmtree(copies, ignore_errors=True)
    progress("", _WHOLE, _WHOLE)
    return Saved(target, target.stat().st_size, waiting)


def _between(progress: Progress, step: str, begin: int, end: int) -> Moved:
    """Tells ``progress`` of a part of the whole."""
    progress(step, begin, _WHOLE)
    return lambda done, of: progress(step, begin + (end - begin) * min(done, of) // max(1, of), _WHOLE)


def _shares(paths: Sequence[Path], begin: int, end: int) -> list[tuple[int, int]]:
    """How much of the whole each takes, by size."""
    sizes = [path.stat().st_size for path in paths]
    whole, found, before = max(1, sum(sizes)), [], begin
    for done in accumulate(sizes):
        found.append((before, begin + (end - begin) * done // whole))
        before = found[-1][1]
    return found


def _certificates(folder: Path) -> str | None:
    try:
        return certificates.checked(folder / certificates.FILE).decode("ascii")
    except Problem:  # there is none, or none that would help
        return None


def _check_place(target: Path, size: int) -> None:
    if target.exists():
        raise Problem.of("backup.exists", file=str(target), remedy="remedy.save_elsewhere")
    if not target.parent.is_dir():
        raise Problem.of("backup.no_folder", folder=str(target.parent), remedy="remedy.save_elsewhere")
    if is_network_drive(target.parent):
        raise Problem.of("backup.network_drive", folder=str(target.parent), remedy="remedy.local_folder")
    if shutil.disk_usage(target.parent).free < size + size // 20:
        raise Problem.of("backup.disk_full", folder=str(target.parent), remedy="remedy.free_space")


def _waiting(copy: Path, key: bytes) -> int:
    raw = connect(copy, key, Use.READ)
    try:
        return int(raw.execute("SELECT count(*) FROM outbox").fetchone()[0])
    finally:
        raw.close()


def _write(
    beside: Path,
    own: bytes,
    head: dict[str, Any],
    manifest: dict[str, str | None],
    members: list[Path],
    moved: Moved,
) -> dict[str, str]:
    """Returns the hash of every member as it was read."""
    sums: dict[str, str] = {}
    size = sum(one.stat().st_size for one in members)
    with beside.open("xb") as file:
        os.chmod(beside, 0o600)
        sealer = sealing.Sealer(file, own, head)
        told = [{"name": one.name, "size": one.stat().st_size, "sha256": _sum(one)} for one in members]
        sealer.write(json.dumps({**manifest, "members": told}).encode() + b"\n")
        for one in told:
            sums[str(one["name"])] = str(one["sha256"])
        for member in members:
            with member.open("rb") as content:
                while data := content.read(_BLOCK):
                    sealer.write(data)
                    moved(file.tell(), size)
        sealer.close()
        file.flush()
        os.fsync(file.fileno())
    return sums


def _sum(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _verify(beside: Path, own: bytes, sums: dict[str, str], moved: Moved) -> None:
    """What stands in the written file is what was checked before it was packed."""
    size = beside.stat().st_size
    with beside.open("rb") as file:
        content = _Content(sealing.unsealed(file, own, sealing.read_head(file)))
        manifest = content.manifest()
        for one in manifest["members"]:
            digest = hashlib.sha256()
            for data in content.member(one["size"]):
                digest.update(data)
                moved(file.tell(), size)
            if digest.hexdigest() != sums[one["name"]]:
                raise Problem.of("backup.damaged", remedy="remedy.other_backup")
        content.end()


class _Content:
    """What was sealed, as a stream."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        self._parts, self._waiting = parts, bytearray()

    def manifest(self) -> dict[str, Any]:
        while b"\n" not in self._waiting:
            self._more()
        line, _, rest = bytes(self._waiting).partition(b"\n")
        self._waiting = bytearray(rest)
        found: dict[str, Any] = json.loads(line)
        return found

    def member(self, size: int) -> Iterator[bytes]:
        while size > 0:
            if not self._waiting:
                self._more()
            data = bytes(self._waiting[:size])
            del self._waiting[: len(data)]
            size -= len(data)
            yield data

    def end(self) -> None:
        """Read on, so that the last part's seal is proven too."""
        if self._waiting or any(self._parts):
            raise Problem.of("backup.damaged", remedy="remedy.other_backup")

    def _more(self) -> None:
        part = next(self._parts, None)
        if not part:
            raise Problem.of("backup.damaged", remedy="remedy.other_backup")
        self._waiting += part


def restore(
    source: Path,
    folder: Path,
    *,
    now_ms: int,
    new_id: Callable[[], bytes],
    passphrase: str | None = None,
    keyring: KeyStore | None = None,
    progress: Progress = lambda step, done, of: None,
) -> Profile:
    """Makes a profile in ``folder``, new or empty, out of ``source``; nothing is left there where it fails,
    or ``progress`` raises.

    Its key is kept in ``keyring`` and sealed by ``passphrase``, whichever there is.
    """
    _clear_half(folder)
    profile.prepare(folder)
    if any(one.name != "lock" for one in folder.iterdir()):
        raise Problem.of("profile.not_empty", folder=str(folder), remedy="remedy.other_folder")
    try:
        file = source.open("rb")
    except OSError as error:
        raise Problem.of("backup.unreadable", file=str(source), remedy="remedy.check_rights") from error
    with file, lock.acquire(folder), translated():
        head = sealing.read_head(file)
        if head.get("format") != FORMAT:
            raise Problem.of("backup.newer", remedy="remedy.update_program")
        own = _opened(head, passphrase, keyring)
        if shutil.disk_usage(folder).free < source.stat().st_size:
            raise Problem.of("backup.disk_full", folder=str(folder), remedy="remedy.free_space")
        try:
            return _unpack(file, own, head, folder, now_ms, new_id, passphrase, keyring, progress)
        except BaseException:
            _remove_half(folder)
            raise


def _opened(head: dict[str, Any], passphrase: str | None, keyring: KeyStore | None) -> bytes:
    """The file's key, by whichever way there is."""
    if passphrase is not None:
        with suppress(Problem):
            if head["by_passphrase"] is not None:
                return unwrap(head["by_passphrase"], passphrase, _CONTEXT)
        with suppress(Problem):
            if head["profile_passphrase"] is not None:
                key = unwrap(head["profile_passphrase"], passphrase, head["entry"])
                if own := sealing.open_key(head["by_key"], key):
                    return own
        raise Problem.of("backup.passphrase_wrong", remedy="remedy.backup_passphrase")
    kept = keyring.get(head["entry"]) if keyring is not None else None
    own_key = sealing.open_key(head["by_key"], kept) if kept is not None else None
    if own_key is None:
        raise Problem.of("backup.passphrase_needed", remedy="remedy.backup_passphrase")
    return own_key


def _unpack(
    file: IO[bytes],
    own: bytes,
    head: dict[str, Any],
    folder: Path,
    now_ms: int,
    new_id: Callable[[], bytes],
    passphrase: str | None,
    keyring: KeyStore | None,
    progress: Progress,
) -> Profile:
    half = folder / _MARK
    half.mkdir(mode=0o700)
    content = _Content(sealing.unsealed(file, own, head))
    manifest = content.manifest()
    key = bytes.fromhex(manifest["key"])
    known = {profile.database_path(folder).name, profile.files_path(folder).name}
    if not {one["name"] for one in manifest["members"]} <= known:
        raise Problem.of("backup.damaged", remedy="remedy.other_backup")
    members, size = manifest["members"], sum(one["size"] for one in manifest["members"])
    moved = _between(progress, "unpacking", 0, 15)
    for one in members:
        digest = hashlib.sha256()
        with (half / one["name"]).open("xb") as target:
            for data in content.member(one["size"]):
                digest.update(data)
                target.write(data)
                moved(file.tell(), size)
            target.flush()
            os.fsync(target.fileno())
        if digest.hexdigest() != one["sha256"]:
            raise Problem.of("backup.damaged", remedy="remedy.other_backup")
    content.end()
    paths = [half / one["name"] for one in members]
    for path, share in zip(paths, _shares(paths, 15, 95), strict=True):
        if integrity.check(path, key, structure=True, moved=_between(progress, "verifying", *share)).damaged:
            raise Problem.of("backup.damaged", remedy="remedy.other_backup")
    progress("keeping", 95, _WHOLE)
    made = replace(Profile.from_json(manifest["profile"]), id=new_id().hex(), created_at=now_ms)
    keys.create(folder, made.id, key=key, keyring=keyring, passphrase=passphrase)
    try:
        for path in paths:
            os.replace(path, folder / path.name)
        if manifest.get("certificates"):
            write_atomically(folder / certificates.FILE, manifest["certificates"])
        _make_durable(folder)
        made.save(folder)
    except BaseException:
        keys.destroy(folder, keyring=keyring)
        raise
    half.rmdir()
    progress("", _WHOLE, _WHOLE)
    return made


def _clear_half(folder: Path) -> None:
    """What a restore that was killed left: the mark stands only in a folder that was empty before it."""
    if (folder / _MARK).is_dir() and not profile.exists(folder):
        with lock.acquire(folder):
            _remove_half(folder)


def _remove_half(folder: Path) -> None:
    if profile.exists(folder):
        return
    for name in ("cache.db", "files.db", "key.json", certificates.FILE):
        for end in ("", "-wal", "-shm"):
            (folder / f"{name}{end}").unlink(missing_ok=True)
    shutil.rmtree(folder / _MARK, ignore_errors=True)


def _make_durable(folder: Path) -> None:
    if os.name != "nt":
        with suppress(OSError):
            handle = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
