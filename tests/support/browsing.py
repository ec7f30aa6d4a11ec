"""A browser without a script at headquarters' pages: it keeps cookies, sends forms, follows nothing."""

import html
import re
import secrets
import threading
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlencode, urlsplit

import requests

from channeldesk.hq.sign_in.codes import challenge
from tests.support.central import PASSWORD

REDIRECT = "http://127.0.0.1:49152/signed-in"


@dataclass
class Asked:
    """What a laptop asks the page for; ``params`` may be changed before."""

    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))
    params: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.params = {
            "response_type": "code",
            "client_id": "channeldesk",
            "redirect_uri": REDIRECT,
            "state": "a-state",
            "code_challenge": challenge(self.verifier),
            "code_challenge_method": "S256",
        } | self.params

    @property
    def path(self) -> str:
        return f"/auth/v1/authorize?{urlencode(self.params)}"


class Browser:
    def __init__(self, address: str, **headers: str) -> None:
        self.address = address
        self.session = requests.Session()
        self.session.headers.update(headers)
        self.page = requests.Response()

    def open(self, path: str) -> requests.Response:
        self.page = self.session.get(self.address + path, allow_redirects=False, timeout=30)
        return self.page

    def send(self, at: int = 0, **fields: str) -> requests.Response:
        """Fills in a form of the page and sends it; hidden fields go along."""
        text = re.findall(r"<form.*?</form>", self.page.text, re.DOTALL)[at]
        action = html.unescape(re.findall(r'action="(.*?)"', text)[0])
        hidden = re.findall(r'type="hidden" name="(\w+)" value="(.*?)"', text)
        sent = {name: html.unescape(value) for name, value in hidden} | fields
        self.page = self.session.post(self.address + action, sent, allow_redirects=False, timeout=30)
        return self.page

    def sign_in(self, asked: Asked, login: str = "east", password: str = PASSWORD) -> requests.Response:
        self.open(asked.path)
        return self.send(login=login, password=password)

    def close(self) -> None:
        self.session.close()

    def __enter__(self) -> "Browser":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Visitor:
    """A person at the browser that a program opens: ``open`` is handed to the program, and signs in there."""

    def __init__(self, login: str, *passwords: str) -> None:
        """``passwords`` are typed one after the other; without any the person cancels."""
        self.login, self.passwords = login, passwords
        self.opened: list[str] = []
        self.last = ""
        self._threads: list[threading.Thread] = []

    def open(self, address: str) -> bool:
        self.opened.append(address)
        thread = threading.Thread(target=self._visit, args=(address,), name="visitor")
        self._threads.append(thread)
        thread.start()
        return True

    def _visit(self, address: str) -> None:
        server, _, path = address.partition("/auth/")
        with Browser(server) as browser:
            browser.open(f"/auth/{path}")
            target = html.unescape(re.findall(r'href="([^"]*access_denied[^"]*)"', browser.page.text)[0])
            for password in self.passwords:
                answer = browser.send(login=self.login, password=password)
                target = answer.headers.get("Location", "")
            self.last = browser.session.get(target, timeout=30).text if target else browser.page.text

    def leave(self) -> None:
        for thread in self._threads:
            thread.join()


def told(answer: requests.Response) -> dict[str, str]:
    """What the redirect brings to the laptop."""
    assert answer.status_code == 303, answer.text
    assert answer.headers["Location"].startswith(REDIRECT)
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["Location"]).query).items()}


def by_code(asked: Asked, code: str, **more: object) -> dict[str, object]:
    """The request for tokens with what came back."""
    return {
        "grant_type": "authorization_code",
        "code": code,
        "code_verifier": asked.verifier,
        "redirect_uri": asked.params["redirect_uri"],
        "device": {"id": None, "name": "test"},
        **more,
    }
