"""The day report with real keys over the real encrypted profile: days, remark, PDF, e-mail draft, text."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from datetime import date, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from channeldesk.desk import Desk
from channeldesk.model.i18n import Translator
from channeldesk.queries import clock, day_report
from channeldesk.queries.status import status
from tests.support import day_of_work, disputes, pdf_text
from tests.support.demo import DemoProfile
from tests.support.demo_pages import ShowPage, settle
from tests.support.headquarters import Headquarters
from ui import outside
from ui.i18n import set_translator
from ui.pages.day_report import DayReportPage
from ui.session import Session
from ui.shell.window import Window
from ui.theme import DARK_SCHEME, theme
from ui.widgets.day_report import outputs
from ui.widgets.entries import EntryLine
from ui.widgets.label import Elided, Label

LANGUAGES = ("en", "zh_CN")
TITLES = {"en": "Day report", "zh_CN": "日报"}
KEEP = ("Save the draft instead", "改为保存草稿")
KEPT = {"en": "Promises kept", "zh_CN": "兑现的承诺"}


def page_of(window: Window) -> DayReportPage:
    page = window.router.page
    assert isinstance(page, DayReportPage)
    return page


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    """Texts and fonts of the page; the next test begins in English again."""
    set_translator(Translator(request.param))
    return str(request.param)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """What was handed to the system's programs."""
    found: list[Path] = []

    def open_url(url: object) -> bool:
        found.append(Path(url.toLocalFile()))  # type: ignore[attr-defined]
        return True

    monkeypatch.setattr(outside.QDesktopServices, "openUrl", open_url)
    return found


def shown(page: DayReportPage) -> str:
    """Every text of the sections."""
    told = []
    for part in (*page.work, *page.agreed):
        told += [label.text() for label in part.findChildren(Label)]
        for line in part.findChildren(EntryLine):
            told += [line.entry.title, line.entry.text, line.entry.amount]
    return "\n".join(told)


@pytest.mark.parametrize("start", ["today", "visits"])
def test_a_key_leads_to_it(qtbot: QtBot, show_page: ShowPage, start: str) -> None:
    window = show_page(start)
    page = window.router.page
    assert page is not None
    QTest.keyClick(page.agenda if start == "today" else page.table, Qt.Key.Key_S)
    settle(qtbot, window)
    found = page_of(window)
    assert found.report is not None and found.report.day == found.report.today


def test_it_shows_the_day_and_keys_change_it(qtbot: QtBot, show_page: ShowPage, demo_desk: Desk) -> None:
    day_of_work.work(demo_desk)
    window = show_page("day_report")
    page = page_of(window)
    today = demo_desk.ask(clock.today)
    told = shown(page)
    for one in (
        "经理同意下周再看 <新> 价目表。",
        "1 photo",
        day_of_work.PROMISED,
        "Called about the delivery",
    ):
        assert one in told
    assert page.report is not None
    marked = [line for line in page.work[0].findChildren(EntryLine) if line.entry.reason]
    assert len(marked) == sum(visit.provisional for visit in page.report.visits) == 2
    assert not page.later.isEnabled() and not page.now.isEnabled()
    QTest.keyClick(page, Qt.Key.Key_Comma)
    settle(qtbot, window)
    before = (date.fromisoformat(today) - timedelta(days=1)).isoformat()
    assert page.report.day == before
    assert day_of_work.PROMISED not in shown(page)
    QTest.keyClick(page, Qt.Key.Key_Period)
    settle(qtbot, window)
    assert page.report.day == today
    QTest.keyClick(page, Qt.Key.Key_Period)
    settle(qtbot, window)
    assert page.report.day == today, "what is still to come is not reported"


def test_a_line_leads_to_what_it_tells_of(qtbot: QtBot, show_page: ShowPage, demo_desk: Desk) -> None:
    worked = day_of_work.work(demo_desk)
    window = show_page("day_report")
    lines = page_of(window).work[2].findChildren(EntryLine)
    line = next(one for one in lines if one.entry.key == ("order", worked.order_id))
    QTest.keyClick(line, Qt.Key.Key_Return)
    settle(qtbot, window)
    assert (window.router.here, window.router.subject) == ("order", worked.order_id)


def test_a_day_without_anything_says_so(show_page: ShowPage, empty_profile: DemoProfile) -> None:
    with empty_profile.open() as desk:
        page = page_of(show_page("day_report", desk=desk))
        assert page.none.isVisible() and not page.work[0].isVisible()
        assert "Nothing recorded on this day yet" in {one.text() for one in page.none.findChildren(Label)}


