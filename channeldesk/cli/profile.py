"""Commands about the profile itself: sign-in, sync, status, doctor."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from channeldesk.cli import exit_codes, secrets
from channeldesk.cli.output import Output
from channeldesk.model.notice import Notice, Problem
from channeldesk.store import profile

if TYPE_CHECKING:
    from channeldesk.desk import Desk, RoundResult, Step, Talk
    from channeldesk.sync.session import Session


def folder(asked: argparse.Namespace) -> Path:
    """The profile's folder: the option, CHANNELDESK_PROFILE, or the usual place of this system."""
    if asked.profile is not None:
        return Path(asked.profile).expanduser()
    from channeldesk.desk import usual_folder

    return usual_folder()


@contextmanager
def opened(asked: argparse.Namespace, output: Output) -> Iterator[Desk]:
    """The profile, unlocked by the key store, the environment, or what is typed."""
    from channeldesk.desk import Desk

    place, phrase = folder(asked), secrets.passphrase()
    try:
        desk = Desk.open(place, passphrase=phrase)
    except Problem as problem:
        if problem.remedy != "remedy.enter_passphrase" or phrase is not None:
            raise
        desk = Desk.open(place, passphrase=secrets.typed_passphrase(output.t("Passphrase of this profile")))
    try:
        with desk:
            output.at_home(desk.profile.currency)
            if desk.log_torn:
                output.progress(output.translator.notice(Notice("store.log_torn")))
            yield desk
    finally:
        _tell_key_left(output, place)


def _tell_key_left(output: Output, place: Path) -> None:
    from channeldesk.desk import Desk

    left = Desk.still_left(place)
    if left is not None and left.remedy is not None:
        output.progress(output.translator.notice(left.notice))
        output.progress(output.translator.notice(Notice(left.remedy)))


def sign_in(asked: argparse.Namespace, output: Output) -> int:
    """A new profile, or a new token for the one that is there."""
    place = folder(asked)
    if profile.exists(place):
        return _renew(asked, output)
    if not asked.server or not (asked.login or asked.code):
        raise Problem.of("cli.new_profile_needs", folder=str(place))
    from channeldesk.desk import Desk
    from channeldesk.trust import keyring_store

    phrase = secrets.passphrase()
    if phrase is None and keyring_store.system() is None:
        phrase = secrets.typed_passphrase(output.t("New passphrase for this profile"), twice=True)
    options: dict[str, Any] = {"passphrase": phrase, "certificate_file": asked.certificates}
    if asked.code:
        from channeldesk.desk import CODE, talk

        going = talk(CODE, asked.server, device_name=asked.device)
        desk = Desk.found(place, asked.server, partial(_shown, going, output), **options)
    else:
        word = secrets.password(output.t("Password of {login}", login=asked.login))
        desk = Desk.create(place, asked.server, asked.login, word, device_name=asked.device, **options)
    with desk:
        _signed_in(output, desk, place)
    if phrase is None:
        output.progress(
            output.t(
                "No recovery passphrase is set: should the key store fail, nothing else opens this profile. "
                "The settings of the window set one; {name} would have at this sign-in.",
                name="CHANNELDESK_PASSPHRASE",
            )
        )
    return exit_codes.OK


def _shown(going: Talk, output: Output) -> Session:
    """Tells the person what to type where, and waits for it."""
    going.begin()
    output.progress(
        output.t(
            "Open {address} in any browser, type {code} and sign in. This goes on by itself.",
            address=going.address,
            code=going.code,
        )
    )
    return going.wait()


def _renew(asked: argparse.Namespace, output: Output) -> int:
    proven = _readmitted(asked, output)
    with opened(asked, output) as desk:
        mine = desk.profile
        other = (asked.login and asked.login != mine.login) or (asked.server and asked.server != mine.server)
        if other:
            raise Problem.of("profile.exists", folder=str(folder(asked)))
        if asked.certificates is not None:
            desk.choose_certificates(asked.certificates)
        if proven is not None:
            desk.signed_in(proven)
        elif asked.code:
            from channeldesk.desk import CODE

            desk.signed_in(_shown(desk.talk(CODE, output.translator.language), output))
        else:
            desk.sign_in(secrets.password(output.t("Password of {login}", login=mine.login)))
        _signed_in(output, desk, folder(asked))
    return exit_codes.OK


