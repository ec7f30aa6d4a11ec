"""What a test may leave behind: no unexpected log record, no running thread."""

import logging
import re
import threading
import time
from collections.abc import Iterable, Iterator

import pytest

THREAD_GRACE_SECONDS = 3.0


def unexpected_records(records: Iterable[logging.LogRecord], allowed: list[re.Pattern[str]]) -> list[str]:
    """The records at WARNING or above that no pattern allows, as readable lines."""
    return [
        f"{record.levelname} {record.name}: {record.getMessage()}"
        for record in records
        if record.levelno >= logging.WARNING
        and not any(pattern.search(record.getMessage()) for pattern in allowed)
    ]


def allowed_patterns(node: pytest.Item) -> list[re.Pattern[str]]:
    """The patterns of a test's `allow_log` markers; a marker without a reason is refused."""
    patterns = []
    for marker in node.iter_markers("allow_log"):
        if len(marker.args) != 1 or not str(marker.kwargs.get("reason", "")).strip():
            raise pytest.UsageError(
                f"{node.nodeid}: write allow_log('pattern', reason='why it is right here')"
            )
        patterns.append(re.compile(marker.args[0]))
    return patterns


def leaked_threads(before: set[threading.Thread]) -> list[str]:
    """Names of threads started since `before` that do not end within a short grace.

    Threads that Python did not start (Qt's own) appear as dummies that never end, so they cannot be judged
    here; the window's tests wait for Qt's pools themselves.
    """
    deadline = time.monotonic() + THREAD_GRACE_SECONDS
    leaked = []
    for thread in _started_since(before):
        thread.join(max(0.0, deadline - time.monotonic()))
        if thread.is_alive():
            leaked.append(thread.name)
    return leaked


def _started_since(before: set[threading.Thread]) -> Iterator[threading.Thread]:
    for thread in threading.enumerate():
        if thread not in before and not isinstance(thread, threading._DummyThread):
            yield thread
