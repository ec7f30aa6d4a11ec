"""Keeps keys, tokens, passphrases and customers' data out of the log, whoever logged them.

What a program writes to standard error ends in a file sooner or later. The text of an exception quotes what
it met (a phone number that is no number, a row that breaks a rule), so the log gets its kind and its place.
"""

from __future__ import annotations

import logging
import re
import sys
import threading
import traceback
from collections.abc import Iterator
from types import TracebackType
from typing import Any

from channeldesk.model.notice import Problem

HIDDEN = "[hidden]"

_PATTERNS = [
    re.compile(r"(?i)\b(bearer\s+)[\w.~+/=-]+"),
    re.compile(
        r"""(?ix)(["']?(?:access_token|refresh_token|token|password|passphrase|secret|authorization|key)["']?
        \s*[=:]\s*["']?)(?:x'[0-9a-f]*'|[^\s"',;&}]+)"""
    ),
    re.compile(r"()\b[0-9a-fA-F]{64}\b"),
    re.compile(r"(://[^/\s:@]+:)[^/\s@]+(?=@)"),
]


def redacted(text: str) -> str:
    """``text`` with everything that looks like a secret replaced."""
    for pattern in _PATTERNS:
        text = pattern.sub(rf"\g<1>{HIDDEN}", text)
    return text


def named(error: BaseException) -> str:
    """An exception without the words it quotes: its kind, and the code of a problem."""
    kind = type(error)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    if isinstance(error, Problem):
        return f"{name} {error.notice.code}"
    return f"{name} {error.errno}" if isinstance(error, OSError) and error.errno else name


def place_of(error: BaseException) -> str:
    """The exception's kind, and the line of the program that raised it."""
    frames = traceback.extract_tb(error.__traceback__)
    if not frames:
        return named(error)
    folder, _, file = frames[-1].filename.replace("\\", "/").rpartition("/")
    return f"{named(error)} ({folder.rpartition('/')[2]}/{file}, {frames[-1].lineno})"


def trace_of(error: BaseException) -> str:
    """Where it happened, with what led to it, the first cause first."""
    parts = []
    for one in reversed(list(_chain(error))):
        parts.append("".join(traceback.format_tb(one.__traceback__)) + named(one))
    return "\n\nfollowed by\n\n".join(parts)


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    following: BaseException | None = error
    while following is not None and id(following) not in seen:
        seen.add(id(following))
        yield following
        hidden = following.__suppress_context__
        following = following.__cause__ or (None if hidden else following.__context__)


class Redaction(logging.Filter):
    """Redacts the message and the traceback of every record that passes the handler it is added to."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.args = _named(record.args)
        record.msg = named(record.msg) if isinstance(record.msg, BaseException) else record.msg
        record.msg, record.args = redacted(record.getMessage()), ()
        if record.exc_info and record.exc_info[1] is not None:
            record.exc_text = redacted(trace_of(record.exc_info[1]))
        elif record.exc_text:
            record.exc_text = redacted(record.exc_text)
        if record.stack_info:
            record.stack_info = redacted(record.stack_info)
        return True


def _named(args: Any) -> Any:
    """The arguments of a record, exceptions by their name."""
    if isinstance(args, tuple):
        return tuple(named(one) if isinstance(one, BaseException) else one for one in args)
    return args


def install(logger: logging.Logger | None = None) -> None:
    """Add the filter to every handler of ``logger`` (the root): a logger's own filter misses what passes."""
    for handler in (logger or logging.getLogger()).handlers:
        if not any(isinstance(found, Redaction) for found in handler.filters):
            handler.addFilter(Redaction())


def to_stderr() -> None:
    """The log of a process: warnings and defects, redacted, on standard error; what nobody caught too.

    Where somebody set up logging already, that stays.
    """
    if logging.getLogger().handlers:
        return
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    install()
    sys.excepthook = _escaped
    threading.excepthook = _escaped_from_thread
    sys.unraisablehook = _unraisable


def _escaped(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    logging.getLogger(__name__).critical("nobody caught this", exc_info=(kind, error, trace))


def _escaped_from_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None and not isinstance(args.exc_value, SystemExit):
        _escaped(args.exc_type, args.exc_value, args.exc_traceback)


def _unraisable(args: Any) -> None:
    if args.exc_value is not None:
        _escaped(args.exc_type, args.exc_value, args.exc_traceback)
