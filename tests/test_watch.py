"""The rules of conftest.py notice what they are there for."""

import logging
import re
import threading

import pytest

from tests.support import watch


def _record(level: int, text: str) -> logging.LogRecord:
    return logging.LogRecord("channeldesk.sync", level, __file__, 1, text, None, None)


def test_a_warning_is_unexpected_unless_a_pattern_allows_it() -> None:
    records = [_record(logging.INFO, "round done"), _record(logging.WARNING, "retry in 3 s")]

    assert watch.unexpected_records(records, []) == ["WARNING channeldesk.sync: retry in 3 s"]
    assert watch.unexpected_records(records, [re.compile(r"retry in \d+ s")]) == []


@pytest.mark.allow_log("deliberate", reason="this test writes the record that the marker allows")
def test_the_marker_reaches_the_check(request: pytest.FixtureRequest) -> None:
    logging.getLogger("channeldesk").warning("deliberate")

    assert [pattern.pattern for pattern in watch.allowed_patterns(request.node)] == ["deliberate"]


def test_a_marker_without_a_reason_is_refused(request: pytest.FixtureRequest) -> None:
    request.node.add_marker(pytest.mark.allow_log("anything"))

    with pytest.raises(pytest.UsageError, match="reason"):
        watch.allowed_patterns(request.node)


def test_a_running_thread_is_a_leak_and_an_ending_one_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "THREAD_GRACE_SECONDS", 0.3)
    before = set(threading.enumerate())
    stop = threading.Event()
    stays = threading.Thread(target=stop.wait, name="stays")
    ends = threading.Thread(target=stop.wait, args=(0.01,), name="ends")
    stays.start()
    ends.start()

    try:
        assert watch.leaked_threads(before) == ["stays"]
    finally:
        stop.set()
        stays.join()
