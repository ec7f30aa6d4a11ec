"""The company's own sign-in behind headquarters, against a real OpenID provider and against one that lies."""

import json
import re
from collections.abc import Iterator

import pytest
import requests

from channeldesk.cli.run import main
from channeldesk.hq.database import Database
from channeldesk.hq.sign_in import settings
from channeldesk.hq.sign_in.limits import COMPANY
from channeldesk.model.notice import Problem
from tests.support import central
from tests.support.browsing import REDIRECT, Asked, Browser, by_code, told
from tests.support.central import PASSWORD, Server
from tests.support.provider import CLIENT, Liar, at_the_provider, liar, provider, return_path

NOW = 1_795_300_000_000
PEOPLE = (
    {"sub": "u-1", "preferred_username": "East", "email": "li.wei@example.com"},
    {"sub": "u-2", "preferred_username": "somebody.else"},
    {"sub": "u-3"},
)


def set_up(url: str, issuer: str, **more: str) -> None:
    database = Database(url)
    settings.change(database, NOW, issuer=issuer, client_id=CLIENT, label="Acme account", **more)
    database.close()


@pytest.fixture(scope="module")
def _issuer() -> Iterator[str]:
    with provider(*PEOPLE) as address:
        yield address


@pytest.fixture
def issuer(_issuer: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """It wants to know that it is headquarters that asks."""
    monkeypatch.setenv(settings.SECRET, "a-secret")
    return _issuer


@pytest.fixture
def site(sqlite_hq: str, issuer: str) -> Iterator[Server]:
    set_up(sqlite_hq, issuer)
    with central.running(sqlite_hq) as running:
        yield running


def leave(browser: Browser, path: str) -> str:
    """The company's address to which the page's button leads."""
    page = browser.open(path)
    answer = browser.send(page.text.count("<form") - 1, how="company")
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def come_back(browser: Browser, person: str, path: str) -> requests.Response:
    return browser.open(return_path(at_the_provider(leave(browser, path), person)))


def test_a_person_signs_in_with_the_company(hq_url: str, issuer: str) -> None:
    set_up(hq_url, issuer)
    asked = Asked()
    with central.running(hq_url) as site, Browser(site.address) as browser:
        back = told(come_back(browser, "u-1", asked.path))
        assert back["state"] == "a-state"
        signed = site.post("/auth/v1/token", json=by_code(asked, back["code"]))
        assert signed.status_code == 200, signed.text
        assert signed.json()["user"]["login"] == "east", "a login is not case-sensitive"


def test_the_page_may_lead_to_the_company_and_nowhere_else(site: Server, issuer: str) -> None:
    with Browser(site.address) as browser:
        page = browser.open(Asked().path)
    policy = dict(part.split(" ", 1) for part in page.headers["Content-Security-Policy"].split("; "))
    assert policy["form-action"] == f"'self' http://127.0.0.1:49152 {issuer}"


def test_a_code_on_another_computer_with_the_company(site: Server) -> None:
    codes = site.post("/auth/v1/device_authorization", json={"name": "Warehouse 2"}).json()
    with Browser(site.address) as browser:
        browser.open("/device")
        page = browser.send(typed=codes["user_code"])
        address = browser.send(page.text.count("<form") - 1, how="company").headers["Location"]
        asked = browser.open(return_path(at_the_provider(address, "u-1")))
        assert "Warehouse 2" in asked.text
        body = {
            "grant_type": "urn:ietf:params:oauth:grant-type:device_code",
            "device_code": codes["device_code"],
        }
        assert site.post("/auth/v1/token", json=body).json()["code"] == "auth.not_yet", "it asks first"
        assert "You are signed in" in browser.send(how="confirm").text
    assert site.post("/auth/v1/token", json=body).json()["user"]["login"] == "east"


def test_what_the_person_confirms_is_for_that_browser_and_that_code(site: Server) -> None:
    """Somebody who sends his own confirmation, or has another code confirmed, gets nothing."""
    one, other = (site.post("/auth/v1/device_authorization", json={"name": name}).json() for name in "ab")
    with Browser(site.address) as browser, Browser(site.address) as stranger:
        browser.open("/device")
        page = browser.send(typed=one["user_code"])
        address = browser.send(page.text.count("<form") - 1, how="company").headers["Location"]
        browser.open(return_path(at_the_provider(address, "u-1")))
        who = re.findall(r'name="who" value="(.*?)"', browser.page.text)[0]
        stranger.open("/device")
        refused = [
            stranger.send(how="confirm", who=who, typed=one["user_code"]),
            browser.send(how="confirm", typed=other["user_code"]),
        ]
    assert [answer.status_code for answer in refused] == [403, 403]


def test_the_way_to_the_company_is_kept_where_no_neighbour_can_set_it(site: Server) -> None:
    with Browser(site.address, **{"X-Forwarded-Proto": "https"}) as browser:
        page = browser.open(Asked().path)
        kept = "; ".join(f"{name}={value}" for name, value in browser.session.cookies.items())
        browser.session.headers["Cookie"] = kept  # the test's browser keeps back what is for TLS only
        left = browser.send(page.text.count("<form") - 1, how="company")
        assert left.headers["Set-Cookie"].startswith("__Host-channeldesk_company=")
        trip = left.headers["Set-Cookie"].split(";")[0].partition("=")[2]
        browser.session.headers["Cookie"] = f"channeldesk_company={trip}"
        back = return_path(at_the_provider(left.headers["Location"], "u-1"))
        assert browser.open(back).status_code == 403
        browser.session.headers["Cookie"] = f"__Host-channeldesk_company={trip}"
        assert told(browser.open(back))["state"] == "a-state"


@pytest.mark.parametrize(
    ("person", "status", "text"),
    [
        ("u-2", 403, "knows you as “somebody.else”"),
        ("u-3", 403, "did not let you in"),
        ("", 403, "This did not work"),
    ],
)
def test_who_is_not_let_in_is_told(site: Server, person: str, status: int, text: str) -> None:
    with Browser(site.address) as browser:
        page = come_back(browser, person, Asked().path)
    assert (page.status_code, text in page.text) == (status, True), page.text
    assert "Location" not in page.headers


def test_another_browser_cannot_come_back(site: Server) -> None:
    """Nor can somebody send his own way back to another person, to sign it in as himself."""
    with Browser(site.address) as browser, Browser(site.address) as other:
        back = return_path(at_the_provider(leave(browser, Asked().path), "u-1"))
        assert other.open(back).status_code == 403
        leave(other, Asked().path)
        assert other.open(back).status_code == 403, "it left for another way"
        assert told(browser.open(back))["state"] == "a-state"
        assert browser.open(back).status_code == 403, "once"


def test_passwords_can_be_closed_altogether(sqlite_hq: str, issuer: str) -> None:
    set_up(sqlite_hq, issuer, passwords="never")
    with central.running(sqlite_hq) as site, Browser(site.address) as browser:
        page = browser.open(Asked().path)
        assert 'type="password"' not in page.text
        refused = browser.send(login="east", password=PASSWORD)
        assert refused.status_code == 403
        assert told(come_back(browser, "u-1", Asked().path))["state"] == "a-state"


def test_settings_that_shut_everybody_out_are_refused(sqlite_hq: str) -> None:
    database = Database(sqlite_hq)
    for values, code in (
        ({"passwords": "never"}, "hq.no_way_in"),
        ({"issuer": "http://id.example.com", "client_id": "x"}, "hq.unsafe_address"),
        ({"address": "nonsense"}, "hq.unsafe_address"),
        ({"issuer": "https://id.example.com"}, "hq.half_a_company"),
    ):
        with pytest.raises(Problem) as refused:
            settings.change(database, NOW, **values)
        assert refused.value.notice.code == code
    database.close()


def test_the_operator_sets_it_up_from_the_command_line(
    sqlite_hq: str, issuer: str, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["hq", "sign-in", "--database", sqlite_hq, "--json"]
    assert (
        main([*command, "--issuer", issuer, "--client-id", CLIENT, "--passwords", "never", "--codes", "off"])
        == 0
    )
    told_of = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (told_of["issuer"], told_of["passwords"], told_of["codes"]) == (issuer, "never", False)
    with central.running(sqlite_hq) as site, Browser(site.address) as browser:
        assert "Sign in with Acme" in browser.open(Asked().path).text, "the company's own name"
        assert told(come_back(browser, "u-1", Asked().path))["state"] == "a-state"
    assert main([*command, "--issuer", "", "--client-id", ""]) != 0, "nobody could sign in any more"
    assert main([*command, "--issuer", "", "--client-id", "", "--passwords", "page"]) == 0


# a provider that lies


@pytest.fixture
def liar_and_site(sqlite_hq: str) -> Iterator[tuple[Liar, Browser]]:
    with liar() as one:
        set_up(sqlite_hq, one.issuer)
        with central.running(sqlite_hq) as site, Browser(site.address) as browser:
            yield one, browser


def through(one: Liar, browser: Browser) -> requests.Response:
    address = leave(browser, Asked().path)
    sent = requests.get(address, allow_redirects=False, timeout=30)
    return browser.open(return_path(sent.headers["Location"]))


def test_what_is_right_is_believed(liar_and_site: tuple[Liar, Browser]) -> None:
    one, browser = liar_and_site
    assert through(one, browser).headers["Location"].startswith(REDIRECT)
    assert one.asked["code_challenge_method"] == "S256"
    assert len(one.asked["code_challenge"]) == 43
    one.unnamed = True
    assert through(one, browser).status_code == 303


@pytest.mark.allow_log("company's sign-in", reason="what is wrong with it is for those who run headquarters")
@pytest.mark.parametrize(
    ("lie", "status"),
    [
        ({"claims": {"iss": "https://other.example.com"}}, 502),
        ({"claims": {"aud": "another"}}, 502),
        ({"claims": {"aud": [CLIENT, "another"]}}, 502),
        ({"claims": {"exp": 1_000_000_000}}, 502),
        ({"claims": {"exp": None}}, 502),
        ({"claims": {"nonce": "of another"}}, 403),
        ({"claims": {"nonce": None}}, 403),
        ({"claims": {"preferred_username": None}}, 403),
        ({"claims": {"preferred_username": ["east"]}}, 403),
        ({"algorithm": "none"}, 502),
        ({"algorithm": "HS256"}, 502),
        ({"stranger": True}, 502),
        ({"answer": b"{}"}, 502),
        ({"answer": b"nonsense"}, 502),
        ({"answer": b'{"id_token": "a.b.c"}'}, 502),
        ({"answer": b'{"id_token": null}'}, 502),
        ({"answer": b" " * 600_000}, 502),
    ],
    ids=lambda value: str(value)[:60],
)
def test_a_lie_lets_nobody_in(
    liar_and_site: tuple[Liar, Browser], lie: dict[str, object], status: int
) -> None:
    one, browser = liar_and_site
    for name, value in lie.items():
        setattr(one, name, value)
    page = through(one, browser)
    assert page.status_code == status, page.text
    assert "Location" not in page.headers


@pytest.mark.allow_log("company's sign-in", reason="what is wrong with it is for those who run headquarters")
def test_wrong_codes_do_not_reach_the_provider_for_ever(liar_and_site: tuple[Liar, Browser]) -> None:
    one, browser = liar_and_site
    one.answer = b"{}"
    statuses = [through(one, browser).status_code for _ in range(COMPANY.free + 2)]
    assert statuses == [502] * COMPANY.free + [429] * 2


def test_who_is_not_let_in_there_holds_nobody_up(site: Server) -> None:
    with Browser(site.address) as browser:
        back = return_path(at_the_provider(leave(browser, Asked().path), ""))
        for _ in range(COMPANY.free + 1):
            assert browser.open(back).status_code == 403
        assert told(come_back(browser, "u-1", Asked().path))["state"] == "a-state"


@pytest.mark.allow_log("company's sign-in", reason="it is away")
def test_a_company_that_is_away_leaves_the_passwords(sqlite_hq: str) -> None:
    set_up(sqlite_hq, "http://127.0.0.1:9")
    with central.running(sqlite_hq) as site, Browser(site.address) as browser:
        page = browser.open(Asked().path)
        assert page.status_code == 200
        failed = browser.send(1, how="company")
        assert (failed.status_code, "Try again later" in failed.text) == (502, True)
        assert told(browser.sign_in(Asked()))["state"] == "a-state"
