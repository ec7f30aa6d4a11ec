"""How a result came about, in a form the window can lay out and every language can read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from channeldesk.model.notice import Notice, Param


@dataclass(frozen=True, slots=True)
class Step:
    """One term of an explanation: '14-day forecast' 7, '− in transit' 0, '= suggested' 8.

    ``sign`` says how ``value`` enters: added, taken away, multiplied, the result, or merely told (``""``).
    """

    label: Notice
    value: Param
    sign: Literal["", "+", "-", "*", "="] = ""
