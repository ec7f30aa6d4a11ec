"""Keeps keys, tokens and passphrases out of the log, whoever logged them."""

from __future__ import annotations

import logging
import re

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


class Redaction(logging.Filter):
    """Redacts the message and the traceback of every record that passes the handler it is added to."""

    _formatter = logging.Formatter()

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = redacted(record.getMessage()), ()
        if record.exc_info and not record.exc_text:
            record.exc_text = self._formatter.formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = redacted(record.exc_text)
        if record.stack_info:
            record.stack_info = redacted(record.stack_info)
        return True


def install(logger: logging.Logger | None = None) -> None:
    """Add the filter to every handler of ``logger`` (the root): a logger's own filter misses what passes."""
    for handler in (logger or logging.getLogger()).handlers:
        if not any(isinstance(found, Redaction) for found in handler.filters):
            handler.addFilter(Redaction())
