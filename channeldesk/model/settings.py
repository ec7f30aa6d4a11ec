"""Every setting a person may change, declared once: page, menu, storage and defaults read it from here."""

from __future__ import annotations

from dataclasses import dataclass

from channeldesk.model.messages import N_


@dataclass(frozen=True)
class Setting:
    """``options`` are value and title, the first the default; titles are English and translated where shown.

    A title that is a language's own name has no translation and stays as it is.
    """

    code: str
    title: str
    about: str
    options: tuple[tuple[str, str], ...]

    @property
    def default(self) -> str:
        return self.options[0][0]


LANGUAGE = Setting(
    "language",
    N_("Language"),
    N_("Texts, numbers, money and dates."),
    (("", N_("As headquarters knows you")), ("en", "English"), ("zh_CN", "简体中文"), ("zh_TW", "繁體中文")),
)
COLOURS = Setting(
    "colours",
    N_("Colours"),
    N_("Light, dark, with high contrast, or whatever the computer is set to."),
    (
        ("system", N_("As the computer")),
        ("light", N_("Light")),
        ("dark", N_("Dark")),
        ("high_light", N_("Light, high contrast")),
        ("high_dark", N_("Dark, high contrast")),
    ),
)
MOTION = Setting(
    "motion",
    N_("Motion"),
    N_("What turns or runs to and fro while you wait, the caret that blinks, menus that fade in."),
    (
        ("", N_("As the computer")),
        ("reduced", N_("Nothing moves by itself")),
        ("full", N_("Show that work is under way")),
    ),
)
WORK_OFFLINE = Setting(
    "work_offline",
    N_("Connection"),
    N_("Working offline sends and fetches nothing until you turn it back; your work is kept."),
    (("no", N_("Synchronise by itself")), ("yes", N_("Work offline"))),
)

AUTO_LOCK = Setting(
    "auto_lock",
    N_("Lock"),
    N_(
        "The passphrase opens the data again, also if the program ended meanwhile; what you were typing is "
        "still there. Ctrl+L locks at once."
    ),
    (
        ("", N_("Only when I lock it")),
        ("5", N_("After 5 minutes without a key or the mouse")),
        ("15", N_("After 15 minutes")),
        ("60", N_("After an hour")),
    ),
)

PRICE_SPREAD = Setting(
    "price_spread",
    N_("Prices apart"),
    N_(
        "How far the cheapest channel may stand below the dearest for the same product. The page of prices "
        "lists what is further apart."
    ),
    (("5", "5%"), ("3", "3%"), ("10", "10%"), ("15", "15%"), ("20", "20%"), ("30", "30%")),
)

SETTINGS: dict[str, Setting] = {
    one.code: one for one in (LANGUAGE, COLOURS, MOTION, WORK_OFFLINE, AUTO_LOCK, PRICE_SPREAD)
}
