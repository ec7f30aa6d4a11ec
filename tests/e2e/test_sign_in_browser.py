"""Signing in with a real Chromium: the window's address in, the session out; with and without a script."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from channeldesk.hq.sign_in import settings
from channeldesk.sync.session import Session
from channeldesk.sync.talks import BROWSER, CODE, Talk, talk
from tests.support.chromium import browser as browser
from tests.support.chromium import visit
from tests.support.headquarters import PASSWORD, Headquarters, serving
from tests.support.provider import CLIENT, provider


@pytest.fixture
def hq(tmp_path: Path) -> Iterator[Headquarters]:
    with serving("sqlite", tmp_path) as running:
        yield running


@contextmanager
def begun(going: Talk) -> Iterator[Callable[[], Session]]:
    """The program waits in a thread; the function gives its session."""
    found: list[Session] = []
    going.begin()
    thread = threading.Thread(target=lambda: found.append(going.wait()))
    thread.start()

    def session() -> Session:
        thread.join(20)
        assert found, "nobody signed in"
        return found[0]

    try:
        yield session
    finally:
        going.cancel()
        thread.join()


def type_in(page: Any, password: str = PASSWORD) -> None:
    page.fill("#login", "bo")
    page.fill("#password", password)
    page.press("#password", "Enter")


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize(
    ("locale", "wrong"),
    [
        ("en-GB", "Login or password is wrong."),
        ("zh-CN", "登录名或密码错误。"),
        ("zh-TW", "登入名稱或密碼錯誤。"),
    ],
)
def test_a_person_signs_in(browser: Any, hq: Headquarters, script: bool, locale: str, wrong: str) -> None:
    going = talk(BROWSER, hq.address, language="en")
    with begun(going) as session:
        address = going.address.replace("&ui_locales=en", "")  # the browser's own language, then
        page = visit(browser, address, locale=locale, java_script_enabled=script)
        type_in(page, "not-it")
        assert page.get_by_role("alert").inner_text() == wrong
        if script:  # without one nobody can ask the page
            assert page.evaluate("document.activeElement.id") == "password"
        type_in(page)
        page.wait_for_url("http://127.0.0.1:*/signed-in*")
        assert page.get_by_role("heading").inner_text() == "You are signed in"
        assert session().login == "bo"
        refused = [text for text in page.complaints if "401" not in text and "favicon" not in text]
        assert refused == [], "the browser found nothing to refuse"
        page.context.close()


def test_the_keyboard_is_enough_and_nothing_is_wider_than_a_telephone(browser: Any, hq: Headquarters) -> None:
    going = talk(BROWSER, hq.address, language="en")
    with begun(going) as session:
        page = visit(browser, going.address, viewport={"width": 320, "height": 560}, color_scheme="dark")
        assert page.evaluate("document.documentElement.scrollWidth") == 320
        page.keyboard.type("bo")
        page.keyboard.press("Tab")
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Sign in"
        page.keyboard.press("Enter")
        assert session().login == "bo"
        page.context.close()


def test_cancelling_leads_back_to_the_program(browser: Any, hq: Headquarters) -> None:
    going = talk(BROWSER, hq.address, language="en")
    going.begin()
    ended: list[str] = []

    def wait() -> None:
        try:
            going.wait()
        except Exception as error:
            ended.append(type(error).__name__)

    thread = threading.Thread(target=wait)
    thread.start()
    page = visit(browser, going.address)
    page.get_by_role("link", name="Cancel").click()
    thread.join(20)
    assert ended == ["Cancelled"]
    assert page.get_by_role("heading").inner_text() == "You are not signed in"
    page.context.close()


@pytest.mark.parametrize("script", [True, False])
def test_a_code_is_typed_elsewhere(browser: Any, hq: Headquarters, script: bool) -> None:
    going = talk(CODE, hq.address, device_name="Warehouse 2")
    with begun(going) as session:
        page = visit(browser, going.address, java_script_enabled=script, locale="zh-TW")
        page.fill("#typed", going.code.lower())
        page.press("#typed", "Enter")
        assert "Warehouse 2" in page.locator("main").inner_text()
        type_in(page)
        page.get_by_role("heading", name="您已登入").wait_for()
        assert session().login == "bo"
        page.context.close()


@pytest.mark.parametrize("script", [True, False])
def test_the_company_lets_a_person_in(
    browser: Any, hq: Headquarters, script: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the page over a real OpenID provider and back, through the page's own rules for forms."""
    monkeypatch.setenv(settings.SECRET, "a-secret")
    going = talk(BROWSER, hq.address, language="en")
    with provider({"sub": "u-1", "preferred_username": "bo"}) as issuer:
        settings.change(hq.database, hq.now_ms(), issuer=issuer, client_id=CLIENT, label="Acme account")
        with begun(going) as session:
            page = visit(browser, going.address, java_script_enabled=script)
            page.get_by_role("button", name="Sign in with Acme account").click()
            page.get_by_role("button", name="u-1").click()
            page.wait_for_url("http://127.0.0.1:*/signed-in*")
            assert session().login == "bo"
            page.context.close()


@pytest.mark.parametrize("script", [True, False])
def test_the_company_lets_a_person_in_for_a_code(
    browser: Any, hq: Headquarters, script: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may let somebody in without a question, so the page asks once more before the program is let in."""
    monkeypatch.setenv(settings.SECRET, "a-secret")
    going = talk(CODE, hq.address, device_name="Warehouse 2")
    with provider({"sub": "u-1", "preferred_username": "bo"}) as issuer:
        settings.change(hq.database, hq.now_ms(), issuer=issuer, client_id=CLIENT, label="Acme account")
        with begun(going) as session:
            page = visit(browser, going.address, java_script_enabled=script)
            page.fill("#typed", going.code)
            page.press("#typed", "Enter")
            page.get_by_role("button", name="Sign in with Acme account").click()
            page.get_by_role("button", name="u-1").click()
            assert "Warehouse 2" in page.locator("main").inner_text()
            page.get_by_role("button", name="Go on as bo").click()
            page.get_by_role("heading", name="You are signed in").wait_for()
            assert session().login == "bo"
            page.context.close()


def test_a_browser_that_is_known_is_not_locked_out_by_others(browser: Any, hq: Headquarters) -> None:
    """Guesses from the same network hold up the network, not the browser in which the person was before."""
    context = browser.new_context()
    for round_ in range(2):
        going = talk(BROWSER, hq.address, language="en")
        with begun(going) as session:
            page = context.new_page()
            page.goto(going.address)
            type_in(page)
            assert session().login == "bo"
            page.close()
        if round_ == 0:
            other = talk(BROWSER, hq.address, language="en")
            other.begin()
            stranger = visit(browser, other.address)
            for _ in range(6):
                type_in(stranger, "guess")
            assert "Too many wrong tries." in stranger.get_by_role("alert").inner_text()
            stranger.context.close()
            other.cancel()
            with pytest.raises(Exception, match="called off"):
                other.wait()
    context.close()
