"""Whether commits at the end of the write-ahead log were lost between two runs of the program.

The engine ends the log where its sums stop fitting, and cannot know whether a commit once stood behind that.
The heads of the frames say it: one that closes a commit of this log, behind the end, is a commit that is gone
(a damaged disk, a power failure that wrote out of order). A cut log has no such frames; nothing can tell.
"""

from __future__ import annotations

import struct
from pathlib import Path

from channeldesk.store.connect import Use, connect

_HEAD, _FRAME_HEAD = 32, 24


def is_torn(path: Path, key: bytes) -> bool:
    """Asks before anybody writes: the next commit overwrites the end. Raises Problem as opening does."""
    written = _commits(path.with_name(f"{path.name}-wal"))
    if not written:
        return False
    raw = connect(path, key, Use.READ)
    try:
        _, frames, _ = raw.execute("PRAGMA wal_checkpoint(NOOP)").fetchone()
    finally:
        raw.close()
    return written > int(frames)


def _commits(log: Path) -> int:
    """The number of the last frame that says it closes a commit of this log; 0 for none."""
    try:
        with log.open("rb") as file:
            head = file.read(_HEAD)
            if len(head) < _HEAD:
                return 0
            page, salts = struct.unpack(">I", head[8:12])[0], head[16:24]
            size = _FRAME_HEAD + page
            count = (log.stat().st_size - _HEAD) // size
            for number in range(count, 0, -1):
                file.seek(_HEAD + (number - 1) * size)
                frame = file.read(_FRAME_HEAD)
                if frame[8:16] == salts and frame[4:8] != b"\0\0\0\0":
                    return number
    except FileNotFoundError:
        pass
    return 0
