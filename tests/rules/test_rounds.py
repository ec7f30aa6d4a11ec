"""Whatever a round can fail for, a person reads what it means for the data and what to do."""

import ast
from collections.abc import Iterator
from pathlib import Path

from channeldesk.model.i18n import Translator
from channeldesk.model.messages import MESSAGES
from channeldesk.model.notice import Notice
from channeldesk.rules.rounds import ADVICE, UNKNOWN, advice
from tests.conftest import ROOT

RAISED_IN = (
    "sync/engine.py",
    "sync/recovery.py",
    "sync/pulling.py",
    "sync/settle.py",
    "sync/transport.py",
    "sync/rounds.py",
    "sync/schedule.py",
    "sync/worker.py",
    "store/errors.py",
    "wire/stream.py",
    "hq/body.py",
    "hq/errors.py",
    "hq/ledger.py",
    "hq/routes.py",
)
NO_FAILURE = {
    "sync.row_set_aside",
    "sync.conflict",
    "sync.rejected",
    "sync.row_deleted",
    "sync.row_changed",
    "sync.repaired",
    "sync.device_renewed",
}
"""Codes of single rows, and of what a round put right by itself: they do not end it."""


def codes(path: Path) -> Iterator[str]:
    """Codes of notices that stand in a module as text."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Constant) and node.value in MESSAGES:
            text = str(node.value)
            if not text.startswith("remedy.") and not text.endswith(".remedy"):
                yield text


def test_every_failure_of_a_round_has_its_meaning_and_remedy() -> None:
    raised = {code for name in RAISED_IN for code in codes(ROOT / "channeldesk" / name)}
    areas = ("sync.", "auth.", "request.", "store.")
    missing = {code for code in raised if code.startswith(areas)} - set(ADVICE) - NO_FAILURE
    assert not missing, f"say in channeldesk/rules/rounds.py what these mean: {sorted(missing)}"


def test_the_words_exist_and_are_translated() -> None:
    chinese, english = Translator("zh_CN"), Translator("en")
    for code, said in ADVICE.items():
        assert code in MESSAGES
        for notice in filter(None, (said.meant(), said.remedied())):
            assert notice.code in MESSAGES
            assert chinese.notice(notice) != english.notice(notice), notice.code


def test_an_unknown_failure_is_kept_and_reported() -> None:
    assert advice("sync.something_new") is UNKNOWN
    assert UNKNOWN.remedied() == Notice("remedy.report")
