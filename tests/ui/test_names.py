"""Names in the reader's script, and keys as keyboards name them."""

from __future__ import annotations

import sys

import pytest

from channeldesk.model.i18n import Translator
from channeldesk.queries.search import Hit
from ui.i18n import own_name, set_translator
from ui.shell import finding
from ui.widgets.keys import keys_text


@pytest.mark.parametrize(
    ("language", "name", "local", "shown"),
    [
        ("en", "Gold", "金牌", "Gold"),
        ("zh_CN", "Gold", "金牌", "金牌"),
        ("zh_CN", "Gold", None, "Gold"),
        ("en", None, "金牌", "金牌"),
        ("en", None, None, ""),
    ],
)
def test_one_name_is_told(language: str, name: str | None, local: str | None, shown: str) -> None:
    set_translator(Translator(language))
    try:
        assert own_name(name, local) == shown
    finally:
        set_translator(Translator("en"))


def test_what_is_found_is_called_as_the_reader_calls_it() -> None:
    partner = Hit(
        "partner", b"p", "Hengtai Hardware", "杭州恒泰 · P-1 · 杭州", None, None, title_local="杭州恒泰"
    )
    order = Hit("sales_order", b"o", "SO-1", "2026-11-16", b"p", "Hengtai Hardware", partner_local="杭州恒泰")
    assert _told(partner) == ("Hengtai Hardware", "杭州恒泰 · P-1 · 杭州")
    assert _told(order) == ("SO-1", "Hengtai Hardware · 2026-11-16")
    set_translator(Translator("zh_CN"))
    try:
        assert _told(partner) == ("杭州恒泰", "Hengtai Hardware · P-1 · 杭州")
        assert _told(order) == ("SO-1", "杭州恒泰 · 2026-11-16")
    finally:
        set_translator(Translator("en"))


def _told(found: Hit) -> tuple[str, str]:
    hit = finding.hit(lambda *_: None, found)
    return hit.title, hit.detail


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS writes keys as signs")
def test_keys_are_named_as_on_the_keyboard() -> None:
    set_translator(Translator("zh_CN"))
    try:
        assert keys_text("Ctrl+Return") == "Ctrl Enter"
        assert keys_text("Alt+Left") == "Alt ←"
        assert keys_text("G, P") == "G P"
        assert keys_text("Ctrl+Shift+Space") == "Ctrl Shift 空格"
        assert keys_text("PgDown") == "PgDown"
    finally:
        set_translator(Translator("en"))
