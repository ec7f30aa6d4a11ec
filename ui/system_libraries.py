"""Whether the system has the libraries that Qt needs on Linux, asked before Qt is loaded.

A missing one would end the program with the loader's words, or with Qt's "could not load the platform
plugin"; a person needs the command that installs it.
"""

from __future__ import annotations

import ctypes
import platform
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

ALWAYS = {
    # soname: (Debian and Ubuntu, Fedora and Red Hat)
    "libGL.so.1": ("libgl1", "mesa-libGL"),
    "libEGL.so.1": ("libegl1", "mesa-libEGL"),
    "libfontconfig.so.1": ("libfontconfig1", "fontconfig"),
    "libfreetype.so.6": ("libfreetype6", "freetype"),
    "libglib-2.0.so.0": ("libglib2.0-0", "glib2"),
    "libxkbcommon.so.0": ("libxkbcommon0", "libxkbcommon"),
    "libdbus-1.so.3": ("libdbus-1-3", "dbus-libs"),
    "libX11.so.6": ("libx11-6", "libX11"),
}
"""Needed by Qt's own libraries, with or without a display (PySide6 6.10)."""

ON_X11 = {
    "libxcb-cursor.so.0": ("libxcb-cursor0", "xcb-util-cursor"),
    "libxcb-icccm.so.4": ("libxcb-icccm4", "xcb-util-wm"),
    "libxcb-image.so.0": ("libxcb-image0", "xcb-util-image"),
    "libxcb-keysyms.so.1": ("libxcb-keysyms1", "xcb-util-keysyms"),
    "libxcb-randr.so.0": ("libxcb-randr0", "libxcb"),
    "libxcb-render-util.so.0": ("libxcb-render-util0", "xcb-util-renderutil"),
    "libxcb-shape.so.0": ("libxcb-shape0", "libxcb"),
    "libxcb-xkb.so.1": ("libxcb-xkb1", "libxcb"),
    "libxkbcommon-x11.so.0": ("libxkbcommon-x11-0", "libxkbcommon-x11"),
    "libX11-xcb.so.1": ("libx11-xcb1", "libX11-xcb"),
}
"""Needed by the platform plugin for X11."""


def loadable(soname: str) -> bool:
    """Whether the system's loader finds a shared library."""
    try:
        ctypes.CDLL(soname)
    except OSError:
        return False
    return True


def missing(*, display: bool, has: Callable[[str], bool] = loadable) -> list[str]:
    """Sonames that Qt would not find. Always empty on Windows and macOS, where Qt brings everything."""
    if platform.system() != "Linux":
        return []
    wanted = ALWAYS | ON_X11 if display else ALWAYS
    return [soname for soname in wanted if not has(soname)]


def install_line(sonames: Iterable[str], release: str | None = None) -> str:
    """The command that installs them on this distribution (``release``: the text of /etc/os-release)."""
    if release is None:
        path = Path("/etc/os-release")
        release = path.read_text(encoding="utf-8") if path.exists() else ""
    known = ALWAYS | ON_X11
    red_hat = any(name in release.lower() for name in ("fedora", "rhel", "centos"))
    packages = sorted({known[soname][1 if red_hat else 0] for soname in sonames})
    if red_hat:
        return "sudo dnf install -y " + " ".join(packages)
    return "sudo apt-get update && sudo apt-get install -y " + " ".join(packages)


def require(*, display: bool) -> bool:
    """False, after saying on standard error what to install, when the window cannot come up."""
    absent = missing(display=display)
    if not absent:
        return True
    print(
        "The window needs system libraries that are not installed: "
        f"{', '.join(absent)}.\nNothing was changed. Install them with:\n\n    {install_line(absent)}\n",
        file=sys.stderr,
    )
    return False
