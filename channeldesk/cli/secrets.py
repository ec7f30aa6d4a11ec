"""Passwords and passphrases: from the environment or from the keyboard, never from the command line."""

from __future__ import annotations

import getpass
import os
import sys

from channeldesk.model.notice import Problem

PASSWORD = "CHANNELDESK_PASSWORD"
PASSPHRASE = "CHANNELDESK_PASSPHRASE"
BACKUP = "CHANNELDESK_BACKUP_PASSPHRASE"
"""Of a file with a profile, where it has one of its own."""


def password(prompt: str, *, twice: bool = False) -> str:
    """The password of the variable, or typed. Raises Problem where nobody can type."""
    return os.environ.get(PASSWORD) or _typed(prompt, "cli.no_password", twice=twice)


def passphrase() -> str | None:
    """The passphrase of the variable; None: none is given, the key store decides."""
    return os.environ.get(PASSPHRASE) or None


def backup_passphrase() -> str | None:
    return os.environ.get(BACKUP) or None


def typed_passphrase(prompt: str, *, twice: bool = False) -> str:
    return _typed(prompt, "cli.no_passphrase", twice=twice)


def _typed(prompt: str, problem: str, *, twice: bool) -> str:
    if not sys.stdin.isatty():
        raise Problem.of(problem)
    found = getpass.getpass(f"{prompt}: ")
    if twice and getpass.getpass(f"{prompt}, again: ") != found:
        raise Problem.of("cli.not_the_same")
    return found