def test_the_remark_is_there_after_a_restart(
    qtbot: QtBot, show_page: ShowPage, demo_profile: DemoProfile, demo_desk: Desk
) -> None:
    window = show_page("day_report")
    page = page_of(window)
    page.remark.setFocus()
    QTest.keyClicks(page.remark, "A good day")
    window.router.go("visits")
    settle(qtbot, window)
    window.router.go("day_report")
    settle(qtbot, window)
    assert page.remark.toPlainText() == "A good day"
    page.go_earlier()
    settle(qtbot, window)
    assert page.remark.toPlainText() == "", "every day has its own"
    page.go_later()
    settle(qtbot, window)
    assert page.remark.toPlainText() == "A good day"
    demo_desk.close()
    with demo_profile.open() as desk:
        kept = desk.ask(day_report.day_report, desk.profile.user_id).remark
        assert kept is not None and kept.text == "A good day"


def test_the_pdf_says_what_the_page_says(
    qtbot: QtBot, show_page: ShowPage, demo_desk: Desk, tmp_path: Path, language: str
) -> None:
    day_of_work.work(demo_desk)
    theme.apply(DARK_SCHEME)
    window = show_page("day_report")
    page = page_of(window)
    page.remark.setPlainText("明天去宁波。" + "\n".join(f"Line {number}" for number in range(60)))
    page.save_to(tmp_path / "report.pdf")
    settle(qtbot, window)
    content = (tmp_path / "report.pdf").read_bytes()
    assert content.startswith(b"%PDF")
    pages = pdf_text.pages(content)
    assert len(pages) > 1
    told = "".join("".join(pages).split())
    assert page.report is not None
    for one in (TITLES[language], KEPT[language], "经理同意下周再看<新>价目表。", "明天去宁波。", "Line59"):
        assert "".join(one.split()) in told
    for visit in page.report.visits:
        name = visit.partner_local if language == "zh_CN" else visit.partner
        assert name is not None and "".join(name.split()) in told
    for number, one in enumerate(pages, 1):
        plain = "".join(one.split())
        foot = f"Page{number}of{len(pages)}" if language == "en" else f"第{number}页,共{len(pages)}页"
        assert foot in plain
        assert "LiWei" in plain
    assert "\N{REPLACEMENT CHARACTER}" not in told, "every glyph can be searched for and copied"
    assert b"FontFile" in content, "the fonts are within"
    assert window.messages.message
    assert list(tmp_path.glob("*.part")) == []


def test_the_draft_is_a_letter_that_was_not_sent(
    qtbot: QtBot, show_page: ShowPage, demo_desk: Desk, opened: list[Path], language: str
) -> None:
    day_of_work.work(demo_desk)
    window = show_page("day_report")
    page = page_of(window)
    page.remark.setPlainText("明天去宁波。")
    QTest.keyClick(page, Qt.Key.Key_E)
    settle(qtbot, window)
    (path,) = opened
    assert window.messages.way.text() in KEEP
    assert path.suffix == ".eml"
    letter = message_from_bytes(path.read_bytes(), _class=EmailMessage, policy=policy.default)
    assert isinstance(letter, EmailMessage)
    assert letter["X-Unsent"] == "1"
    assert TITLES[language] in letter["Subject"]
    assert "Li Wei" in letter["Subject"]
    report = demo_desk.ask(day_report.day_report, demo_desk.profile.user_id)
    assert report.reports_to is not None
    assert letter["To"] == report.reports_to[1]
    assert letter["From"] is None
    plain, html = letter.get_body(("plain",)), letter.get_body(("html",))
    assert plain is not None and html is not None
    assert "经理同意下周再看 <新> 价目表。" in plain.get_content()
    assert "明天去宁波。" in plain.get_content()
    assert "&lt;新&gt;" in html.get_content(), "what a person wrote is no markup"
    (paper,) = letter.iter_attachments()
    assert paper.get_content_type() == "application/pdf"
    assert "明天去宁波。" in "".join(pdf_text.pages(paper.get_content()))
    assert path.is_relative_to(demo_desk.folder / "open"), "lent, as every file that leaves the store"
    demo_desk.files.take_back()
    assert not path.exists()


def test_without_a_known_manager_the_draft_has_no_recipient(demo_desk: Desk) -> None:
    found = demo_desk.ask(day_report.day_report, demo_desk.profile.user_id)
    for known in (None, ("Chen Jing", None)):
        made = outputs.letter(replace(found, reports_to=known), "Li Wei", "", b"%PDF", "report.pdf")
        assert message_from_bytes(made)["To"] is None


def test_who_may_only_read_reports_too_and_writes_nothing(
    qtbot: QtBot, show_page: ShowPage, demo_desk: Desk, tmp_path: Path
) -> None:
    demo_desk.profile = replace(demo_desk.profile, role="viewer")
    window = show_page("day_report")
    page = page_of(window)
    QTest.keyClicks(page.remark, "Seen")
    page.save()
    page.save_to(tmp_path / "report.pdf")
    settle(qtbot, window)
    assert "Seen" in "".join(pdf_text.pages((tmp_path / "report.pdf").read_bytes()))
    assert demo_desk.ask(status).waiting == 0


