"""Headquarters' sign-in pages, walked by a browser that knows no script and follows nothing."""

import re
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from channeldesk.hq.database import Database
from channeldesk.hq.sign_in import settings
from channeldesk.hq.sign_in.tables import authorization_code, device_code
from channeldesk.hq.tables import access_token
from tests.support import central
from tests.support.browsing import REDIRECT, Asked, Browser, by_code, told
from tests.support.central import PASSWORD, Server

NOW = 1_795_300_000_000


@pytest.fixture
def site(sqlite_hq: str) -> Iterator[Server]:
    with central.running(sqlite_hq) as running:
        yield running


@pytest.fixture
def browser(site: Server) -> Iterator[Browser]:
    with Browser(site.address) as one:
        yield one


def code_of(asked: Asked, browser: Browser) -> str:
    return told(browser.sign_in(asked))["code"]


def test_a_person_signs_in_on_the_page_and_the_laptop_gets_its_tokens(server: Server) -> None:
    asked = Asked()
    with Browser(server.address) as browser:
        back = told(browser.sign_in(asked))
    assert back["state"] == "a-state"
    signed = server.post("/auth/v1/token", json=by_code(asked, back["code"]))
    assert signed.status_code == 200, signed.text
    assert signed.headers["Cache-Control"] == "no-store"
    assert signed.json()["user"]["login"] == "east"
    headers = {"Authorization": f"Bearer {signed.json()['access_token']}"}
    assert server.get("/sync/v1/hello", headers=headers).status_code == 200
    again = server.post("/auth/v1/token", json=by_code(asked, back["code"]))
    assert (again.status_code, again.json()["code"]) == (401, "auth.code_not_valid"), "one use"


def test_who_signs_in_again_keeps_the_device(site: Server, browser: Browser) -> None:
    known = site.laptop("east").device
    device = {"id": known, "name": "test"}
    signed = site.post(
        "/auth/v1/token", json=by_code(asked := Asked(), code_of(asked, browser), device=device)
    )
    assert signed.json()["device"]["id"] == known
    boss = site.laptop("boss").device
    asked = Asked()
    refused = site.post(
        "/auth/v1/token", json=by_code(asked, code_of(asked, browser), device={"id": boss, "name": None})
    )
    assert (refused.status_code, refused.json()["code"]) == (403, "auth.unknown_device")


@pytest.mark.parametrize(
    "change",
    [{"code_verifier": "x" * 43}, {"redirect_uri": "http://127.0.0.1:1/signed-in"}, {"code": "x" * 43}],
)
def test_a_stolen_code_opens_nothing(site: Server, browser: Browser, change: dict[str, str]) -> None:
    asked = Asked()
    code = code_of(asked, browser)
    refused = site.post("/auth/v1/token", json=by_code(asked, code) | change)
    assert (refused.status_code, refused.json()["code"]) == (401, "auth.code_not_valid")
    assert site.post("/auth/v1/token", json=by_code(asked, code)).status_code == 200, "not used up by a thief"


def test_a_code_lasts_a_minute_and_only_its_hash_is_kept(sqlite_hq: str) -> None:
    now = [NOW]
    database = Database(sqlite_hq)
    with central.running(sqlite_hq, now_ms=lambda: now[0]) as site, Browser(site.address) as browser:
        asked = Asked()
        code = code_of(asked, browser)
        with database.snapshot() as connection:
            assert code not in str(connection.execute(sa.select(authorization_code)).all())
        now[0] += 60_000
        assert site.post("/auth/v1/token", json=by_code(asked, code)).status_code == 401
    database.close()


@pytest.mark.parametrize(
    "change",
    [
        {"redirect_uri": "https://evil.example.com/"},
        {"redirect_uri": "http://127.0.0.1.evil.example.com:80/"},
        {"redirect_uri": "http://127.0.0.1@evil.example.com:80/"},
        {"redirect_uri": "http://127.0.0.1:80/?next=//evil.example.com"},
        {"redirect_uri": "http://127.0.0.1:80//evil\\example"},
        {"redirect_uri": "http://localhost:80/"},
        {"redirect_uri": "http://127.0.0.1/"},
        {"redirect_uri": "javascript:alert(1)"},
        {"redirect_uri": "http://127.0.0.1:80/\nSet-Cookie: a=b"},
        {"client_id": "another"},
        {"response_type": "token"},
        {"code_challenge_method": "plain"},
        {"code_challenge": ""},
        {"code_challenge": "x"},
        {"state": ""},
        {"state": "a b"},
    ],
)
def test_nobody_is_led_anywhere_else(browser: Browser, change: dict[str, str]) -> None:
    page = browser.open(Asked(params=change).path)
    assert page.status_code == 400
    assert "Location" not in page.headers
    assert "evil" not in re.sub(r"<footer>.*", "", page.text, flags=re.DOTALL)
    assert "<form" not in page.text


