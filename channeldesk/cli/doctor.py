"""The command that looks a profile over and puts right what it can."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from channeldesk.cli import exit_codes, repair
from channeldesk.cli.output import Output
from channeldesk.cli.profile import folder, opened
from channeldesk.model.messages import N_
from channeldesk.model.notice import Notice, Problem

if TYPE_CHECKING:
    from channeldesk.desk import Desk
    from channeldesk.sync.doctor import Report

_REPAIRED = "store.damaged"
_STEPS = {
    "pages": N_("every page of the data"),
    "files": N_("files kept on this laptop"),
    "outbox": N_("what waits to be sent"),
    "standing": N_("where this laptop and headquarters are"),
    "derived": N_("search, summaries and stock"),
    "keys": N_("keys"),
}


def run(asked: argparse.Namespace, output: Output) -> int:
    """Each finding with what it means and what to do; exit code 3 where something is wrong."""
    from channeldesk.sync.doctor import Cure

    done: list[Notice] = []
    try:
        with opened(asked, output) as desk:
            report = _examined(desk, asked, output)
            if asked.mend and not report.wants(Cure.REPAIR):
                done += desk.mend(report)
                done += _compared(desk)
                report = desk.doctor()
    except Problem as problem:
        if not asked.mend or problem.notice.code != _REPAIRED:
            raise
        report = None
    if asked.mend and (report is None or report.wants(Cure.REPAIR)):
        told = repair.repaired(folder(asked), asked, output, anyway=True)
        done += told.notices() if told is not None else []
        with opened(asked, output) as desk:
            desk.mend()
            report = desk.doctor()
    assert report is not None
    for notice in done:
        output.tell(notice)
    _tell(report, output)
    output.result({**report.to_plain(), "done": done})
    return exit_codes.OK if report.sound else exit_codes.NEEDS_YOU


def _examined(desk: Desk, asked: argparse.Namespace, output: Output) -> Report:
    def progress(step: str, done: int, of: int) -> None:
        if step and not asked.quiet:
            output.progress(f"{done + 1}/{of} {output.t(_STEPS[step])}")

    return desk.doctor(progress)


def _compared(desk: Desk) -> list[Notice]:
    """With headquarters, where it can be reached; what differs is fetched again."""
    from channeldesk.desk import Reason
    from channeldesk.sync.doctor import compared
    from channeldesk.sync.errand import Errand

    try:
        return [compared(desk.sync(errand=Errand(Reason.CHECK)))]
    except Problem as problem:
        return [Notice("doctor.not_compared"), problem.notice]


def _tell(report: Report, output: Output) -> None:
    for finding in report.findings:
        output.tell(finding.notice)
        output.say(f"  → {output.translator.notice(Notice(finding.remedy))}")
    if report.waiting:
        output.say(output.t("Waiting to be sent: {count}", count=report.waiting))
    output.say(
        output.t("Everything is as it should be.")
        if report.sound
        else output.t("Something is wrong. Unsent work is kept; “doctor --mend” puts right what it can.")
    )
