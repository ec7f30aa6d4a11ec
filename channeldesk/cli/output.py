"""Where a command's words go: sentences for people, or one JSON object on the last line for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import is_dataclass
from enum import Enum
from typing import Any
from unicodedata import east_asian_width

from channeldesk.model.i18n import Translator
from channeldesk.model.notice import Notice, Param, Problem


class Output:
    """Standard output of one command. With ``as_json`` people's words are left out."""

    def __init__(self, language: str, as_json: bool) -> None:
        self.translator = Translator(language)
        self.as_json = as_json

    def t(self, msgid: str, /, **params: Param) -> str:
        return self.translator.text(msgid, **params) if msgid else ""

    def at_home(self, currency: str) -> None:
        """From now on the company's currency is shown by its short sign."""
        self.translator = Translator(self.translator.language, home=currency)

    def say(self, text: str = "") -> None:
        if not self.as_json:
            print(text, flush=True)

    def tell(self, notice: Notice) -> None:
        self.say(self.translator.notice(notice))

    def progress(self, text: str) -> None:
        """Said on standard error, also beside JSON: a long wait needs a word."""
        print(text, file=sys.stderr, flush=True)

    def table(
        self, heads: Sequence[str], rows: Sequence[Sequence[str]], right: frozenset[int] = frozenset()
    ) -> None:
        """Columns as wide as they need, figures to the right; Chinese counts double."""
        if self.as_json:
            return
        cells = [heads, *rows]
        widths = [max(_width(row[at]) for row in cells) for at in range(len(heads))]
        for row in cells:
            padded = [_pad(cell, widths[at], at in right) for at, cell in enumerate(row)]
            self.say("  ".join(padded).rstrip())

    def result(self, value: Mapping[str, Any]) -> None:
        """The one object, on the last line."""
        if self.as_json:
            print(json.dumps(plain(value), ensure_ascii=False), flush=True)

    def problem(self, problem: Problem, exit_code: int) -> None:
        what, remedy = self.translator.problem(problem)
        reasons: list[Notice] = list(getattr(problem, "reasons", ()))[1:]
        if self.as_json:
            error = {**problem.notice.to_wire(), "text": what, "exit_code": exit_code}
            if remedy:
                error["remedy"] = remedy
            if reasons:
                error["more"] = [one.to_wire() for one in reasons]
            print(json.dumps({"error": error}, ensure_ascii=False), flush=True)
            return
        print(what, file=sys.stderr)
        for reason in reasons:
            print(self.translator.notice(reason), file=sys.stderr)
        if remedy:
            print(remedy, file=sys.stderr)


def plain(value: Any) -> Any:
    """Data classes, ids and notices as JSON has them: ids as hexadecimal digits, amounts as whole numbers."""
    match value:
        case Notice():
            return value.to_wire()
        case bytes():
            return value.hex()
        case Enum():
            return value.value
        case Mapping():
            return {str(plain(key)): plain(one) for key, one in value.items()}
        case list() | tuple() | set() | frozenset():
            return [plain(one) for one in value]
        case _ if is_dataclass(value) and not isinstance(value, type):
            return {name: plain(getattr(value, name)) for name in value.__dataclass_fields__}
        case _:
            return value


def _width(text: str) -> int:
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)


def _pad(text: str, width: int, right: bool) -> str:
    space = " " * (width - _width(text))
    return space + text if right else text + space