def test_cancelling_tells_the_laptop(browser: Browser) -> None:
    page = browser.open(Asked().path)
    assert f'href="{REDIRECT}?error=access_denied&amp;state=a-state"' in page.text


@pytest.mark.parametrize(
    ("login", "password"),
    [("east", "not-it"), ("nobody", "not-it"), ("<script>", '"><script>alert(1)</script>')],
)
def test_a_wrong_password_is_told_on_the_page(browser: Browser, login: str, password: str) -> None:
    page = browser.sign_in(Asked(), login, password)
    assert page.status_code == 401
    assert 'role="alert"' in page.text
    assert "Login or password is wrong." in page.text
    assert "<script" not in page.text
    assert password not in page.text
    assert told(browser.send(login="east", password=PASSWORD))["state"] == "a-state", "and it goes on"


def test_too_many_wrong_ones_are_told_with_their_wait(browser: Browser) -> None:
    browser.open(Asked().path)
    for _ in range(5):
        assert browser.send(login="east", password="wrong").status_code == 401
    page = browser.send(login="east", password=PASSWORD)
    assert (page.status_code, page.headers["Retry-After"]) == (429, "30")
    assert "Try again in 30 s." in page.text
    assert 'value="east"' in page.text


def test_who_was_deactivated_looks_like_a_wrong_password(
    site: Server, browser: Browser, sqlite_hq: str
) -> None:
    from channeldesk.hq import admin

    database = Database(sqlite_hq)
    admin.deactivate_user(database, "east")
    database.close()
    assert browser.sign_in(Asked()).status_code == 401


def test_a_form_of_another_site_does_nothing(site: Server, browser: Browser) -> None:
    fields = {"login": "east", "password": PASSWORD}
    bare = site.post(Asked().path, data=fields, allow_redirects=False)
    assert (bare.status_code, "Location" in bare.headers) == (403, False)
    with Browser(site.address) as other:
        other.open(Asked().path)
        form = re.findall(r'name="form" value="(.*?)"', other.page.text)[0]
    browser.open(Asked().path)
    stolen = browser.send(**fields, form=form)
    assert stolen.status_code == 403
    assert "Nothing happened; try again." in stolen.text
    assert told(browser.send(**fields))["state"] == "a-state", "the page that tells it can be sent"


@pytest.mark.parametrize("path", [Asked().path, "/device", "/auth/v1/authorize", "/auth/v1/company?state=x"])
def test_every_page_says_what_it_allows(browser: Browser, path: str) -> None:
    headers = browser.open(path).headers
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert policy["style-src"].startswith("'sha256-")
    loopback = " http://127.0.0.1:49152" if "redirect_uri" in path else ""
    assert policy["form-action"] == f"'self'{loopback}"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cache-Control"] == "no-store"
    cookie = headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie


def test_behind_tls_cookies_stay_there(site: Server) -> None:
    with Browser(site.address, **{"X-Forwarded-Proto": "https"}) as browser:
        headers = browser.open(Asked().path).headers
    assert "Secure" in headers["Set-Cookie"]
    assert headers["Set-Cookie"].startswith("__Host-"), "no neighbouring host can set it"
    assert headers["Strict-Transport-Security"].startswith("max-age=")


