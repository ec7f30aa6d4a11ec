"""Secrets do not reach a log file, however they are logged."""

import io
import logging

import pytest

from channeldesk.model.notice import Problem
from channeldesk.trust import redaction

KEY = "0123456789abcdef" * 4


@pytest.mark.parametrize(
    "text",
    [
        f"key is {KEY}",
        f"PRAGMA key = \"x'{KEY}'\"",
        "Authorization: Bearer abc.DEF-123_secret",
        '{"access_token": "abc.DEF-123_secret", "expires_in": 900}',
        "POST /token password=abc.DEF-123_secret&x=1",
        "postgresql://desk:abc.DEF-123_secret@db/hq",
        "passphrase: abc.DEF-123_secret",
    ],
)
def test_what_looks_like_a_secret_is_hidden(text: str) -> None:
    shown = redaction.redacted(text)

    assert KEY not in shown
    assert "abc.DEF-123_secret" not in shown
    assert redaction.HIDDEN in shown


@pytest.mark.parametrize(
    "text",
    [
        "synchronised 1,200 rows in 3.4 s",
        "order SO-0000012 of 2026-11-21",
        "id 0199b6d0a1b27c3d8e9fa0b1c2d3e4f5",
    ],
)
def test_ordinary_lines_stay_as_they_are(text: str) -> None:
    assert redaction.redacted(text) == text


def test_arguments_and_tracebacks_are_redacted_too() -> None:
    stream = io.StringIO()
    logger = logging.getLogger("redaction-test")
    logger.propagate = False
    logger.addHandler(logging.StreamHandler(stream))
    redaction.install(logger)
    redaction.install(logger)

    try:
        raise ValueError(f"bad key {KEY}")
    except ValueError:
        logger.exception("could not open with %s", {"token": "abc.DEF-123_secret"})

    assert len(logger.handlers[0].filters) == 1
    assert "ValueError" in stream.getvalue()
    assert KEY not in stream.getvalue()
    assert "abc.DEF-123_secret" not in stream.getvalue()
    logger.handlers.clear()


def test_what_an_exception_quotes_stays_out_of_the_log_and_its_place_does_not() -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    logger = logging.getLogger("redaction-quotes")
    logger.propagate = False
    logger.addHandler(handler)
    redaction.install(logger)
    customer = "Hengtai 0571-8888"

    def deep() -> None:
        try:
            int(customer)
        except ValueError as error:
            raise Problem.of("store.damaged", file=customer) from error

    try:
        deep()
    except Problem as problem:
        logger.exception("failed: %s", problem)
        logger.error(problem)
        place = redaction.place_of(problem)

    told = stream.getvalue()
    assert customer not in told
    assert "ValueError" in told
    assert "in deep" in told
    assert told.startswith("failed: channeldesk.model.notice.Problem store.damaged\n")
    assert place.startswith("channeldesk.model.notice.Problem store.damaged (trust/test_redaction.py, ")
    logger.handlers.clear()
