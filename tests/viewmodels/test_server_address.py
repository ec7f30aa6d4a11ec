"""The address of headquarters as people type it."""

import pytest

from channeldesk.model.i18n import Translator
from ui.viewmodels.server_address import address, refuse


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("hq.example.com", "https://hq.example.com"),
        (" https://hq.example.com/ ", "https://hq.example.com"),
        ("HTTPS://hq.example.com", "https://hq.example.com"),
        ("https:/hq.example.com", "https://hq.example.com"),
        ("https：／／hq。example。com", "https://hq.example.com"),
        ("hq.example.com:8443/desk", "https://hq.example.com:8443/desk"),
        ("localhost:8000", "http://localhost:8000"),
        ("127.0.0.1", "http://127.0.0.1"),
        ("[::1]:8000", "http://[::1]:8000"),
        ("https://[2001:db8::7]:8443", "https://[2001:db8::7]:8443"),
        ("总部.公司.cn", "https://总部.公司.cn"),
    ],
)
def test_what_is_meant(typed: str, meant: str) -> None:
    assert address(typed) == meant
    assert refuse(typed) is None


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("hq example.com", "address.space"),
        ("ftp://hq.example.com", "address.scheme"),
        ("sqlite:///hq.db", "address.scheme"),
        ("htps://hq.example.com", "address.scheme"),
        ("https://bo:secret@hq.example.com", "address.password"),
        ("bo@hq.example.com", "address.password"),
        ("2001:db8::7", "address.brackets"),
        ("https://2001:db8::7", "address.brackets"),
        ("https://[2001:db8::7", "address.brackets"),
        ("https://[2001:db8::zz]", "address.brackets"),
        ("https://hq.example.com:https", "address.port"),
        ("https://hq.example.com:99999", "address.port"),
        ("https://", "address.no_host"),
        ("https://:8443", "address.no_host"),
        ("https://300.1.2.3", "address.host"),
        ("https://-hq-.example.com", "address.host"),
        ("https://hq..example.com", "address.host"),
        ("\N{GRINNING FACE} silly", "address.space"),
        ("https://hq.example.com?x=1", "address.too_much"),
        ("https://hq.example.com#top", "address.too_much"),
        ("http://hq.example.com", "address.open_line"),
        ("http://10.0.0.1", "address.open_line"),
    ],
)
def test_what_is_wrong(typed: str, why: str) -> None:
    wrong = refuse(typed)
    assert wrong is not None
    assert wrong.code == why
    assert "secret" not in Translator("en").notice(wrong)