@pytest.mark.parametrize(
    ("accepted", "language", "title"),
    [
        ("en-US,en;q=0.9", "en", "Sign in"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans", "登录"),
        ("zh-TW,zh;q=0.9", "zh-Hant", "登入"),
        ("zh-HK", "zh-Hant", "登入"),
        ("de,fr;q=0.5", "en", "Sign in"),
        ("de;q=0.9,zh-Hant;q=0.8,en;q=0.7", "zh-Hant", "登入"),
        ("en;q=0,zh", "zh-Hans", "登录"),
        (";;q=x,,", "en", "Sign in"),
    ],
)
def test_the_page_speaks_the_browser_s_language(
    site: Server, accepted: str, language: str, title: str
) -> None:
    with Browser(site.address, **{"Accept-Language": accepted}) as browser:
        page = browser.open(Asked().path).text
    assert f'<html lang="{language}">' in page
    assert f"<h1>{title}</h1>" in page


def test_the_language_can_be_changed_and_stays(browser: Browser) -> None:
    page = browser.open(Asked().path).text
    links = re.findall(r'<a href="([^"]*ui_locales=(\w+))"', page)
    assert [code for _, code in links] == ["zh_CN", "zh_TW"]
    import html

    browser.open(html.unescape(links[1][0]))
    assert "登入名稱" in browser.page.text
    wrong = browser.send(login="east", password="wrong").text
    assert "登入名稱或密碼錯誤。" in wrong
    assert told(browser.send(login="east", password=PASSWORD))["state"] == "a-state"


# a code on another computer


def begun(site: Server) -> dict[str, str]:
    answer = site.post("/auth/v1/device_authorization", json={"name": "Warehouse 2"})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def ask(site: Server, code: str) -> tuple[int, str]:
    body = {"grant_type": "urn:ietf:params:oauth:grant-type:device_code", "device_code": code}
    answer = site.post("/auth/v1/token", json=body)
    return answer.status_code, answer.json().get("code", "")


def test_a_laptop_without_a_browser_is_let_in_by_a_code(hq_url: str) -> None:
    now = [NOW]
    database = Database(hq_url)
    with central.running(hq_url, now_ms=lambda: now[0]) as site, Browser(site.address) as browser:
        codes = begun(site)
        assert re.fullmatch("[B-Z]{4}-[B-Z]{4}", codes["user_code"])
        assert codes["verification_uri"] == f"{site.address}/device"
        with database.snapshot() as connection:
            kept = str(connection.execute(sa.select(device_code)).all())
        assert codes["device_code"] not in kept
        assert codes["user_code"] not in kept
        assert ask(site, codes["device_code"]) == (400, "auth.not_yet")
        now[0] += 1_000
        assert ask(site, codes["device_code"]) == (400, "auth.slow_down")
        browser.open("/device")
        page = browser.send(typed=codes["user_code"].lower().replace("-", " "))
        assert "Warehouse 2" in page.text
        assert "Go on only if you started it." in page.text
        done = browser.send(login="east", password=PASSWORD)
        assert (done.status_code, "You are signed in" in done.text) == (200, True)
        now[0] += 5_000
        assert ask(site, codes["device_code"]) == (200, "")
        assert ask(site, codes["device_code"]) == (401, "auth.code_not_valid"), "one use"
        late = begun(site)
        now[0] += 600_000
        assert ask(site, late["device_code"]) == (401, "auth.code_not_valid")
        browser.open("/device")
        assert browser.send(typed=late["user_code"]).status_code == 401
    database.close()


def test_a_wrong_password_for_a_code_can_be_put_right(site: Server, browser: Browser) -> None:
    codes = begun(site)
    browser.open("/device")
    browser.send(typed=codes["user_code"])
    assert browser.send(login="east", password="wrong").status_code == 401
    assert browser.send(login="east", password=PASSWORD).status_code == 200
    assert ask(site, codes["device_code"]) == (200, "")


def test_a_link_cannot_bring_a_code(browser: Browser) -> None:
    """Or else somebody sends his own code in a link, and is let in as whoever follows it."""
    page = browser.open("/device?user_code=BBBB-CCCC&typed=BBBB-CCCC").text
    assert re.findall('name="typed" value="(.*?)"', page) == [""]


def test_codes_are_not_guessed(site: Server, browser: Browser) -> None:
    right = begun(site)["user_code"]
    browser.open("/device")
    for _ in range(10):
        assert browser.send(typed="BBBB-BBBB").status_code == 401
    page = browser.send(typed=right)
    assert (page.status_code, "Try again in" in page.text) == (429, True)


def test_one_place_gets_only_so_many_codes(site: Server) -> None:
    for _ in range(60):
        begun(site)
    assert site.post("/auth/v1/device_authorization", json={}).status_code == 429


# what the operator closes


def test_ways_that_are_closed_are_closed(site: Server, browser: Browser, sqlite_hq: str) -> None:
    database = Database(sqlite_hq)
    settings.change(database, NOW, passwords="page", codes=False)
    body = central.by_password("east")
    refused = site.post("/auth/v1/token", json=body)
    assert (refused.status_code, refused.json()["code"]) == (403, "auth.no_passwords")
    refused = site.post("/auth/v1/device_authorization", json={})
    assert (refused.status_code, refused.json()["code"]) == (403, "auth.no_codes")
    assert told(browser.sign_in(Asked()))["state"] == "a-state", "on the page they are taken"
    with database.snapshot() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(access_token)).scalar_one() == 0
    database.close()
