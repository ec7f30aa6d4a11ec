"""Signing in through a browser, seen from the laptop: the loopback port, the code, giving up."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from channeldesk.cli.run import main
from channeldesk.desk import Desk
from channeldesk.hq.sign_in import device_codes, settings
from channeldesk.model.notice import Problem
from channeldesk.sync.loopback import Cancelled
from channeldesk.sync.session import Session
from channeldesk.sync.talks import BROWSER, CODE, BrowserTalk, CodeTalk, Talk, talk
from channeldesk.sync.transport import Busy, Offline, Refused
from tests.support.browsing import Browser, Visitor
from tests.support.headquarters import PASSWORD, Headquarters


class Waiting:
    """A talk that is waited for in a thread, as the window does."""

    def __init__(self, going: Talk) -> None:
        self.talk = going
        self.session: Session | None = None
        self.problem: Problem | None = None
        going.begin()
        self._thread = threading.Thread(target=self._wait)
        self._thread.start()

    def _wait(self) -> None:
        try:
            self.session = self.talk.wait()
        except Problem as problem:
            self.problem = problem

    def end(self) -> None:
        self._thread.join(20)
        assert not self._thread.is_alive()


def redirect_of(address: str) -> str:
    return requests.utils.unquote(address.partition("redirect_uri=")[2].partition("&")[0])


@pytest.fixture
def waiting(hq: Headquarters) -> Iterator[Waiting]:
    one = Waiting(talk(BROWSER, hq.address, login="bo", language="zh_CN", device_name="Bo's laptop"))
    yield one
    one.talk.cancel()
    one.end()


def test_the_browser_brings_a_session(hq: Headquarters, waiting: Waiting) -> None:
    person = Visitor("bo", PASSWORD)
    person.open(waiting.talk.address)
    waiting.end()
    person.leave()
    assert waiting.session is not None
    assert waiting.session.login == "bo"
    assert hq.table("device", id=waiting.session.device_id)[0]["name"] == "Bo's laptop"
    assert "您已登录" in person.last
    assert "ui_locales=zh_CN" in person.opened[0]
    assert PASSWORD not in repr(waiting.session)


def test_others_at_the_port_are_turned_away(waiting: Waiting) -> None:
    """Pages that try ports, other programs, a browser that asks for its icon: none of them is heard."""
    port = redirect_of(waiting.talk.address)
    for path in ("?code=x", "?code=x&state=y", "/favicon.ico", "?error=access_denied"):
        answer = requests.get(port + path, timeout=10)
        assert (answer.status_code, answer.text) == (404, "")
    assert requests.post(port, timeout=10).status_code == 404
    with socket.create_connection(("127.0.0.1", int(port.split(":")[2].split("/")[0]))) as rude:
        rude.sendall(b"\xff" * 100)
    person = Visitor("bo", PASSWORD)
    person.open(waiting.talk.address)
    waiting.end()
    person.leave()
    assert waiting.session is not None


def test_a_code_that_was_swapped_is_told_on_the_page(waiting: Waiting) -> None:
    state = waiting.talk.address.partition("&state=")[2].partition("&")[0]
    page = requests.get(f"{redirect_of(waiting.talk.address)}?code=of-another&state={state}", timeout=10)
    waiting.end()
    assert "您尚未登录" in page.text
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert waiting.problem is not None
    assert waiting.problem.notice.code == "auth.code_not_valid"


def test_giving_up_on_the_page_and_in_the_program(hq: Headquarters, waiting: Waiting) -> None:
    person = Visitor("bo")
    person.open(waiting.talk.address)
    waiting.end()
    person.leave()
    assert isinstance(waiting.problem, Cancelled)
    other = Waiting(talk(BROWSER, hq.address))
    other.talk.cancel()
    other.end()
    assert isinstance(other.problem, Cancelled)
    with pytest.raises(requests.ConnectionError):
        requests.get(redirect_of(other.talk.address), timeout=10)


def test_nobody_is_waited_for_for_ever(hq: Headquarters, monkeypatch: pytest.MonkeyPatch) -> None:
    from channeldesk.sync import talks

    monkeypatch.setattr(talks, "PATIENCE", 0.1)
    waiting = Waiting(talk(BROWSER, hq.address))
    waiting.end()
    assert waiting.problem is not None
    assert waiting.problem.notice.code == "sign_in.timed_out"


def test_no_browser_is_sent_where_nobody_answers() -> None:
    with pytest.raises(Offline):
        talk(BROWSER, "http://127.0.0.1:9").begin()
    with pytest.raises(Problem) as told:
        talk(BROWSER, "nonsense").begin()
    assert told.value.notice.code == "sync.bad_address"


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """A laptop may ask at once, so that nobody waits here."""
    monkeypatch.setattr(device_codes, "INTERVAL_SECONDS", 1)


def approve(hq: Headquarters, code: str, login: str = "bo") -> None:
    with Browser(hq.address) as browser:
        browser.open("/device")
        browser.send(typed=code)
        assert browser.send(login=login, password=PASSWORD).status_code == 200


@pytest.mark.usefixtures("hasty")
def test_a_code_brings_a_session_over_a_bad_network(hq: Headquarters) -> None:
    going = talk(CODE, hq.address, device_name="Warehouse 2")
    waiting = Waiting(going)
    hq.stop()
    time.sleep(1.5)
    hq.start()
    approve(hq, going.code)
    waiting.end()
    assert waiting.session is not None, waiting.problem
    assert waiting.session.login == "bo"


def test_a_code_can_be_given_up(hq: Headquarters) -> None:
    waiting = Waiting(talk(CODE, hq.address))
    waiting.talk.cancel()
    waiting.end()
    assert isinstance(waiting.problem, Cancelled)


def test_a_laptop_that_asks_too_often_slows_down(hq: Headquarters) -> None:
    going = talk(CODE, hq.address)
    assert isinstance(going, CodeTalk)
    going.begin()
    from channeldesk.sync.session import reaching

    with reaching(hq.address) as transport:
        assert going._asked(transport) is None
        assert going._interval == 5
        assert going._asked(transport) is None
        assert going._interval == 10


def test_what_headquarters_closed_is_told(hq: Headquarters) -> None:
    settings.change(hq.database, hq.now_ms(), codes=False)
    with pytest.raises(Refused) as told:
        talk(CODE, hq.address).begin()
    assert told.value.notice.code == "auth.no_codes"


def test_waiting_after_wrong_passwords_is_told_as_such(hq: Headquarters, tmp_path: Path) -> None:
    from channeldesk.sync.session import sign_in
    from channeldesk.sync.transport import SignInNeeded

    for _ in range(5):
        with pytest.raises(SignInNeeded):
            sign_in(hq.address, "bo", "wrong")
    with pytest.raises(Busy) as told:
        sign_in(hq.address, "bo", PASSWORD)
    assert told.value.notice.code == "auth.too_many_failures"
    assert told.value.retry_after == 30


@pytest.mark.usefixtures("hasty")
def test_the_command_line_shows_a_code(
    hq: Headquarters, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CHANNELDESK_PASSPHRASE", "a sentence of my own")
    shown: list[str] = []
    begin: Callable[[CodeTalk], None] = CodeTalk.begin

    def begun(self: CodeTalk) -> None:
        begin(self)
        shown.append(self.code)
        threading.Thread(target=approve, args=(hq, self.code)).start()

    monkeypatch.setattr(CodeTalk, "begin", begun)
    arguments: list[Any] = ["--profile", str(tmp_path / "p"), "sign-in", hq.address, "--code"]
    assert main(arguments) == 0
    told = capsys.readouterr()
    assert shown[0] in told.err
    assert "/device" in told.err
    assert "Bo" in told.out
    with Desk.open(tmp_path / "p", passphrase="a sentence of my own", keyring=None) as desk:
        before = desk.ask(lambda c: c.exec_driver_sql("SELECT 1").scalar())
        assert before == 1
    assert main(["--profile", str(tmp_path / "p"), "sign-in", "--code"]) == 0
    assert len(hq.table("device")) == 1, "the same laptop"


def test_both_ways_are_talks() -> None:
    assert isinstance(talk(BROWSER, "https://hq.example.com"), BrowserTalk)
    assert isinstance(talk(CODE, "https://hq.example.com"), CodeTalk)
