"""Whether a folder lies on a network drive, where file locks and the write-ahead log do not hold.

Best effort: where the system does not say, the folder counts as local.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

_NETWORK = frozenset(
    "nfs nfs4 cifs smb smb3 smbfs afs afpfs ceph glusterfs lustre davfs webdav fuse.sshfs fuse.davfs2 "
    "fuse.rclone fuse.s3fs fuse.glusterfs ncpfs".split()
)
_WINDOWS_REMOTE = 4


def is_network_drive(folder: Path) -> bool:
    folder = folder.resolve()
    if os.name == "nt":
        return _windows(folder)
    mounts = _linux_mounts() if Path("/proc/self/mountinfo").exists() else _macos_mounts()
    holding = [(point, kind) for point, kind in mounts if folder == point or point in folder.parents]
    # The deepest mount point holds the folder; of several on one point, the last mounted.
    kind = max(enumerate(holding), key=lambda one: (len(one[1][0].parts), one[0]))[1][1] if holding else ""
    return kind in _NETWORK


def _linux_mounts() -> list[tuple[Path, str]]:
    try:
        lines = Path("/proc/self/mountinfo").read_text("utf-8", "replace").splitlines()
    except OSError:
        return []
    return [mount for line in lines if (mount := parse_mountinfo(line)) is not None]


def parse_mountinfo(line: str) -> tuple[Path, str] | None:
    """Mount point and file system of one line of Linux' table; blanks in names stand there as ``\\040``."""
    before, found, after = line.partition(" - ")
    parts = before.split()
    if not found or len(parts) < 5 or not after:
        return None
    point = parts[4].replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\")
    return Path(point), after.split()[0]


def _macos_mounts() -> list[tuple[Path, str]]:
    try:
        answer = subprocess.run(["/sbin/mount"], capture_output=True, text=True, timeout=5, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return []
    return [mount for line in answer.splitlines() if (mount := parse_mount(line)) is not None]


def parse_mount(line: str) -> tuple[Path, str] | None:
    """The same of one line of macOS' ``mount``: ``//me@nas/files on /Volumes/files (smbfs, nodev)``."""
    _, found, rest = line.partition(" on ")
    point, opened, options = rest.rpartition(" (")
    return (Path(point), options.rstrip(")").split(",")[0]) if found and opened else None


def _windows(folder: Path) -> bool:
    import ctypes

    windll = getattr(ctypes, "windll", None)
    if windll is None or folder.drive.startswith("\\\\"):
        return folder.drive.startswith("\\\\")
    return bool(windll.kernel32.GetDriveTypeW(folder.drive + "\\") == _WINDOWS_REMOTE)
