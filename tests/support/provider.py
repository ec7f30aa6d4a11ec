"""A company's sign-in: a real OpenID provider in a process of its own, and one that says what tests want."""

import json
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import jwt
import requests
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT = "channeldesk-headquarters"


@contextmanager
def provider(*people: dict[str, Any]) -> Iterator[str]:
    """The issuer; ``people`` by their claims, ``sub`` among them."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock"]
    command += ["--port", str(port), "--require-nonce"]
    for one in people:
        command += ["--user-claims", json.dumps(one)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    issuer = f"http://127.0.0.1:{port}"
    try:
        _until_it_answers(issuer, process)
        yield issuer
    finally:
        process.terminate()
        process.wait(20)


def _until_it_answers(issuer: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 60
    while True:
        assert process.poll() is None, "the provider ended"
        assert time.monotonic() < deadline, "the provider did not answer"
        try:
            requests.get(f"{issuer}/.well-known/openid-configuration", timeout=5).raise_for_status()
            return
        except requests.ConnectionError:
            time.sleep(0.1)


def at_the_provider(address: str, person: str) -> str:
    """Where the provider leads a person who says who it is there; "" denies."""
    fields = {"sub": person} if person else {"action": "deny"}
    answer = requests.post(address, fields, allow_redirects=False, timeout=30)
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"]


@dataclass
class Liar:
    """Signs whatever claims a test puts into ``claims`` (over right ones), in the way it wants."""

    claims: dict[str, Any] = field(default_factory=dict)
    algorithm: str = "RS256"
    stranger: bool = False
    unnamed: bool = False
    answer: bytes | None = None
    issuer: str = ""
    asked: dict[str, str] = field(default_factory=dict)
    _key: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))

    def configuration(self) -> dict[str, str]:
        places = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        return {"issuer": self.issuer, **{name: f"{self.issuer}/{name}" for name in places}}

    def keys(self) -> dict[str, Any]:
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self._key.public_key()))
        return {"keys": [{**public, "kid": "one", "use": "sig", "alg": "RS256"}]}

    def token(self) -> bytes:
        if self.answer is not None:
            return self.answer
        now = int(time.time())
        told = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": "1",
            "iat": now,
            "exp": now + 300,
            "nonce": self.asked.get("nonce"),
            "preferred_username": "east",
            **self.claims,
        }
        told = {name: value for name, value in told.items() if value is not None}
        other = rsa.generate_private_key(65537, 2048)
        signing: Any = {"none": None, "HS256": json.dumps(self.keys()["keys"][0])}.get(
            self.algorithm, other if self.stranger else self._key
        )
        headers = None if self.unnamed else {"kid": "one"}
        signed = jwt.encode(told, signing, algorithm=self.algorithm, headers=headers)
        return json.dumps({"id_token": signed, "access_token": "x", "token_type": "Bearer"}).encode()


@contextmanager
def liar() -> Iterator[Liar]:
    one = Liar()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            if parts.path.endswith("authorization_endpoint"):
                one.asked = dict(parse_qsl(parts.query))
                back = urlencode({"code": "c", "state": one.asked["state"]})
                self.send_response(302)
                self.send_header("Location", f"{one.asked['redirect_uri']}?{back}")
                self.end_headers()
                return
            found = one.keys() if "jwks" in parts.path else one.configuration()
            self._tell(json.dumps(found).encode())

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self._tell(one.token())

        def _tell(self, content: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    one.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield one
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def return_path(location: str) -> str:
    """Of an address at headquarters."""
    return re.sub(r"^https?://[^/]+", "", location)