def test_what_is_typed_outlives_another_language_at_once(session: Session, qtbot: QtBot) -> None:
    window = session.app.window
    assert "Day report" in {one.title for one in window._actions}, "the palette offers it"
    window.router.go("day_report")
    settle(qtbot, window)
    QTest.keyClicks(page_of(window).remark, "Not yet saved")
    session.app.set_language("zh_CN")
    again = page_of(session.app.window).remark
    qtbot.waitUntil(lambda: again.toPlainText() == "Not yet saved", timeout=5_000)


@pytest.fixture(params=("the system says so", "nobody is named"))
def no_mail_program(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, opened: list[Path]
) -> None:
    """Windows and macOS say it when they are asked to open; Linux answers "opened", and knows nobody."""
    if request.param == "the system says so":
        monkeypatch.setattr(outside.QDesktopServices, "openUrl", lambda url: False)
        return
    asked = tmp_path / "bin" / "xdg-mime"
    asked.parent.mkdir()
    asked.write_text('#!/bin/sh\n[ "$3" = message/rfc822 ]\n')
    asked.chmod(0o755)
    monkeypatch.setenv("PATH", str(asked.parent), prepend=os.pathsep)


@pytest.mark.skipif(sys.platform == "win32", reason="no shell")
def test_without_a_mail_program_the_draft_is_saved_or_copied(
    no_mail_program: None, opened: list[Path], qtbot: QtBot, show_page: ShowPage, tmp_path: Path
) -> None:
    window = show_page("day_report")
    page = page_of(window)
    page.open_letter()
    settle(qtbot, window)
    assert opened == []
    assert "save it instead" in window.messages.message
    assert window.messages.way.text() == "Copy as text"
    dialog = page.findChild(QFileDialog)
    assert dialog is not None
    dialog.fileSelected.emit(str(tmp_path / "draft.eml"))
    settle(qtbot, window)
    assert (tmp_path / "draft.eml").read_bytes().startswith(b"X-Unsent: 1")
    dialog.close()


def test_a_draft_that_did_not_open_is_saved(
    opened: list[Path], qtbot: QtBot, show_page: ShowPage, tmp_path: Path
) -> None:
    window = show_page("day_report")
    page = page_of(window)
    page.open_letter()
    settle(qtbot, window)
    assert "was asked to open" in window.messages.message, "whether it did is not known"
    QTest.mouseClick(window.messages.way, Qt.MouseButton.LeftButton)
    dialog = page.findChild(QFileDialog)
    assert dialog is not None and dialog.isVisible()
    dialog.fileSelected.emit(str(tmp_path / "draft.eml"))
    settle(qtbot, window)
    assert (tmp_path / "draft.eml").read_bytes().startswith(b"X-Unsent: 1")
    dialog.close()


def test_a_draft_that_is_ready_after_the_lock_opens_nowhere(
    qtbot: QtBot, show_page: ShowPage, demo_desk: Desk, opened: list[Path]
) -> None:
    window = show_page("day_report")
    page = page_of(window)
    page.open_letter()
    window.hide()
    settle(qtbot, window)
    assert opened == []
    assert not list((demo_desk.folder / "open").rglob("*.eml")), "the copy is taken back"
    window.show()
    assert "locked before the draft opened" in window.messages.message


def test_the_text_goes_to_the_clipboard(show_page: ShowPage, demo_desk: Desk, language: str) -> None:
    day_of_work.work(demo_desk)
    page = page_of(show_page("day_report"))
    page.remark.setPlainText("明天去宁波。")
    QTest.keyClick(page, Qt.Key.Key_C)
    told = QGuiApplication.clipboard().text()
    assert TITLES[language] in told.splitlines()[0]
    assert "  经理同意下周再看 <新> 价目表。" in told.splitlines()
    assert told.count(" *\n") >= 5, "what is not confirmed is marked, and the mark explained"
    assert told.splitlines()[-1].startswith("* ")


def test_a_rejected_order_is_named_and_counts_for_nothing(
    show_page: ShowPage, headquarters: Headquarters, demo_desk: Desk
) -> None:
    rejected = disputes.make(demo_desk, headquarters).order
    page = page_of(show_page("day_report"))
    assert page.report is not None and [one.id for one in page.report.orders] == [rejected]
    assert page.ordered.accessibleName() == "Ordered, net: –"
    assert page.ordered.accessibleDescription() == "0 orders, 1 rejected", "nothing is provisional about it"
    assert "0 orders, 1 rejected" in {one.text() for one in page.work[2].findChildren(Elided)}
    (line,) = [one.entry for one in page.work[2].findChildren(EntryLine)]
    assert "Rejected" in line.text
    assert (line.amount, line.reason, line.tone) == ("", "", "bad"), "what it came to stands with the reason"
    told = outputs.text(page.report, "Li Wei", "")
    assert "Rejected by headquarters" in told
    assert "not yet confirmed" not in told
