"""Whom a laptop believes that it is headquarters: real TLS servers, good ones and every kind of bad one."""

import datetime
import json
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from channeldesk.model.messages import MESSAGES
from channeldesk.model.notice import Notice, Problem
from channeldesk.sync import certificates, wiping
from channeldesk.sync.session import sign_in
from channeldesk.sync.transport import HttpTransport, Offline, Untrusted
from tests.support import tls
from tests.support.tls import DAY, NOW, Answers, Authority


@pytest.fixture(autouse=True)
def _nobody_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(certificates, "_chosen", {})
    monkeypatch.setattr(certificates, "_held", {})
    for name in (certificates.VARIABLE, "HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def company(tmp_path: Path) -> Authority:
    return Authority(tmp_path, "Example Tools Root")


@pytest.fixture
def answers() -> Answers:
    return Answers()


def _refused(server: str) -> Untrusted:
    with closing(HttpTransport(server, "a token")) as transport, pytest.raises(Untrusted) as refused:
        transport.hello()
    return refused.value


Make = Callable[[Authority, Path], Path]


@pytest.mark.parametrize(
    ("make", "code", "told"),
    [
        (
            lambda ca, _: ca.issue("127.0.0.1", since=NOW - 9 * DAY, until=NOW - DAY),
            "sync.certificate_expired",
            ("until", "clock"),
        ),
        (
            lambda ca, _: ca.issue("127.0.0.1", since=NOW + DAY, until=NOW + 9 * DAY),
            "sync.certificate_early",
            ("since", "clock"),
        ),
        (lambda ca, _: ca.issue("hq.example.com", "10.0.0.7"), "sync.certificate_name", ("names",)),
        (lambda ca, _: ca.issue("127.0.0.1"), "sync.certificate_issuer", ("issuer",)),
        (lambda _, folder: tls.self_signed(folder, "127.0.0.1"), "sync.certificate_self_signed", ()),
    ],
    ids=["expired", "clock", "name", "issuer", "self-signed"],
)
def test_each_reason_not_to_believe_is_told_by_its_name(
    company: Authority, answers: Answers, tmp_path: Path, make: Make, code: str, told: tuple[str, ...]
) -> None:
    with tls.serving(answers, make(company, tmp_path)) as port:
        server = f"https://127.0.0.1:{port}"
        problem = _refused(server)
        with pytest.raises(Untrusted) as at_sign_in:
            sign_in(server, "bo", "secret")
    assert (problem.notice.code, at_sign_in.value.notice.code) == (code, code)
    assert set(problem.notice.params) == {"server", *told}
    assert problem.remedy in MESSAGES
    assert answers.asked == []  # neither token nor password left


def test_the_words_name_who_vouches_and_for_whom(company: Authority, answers: Answers) -> None:
    with tls.serving(answers, company.issue("hq.example.com", "10.0.0.7")) as port:
        assert _refused(f"https://127.0.0.1:{port}").notice.params["names"] == "hq.example.com, 10.0.0.7"
    with tls.serving(answers, company.issue("127.0.0.1")) as port:
        assert _refused(f"https://127.0.0.1:{port}").notice.params["issuer"] == "Example Tools Root"


def test_a_certificate_file_of_the_company_counts_beside_the_systems_store(
    company: Authority, answers: Answers, tmp_path: Path
) -> None:
    profile = tmp_path / "profile"
    profile.mkdir()
    with tls.serving(answers, company.issue("127.0.0.1")) as port:
        server = f"https://127.0.0.1:{port}/"
        certificates.choose(server, profile, company.file)
        with closing(HttpTransport(server, "")) as transport:
            assert transport.hello() == {}
        company.file.unlink()  # the copy counts, the stick may be gone
        with closing(HttpTransport(server, "")) as transport:
            assert transport.hello() == {}
        certificates.choose(server, profile, None)
        assert _refused(server).notice.code == "sync.certificate_issuer"


def test_a_laptop_that_destroys_itself_can_still_say_so(
    company: Authority, answers: Answers, tmp_path: Path
) -> None:
    """The company's certificate goes with the other files, before headquarters is told."""
    with tls.serving(answers, company.issue("127.0.0.1")) as port:
        server = f"https://127.0.0.1:{port}"
        certificates.choose(server, tmp_path, company.file)
        marker = {"server": server, "device": "d", "order": "o", "lease": "l", "destroyed": 0}
        (tmp_path / "wiping.json").write_text(json.dumps(marker), encoding="utf-8")
        wiping.finish(tmp_path, None)
    assert answers.asked == ["/auth/v1/devices/d/obeyed"]
    assert not (tmp_path / certificates.FILE).exists()


def test_a_chosen_file_opens_no_door_to_another_name_or_time(
    company: Authority, answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(certificates.VARIABLE, str(company.file))
    past = company.issue("127.0.0.1", since=NOW - 9 * DAY, until=NOW - DAY)
    with tls.serving(answers, company.issue("127.0.0.1")) as port:
        with closing(HttpTransport(f"https://127.0.0.1:{port}", "")) as transport:
            assert transport.hello() == {}
        assert _refused(f"https://localhost:{port}").notice.code == "sync.certificate_name"
    with tls.serving(answers, past) as port:
        assert _refused(f"https://127.0.0.1:{port}").notice.code == "sync.certificate_expired"


def test_the_file_of_one_server_does_not_count_for_another(
    company: Authority, answers: Answers, tmp_path: Path
) -> None:
    certificates.choose("https://hq.example.com", tmp_path, company.file)
    with tls.serving(answers, company.issue("127.0.0.1")) as port:
        assert _refused(f"https://127.0.0.1:{port}").notice.code == "sync.certificate_issuer"


@pytest.mark.parametrize("content", [None, b"", b"not a certificate", b"-----BEGIN CERTIFICATE-----\nx\n"])
def test_a_file_that_is_none_of_certificates_is_refused_and_changes_nothing(
    company: Authority, tmp_path: Path, content: bytes | None
) -> None:
    certificates.choose("https://hq", tmp_path, company.file)
    before = (tmp_path / certificates.FILE).read_bytes()
    file = tmp_path / "chosen.pem"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(Problem) as refused:
        certificates.choose("https://hq", tmp_path, file)
    assert refused.value.notice == Notice("sync.no_certificates", {"file": "chosen.pem"})
    assert (tmp_path / certificates.FILE).read_bytes() == before


def test_a_named_file_that_is_gone_is_said_before_anything_is_sent(
    answers: Answers, company: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(certificates.VARIABLE, str(tmp_path / "gone.pem"))
    with tls.serving(answers, company.issue("127.0.0.1")) as port:
        assert _refused(f"https://127.0.0.1:{port}").notice.code == "sync.no_certificates"


def test_a_server_without_tls_is_told_from_one_with_a_wrong_certificate(answers: Answers) -> None:
    with tls.serving(answers, None) as port:
        assert _refused(f"https://127.0.0.1:{port}").notice.code == "sync.no_tls"


@pytest.mark.parametrize(
    "server", ["http://hq.example.com", "http://10.0.0.1:8420", "HTTP://192.168.1.5", "http://[2001:db8::1]"]
)
def test_a_line_that_others_could_read_is_refused_before_anything_is_sent(server: str) -> None:
    assert _refused(server).notice.code == "sync.not_encrypted"
    with pytest.raises(Offline) as refused:
        sign_in(server, "bo", "secret")
    assert (refused.value.notice.code, refused.value.remedy) == ("sync.not_encrypted", "remedy.https")


@pytest.mark.parametrize(
    ("server", "is_open"),
    [
        ("http://127.0.0.1:8420", False),
        ("http://127.8.9.1", False),
        ("http://[::1]:8420", False),
        ("http://LocalHost", False),
        ("http://localhost.example.com", True),
        ("http://127.0.0.1.example.com", True),
        ("http://", True),
        ("https://hq.example.com", False),
    ],
)
def test_this_computer_itself_is_no_network(server: str, is_open: bool) -> None:
    assert certificates.is_open_line(server) is is_open


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[tls.CompanyProxy]:
    one = tls.CompanyProxy()
    monkeypatch.setenv("HTTPS_PROXY", one.address)
    monkeypatch.setenv("HTTP_PROXY", one.address)
    with one.running():
        yield one


def test_certificates_count_through_a_proxy_as_well(
    proxy: tls.CompanyProxy, company: Authority, answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    with tls.serving(answers, company.issue("hq.example.com")) as port:
        server = f"https://hq.example.com:{port}"
        assert _refused(server).notice.code == "sync.certificate_issuer"
        assert _refused(f"https://other.example.com:{port}").notice.code == "sync.certificate_name"
        assert answers.asked == []
        monkeypatch.setenv(certificates.VARIABLE, str(company.file))
        with closing(HttpTransport(server, "")) as transport:
            assert transport.hello() == {}
    assert f"hq.example.com:{port}" in proxy.tunnels


def test_what_goes_to_this_computer_goes_through_no_proxy(proxy: tls.CompanyProxy, answers: Answers) -> None:
    with tls.serving(answers, None) as port, closing(HttpTransport(f"http://127.0.0.1:{port}", "")) as line:
        assert line.hello() == {}
    assert proxy.tunnels == []


def test_a_certificate_may_be_for_all_names_below_one(company: Authority, answers: Answers) -> None:
    certificate = company.issue("*.example.com", until=NOW + datetime.timedelta(days=2))
    assert certificates._fits("hq.example.com", "*.example.com")
    assert not certificates._fits("a.hq.example.com", "*.example.com")
    with tls.serving(answers, certificate) as port:
        assert _refused(f"https://localhost:{port}").notice.params["names"] == "*.example.com"
