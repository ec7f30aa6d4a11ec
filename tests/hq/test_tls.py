"""Headquarters with a certificate of its own, and what it believes of a proxy's headers."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests

from channeldesk.hq.serve import serve
from channeldesk.hq.tls import Proof
from channeldesk.model.notice import Problem
from tests.support import tls
from tests.support.project import ROOT
from tests.support.tls import DAY, NOW, Authority

ECHO = """
import sys
from channeldesk.hq import serve

async def who(scope, receive, send):
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200})
        await send({"type": "http.response.body", "body": scope["client"][0].encode()})

serve._application = lambda settings: who
serve.serve(sys.argv[1], port=0, proxies=sys.argv[2:])
"""


@pytest.fixture
def company(tmp_path: Path) -> Authority:
    return Authority(tmp_path, "Example Root")


def test_what_no_laptop_would_believe_is_not_served(sqlite_hq: str, company: Authority) -> None:
    good, other = company.issue("hq"), company.issue("hq")
    past = company.issue("hq", since=NOW - 9 * DAY, until=NOW - DAY)
    future = company.issue("hq", since=NOW + DAY, until=NOW + 9 * DAY)
    for proof, code in (
        (Proof(past, past), "hq.certificate_not_valid"),
        (Proof(future, future), "hq.certificate_not_valid"),
        (Proof(good, other), "hq.certificate_unreadable"),
        (Proof(company.file, company.file), "hq.certificate_unreadable"),
        (Proof(good, good.with_name("none.pem")), "hq.certificate_unreadable"),
    ):
        with pytest.raises(Problem) as refused:
            serve(sqlite_hq, port=0, tls=proof)
        assert refused.value.notice.code == code


@pytest.mark.allow_log("ends on", reason="the certificate is good for two days more")
def test_a_certificate_that_ends_soon_is_served_and_logged(
    company: Authority, caplog: pytest.LogCaptureFixture
) -> None:
    soon = company.issue("hq", until=NOW + 2 * DAY)
    Proof(soon, soon).check()
    assert caplog.messages == [f"the certificate {soon.name} ends on {(NOW + 2 * DAY).date()}"]
    caplog.clear()
    long = company.issue("hq", until=NOW + 300 * DAY)
    Proof(long, long).check(datetime.now(UTC) + timedelta(days=1))
    assert caplog.messages == []


def test_the_server_recognises_its_own_certificate_and_no_other(company: Authority) -> None:
    mine, other = company.issue("hq.example.com"), company.issue("hq.example.com")
    proof = Proof(mine, mine)
    assert proof.trusting().cert_store_stats()["x509"] == 1
    for served, believed in ((mine, True), (other, False)):
        with tls.serving(tls.Answers(), served) as port:
            assert _believes(proof, port) is believed


def _believes(proof: Proof, port: int) -> bool:
    import urllib.error
    import urllib.request

    try:
        with urllib.request.urlopen(f"https://127.0.0.1:{port}/health", context=proof.trusting()) as answer:
            return bool(answer.status == 200)
    except urllib.error.URLError:
        return False


@pytest.mark.parametrize(
    ("proxies", "seen"),
    [((), "127.0.0.1"), (("10.0.0.1",), "127.0.0.1"), (("127.0.0.0/8",), "203.0.113.9")],
    ids=["none", "another", "named"],
)
def test_only_a_named_proxy_may_say_whom_it_forwards_for(
    sqlite_hq: str, proxies: tuple[str, ...], seen: str
) -> None:
    command = [sys.executable, "-W", "error", "-c", ECHO, sqlite_hq, *proxies]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            address = server.stdout.readline().split()[-1]
            claimed = {"X-Forwarded-For": "203.0.113.9"}
            assert requests.get(address, headers=claimed, timeout=10).text == seen
        finally:
            server.terminate()
