"""Names of files: safe on every system, readable for people, and which of them may be opened with a click."""

from __future__ import annotations

import unicodedata

_FORBIDDEN = frozenset('<>:"|?*')
_RESERVED = frozenset(
    ["CON", "PRN", "AUX", "NUL", *(f"COM{n}" for n in range(1, 10)), *(f"LPT{n}" for n in range(1, 10))]
)
_RUNS = frozenset(
    "app apk bat cmd com command cpl desktop exe gadget hta inf jar js jse lnk mjs msc msi msp mst pif pl "
    "ps1 ps1xml ps2 psc1 py pyc pyw rb reg rgs scf scr sct sh so url vb vbe vbs workflow ws wsc wsf wsh "
    "xll".split()
)
"""Endings of what a system starts, rather than shows, when it is opened."""


def clean_name(name: str, longest: int = 200) -> str:
    """``name`` without folders and without what some system forbids, or what hides the real ending.

    At most ``longest`` characters; the ending stays. Empty where nothing is left.
    """
    last = name.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]
    kept = [
        "_" if character in _FORBIDDEN else character
        for character in unicodedata.normalize("NFC", last)
        if unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
    ]
    clean = " ".join("".join(kept).split()).strip(". ")
    if clean.split(".")[0].upper() in _RESERVED:
        clean = f"_{clean}"
    if len(clean) <= longest:
        return clean
    stem, dot, ending = clean.rpartition(".")
    if not dot or not stem or len(ending) > 20:
        return clean[:longest].rstrip(". ")
    return f"{stem[: longest - len(ending) - 2].rstrip('. ')}….{ending}"


def ending(name: str) -> str:
    """The part after the last point in small letters, or nothing."""
    stem, dot, last = name.rpartition(".")
    return last.lower() if dot and stem else ""


def may_be_opened(name: str) -> bool:
    """Whether a click may open it: a program from somebody else is saved on purpose or not at all."""
    return ending(name) not in _RUNS


def renamed(name: str, wanted: str) -> str:
    """``wanted`` as the new name of ``name``: clean, and with the old ending where it has none."""
    clean = clean_name(wanted)
    if clean and not ending(clean) and ending(name):
        return clean_name(f"{clean}.{ending(name)}")
    return clean