def _readmitted(asked: argparse.Namespace, output: Output) -> Session | None:
    """Who signed out, or typed too many wrong passphrases, proves who it is before the profile opens."""
    from channeldesk.desk import CODE, Desk, talk
    from channeldesk.sync.session import sign_in
    from channeldesk.trust import keys

    place = folder(asked)
    if not (profile.load(place).signed_out or keys.is_shut(place)):
        return None

    def prove(mine: profile.Profile) -> Session:
        if asked.code:
            return _shown(talk(CODE, mine.server, login=mine.login, device_id=mine.device_id), output)
        word = secrets.password(output.t("Password of {login}", login=mine.login))
        return sign_in(mine.server, mine.login, word, device_id=mine.device_id)

    return Desk.readmit(place, prove)


def _signed_in(output: Output, desk: Desk, place: Path) -> None:
    mine = desk.profile
    output.say(output.t("Signed in as {name} at {server}.", name=mine.user_name, server=mine.server))
    output.result(
        {
            "profile": str(place),
            "server": mine.server,
            "login": mine.login,
            "name": mine.user_name,
            "role": mine.role,
            "device": mine.device_prefix,
        }
    )


def sync(asked: argparse.Namespace, output: Output) -> int:
    """One round, by the window where it has the profile open; exit code 3 when something came back that
    needs a person.
    """
    from channeldesk.queries import status as queries
    from channeldesk.sync.engine import describe

    progress = None if asked.quiet else _Progress(output)
    now, files = None, 0
    try:
        with opened(asked, output) as desk:
            result = desk.sync(progress)
            files = desk.files.carry()
            now = desk.ask(queries.status)
    except Problem as problem:
        result = _by_the_owner(problem, folder(asked), progress)
    output.say(
        output.t("Sent {pushed} changes, fetched {pulled} rows.", pushed=result.pushed, pulled=result.pulled)
    )
    if now is None:
        output.say(output.t("The program that has the profile open did it."))
        output.result({**describe(result), "waiting": None, "needs_you": None})
    else:
        if now.needs_you:
            output.say(output.t("{count} items need you: see “show inbox”.", count=now.needs_you))
        if files:
            output.say(output.t("Files sent or fetched: {count}.", count=files))
        output.result(
            {**describe(result), "files": files, "waiting": now.waiting, "needs_you": now.needs_you}
        )
    came_back = result.conflicts or result.rejected or result.set_aside
    return exit_codes.NEEDS_YOU if came_back else exit_codes.OK


def _by_the_owner(problem: Problem, place: Path, progress: _Progress | None) -> RoundResult:
    """A round by whoever has the profile open; the problem again where nobody answers."""
    from channeldesk.sync.door import ask_owner

    result = ask_owner(place, progress) if exit_codes.of(problem) == exit_codes.LOCKED else None
    if result is None:
        raise problem
    return result


class _Progress:
    """Tells a long round in tenths, on standard error."""

    def __init__(self, output: Output) -> None:
        self._output, self._tenth = output, 0

    def __call__(self, step: Step) -> None:
        tenth = step.done * 10 // step.expected if step.expected > 5_000 else 0
        if tenth > self._tenth:
            self._tenth = tenth
            done, expected = step.done, step.expected
            self._output.progress(self._output.t("{done} of {expected} rows", done=done, expected=expected))


def status(asked: argparse.Namespace, output: Output) -> int:
    """What waits and how old the data is."""
    from channeldesk.queries import status as queries

    with opened(asked, output) as desk:
        now, waiting, mine = desk.ask(queries.status), desk.ask(queries.waiting), desk.profile
    formats = output.translator.formats
    synced = formats.instant(now.last_sync_at) if now.last_sync_at else output.t("never")
    output.say(output.t("{name} at {server}", name=mine.user_name, server=mine.server))
    output.say(output.t("Last synchronised: {when}", when=synced))
    output.say(output.t("Waiting to be sent: {count}", count=now.waiting))
    for one in waiting:
        amounts = ", ".join(formats.money(amount, currency) for currency, amount in one.amounts)
        output.say(f"  {one.entity}: {one.rows}  {amounts}".rstrip())
    if now.unpublished:
        output.say(output.t("Not published: {count}", count=now.unpublished))
    output.say(output.t("Need you: {count}", count=now.needs_you))
    output.result(
        {
            "profile": str(folder(asked)),
            "login": mine.login,
            "server": mine.server,
            "last_sync_at": now.last_sync_at,
            "waiting": now.waiting,
            "oldest": now.oldest,
            "unpublished": now.unpublished,
            "waiting_by_kind": {one.entity: one.rows for one in waiting},
            "conflicts": now.conflicts,
            "rejections": now.rejections,
            "set_aside": now.set_aside,
            "needs_you": now.needs_you,
        }
    )
    return exit_codes.NEEDS_YOU if now.needs_you else exit_codes.OK
