"""What the exit code of a command says to the script that called it."""

from __future__ import annotations

from channeldesk.model.notice import Problem

OK = 0
PROBLEM = 1
USAGE = 2
NEEDS_YOU = 3
OFFLINE = 4
LOCKED = 5
SIGN_IN = 6
KEY = 7
DEFECT = 70
INTERRUPTED = 130

MEANINGS = {
    OK: "done",
    PROBLEM: "not done, for the reason given; nothing was changed",
    USAGE: "the command line is not right",
    NEEDS_YOU: "done, and something waits for a person: a rejection, a conflict, a difference",
    OFFLINE: "headquarters cannot be reached; work is kept and sent later",
    LOCKED: "the profile is open in another program",
    SIGN_IN: "headquarters wants a (new) sign-in",
    KEY: "the profile's key is missing: passphrase or key store",
    DEFECT: "a defect of the program; the details are on standard error",
    INTERRUPTED: "stopped by Ctrl+C; what was finished is kept",
}


def of(problem: Problem) -> int:
    """The exit code for a problem."""
    from channeldesk.sync.transport import Offline, SignInNeeded

    if isinstance(problem, Offline):
        return OFFLINE
    if isinstance(problem, SignInNeeded):
        return SIGN_IN
    code = problem.notice.code
    if code in ("profile.locked", "profile.locked_by_unknown"):
        return LOCKED
    return KEY if code.startswith("trust.") or code == "store.wrong_key" else PROBLEM
