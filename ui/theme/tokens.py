"""The colours and measures of the window, by role.

Contrast of every text pair is AA (tests/ui/test_theme.py); ``contrast`` has those with more.
"""

from __future__ import annotations

from dataclasses import dataclass

GRID = 4
MARGIN = 24
TOP_BAR = 48
SIDE = 200
NAV_ITEM = 32
MESSAGE_BAR = 34
ROW = 28
LIST_ROW = 32
CONTROL = 28
CONTROL_MAIN = 32
CHIP = 20
TAB = 36
RADIUS = 4
RADIUS_POPUP = 8
ICON = 16


@dataclass(frozen=True)
class Tokens:
    """One theme. Names are roles; widgets and painters never spell a colour."""

    dark: bool
    window: str
    side: str
    hover: str
    raised: str
    selection: str
    separator: str
    border: str
    outline: str
    text: str
    secondary: str
    tertiary: str
    accent: str
    accent_fill: str
    on_accent: str
    good: str
    good_graphic: str
    good_fill: str
    warning: str
    warning_graphic: str
    warning_fill: str
    bad: str
    bad_graphic: str
    bad_fill: str
    provisional: str
    track: str
    """The empty part of a bar or ring."""
    neutral: str
    """A bar that says neither good nor bad."""
    tooltip: str
    on_tooltip: str
    shadow: str
    fact_line: str
    fact_bar: str
    forecast: str
    target: str
    last_year: str
    direct: str
    distribution: str
    emerging: str
    below: str
    land: str
    water: str
    coast: str
    river: str
    """Blue enough not to be taken for a border."""
    step_1: str
    """Of a figure in classes, little to much: each differs in lightness, so that nobody needs the hue."""
    step_2: str
    step_3: str
    step_4: str
    step_5: str
    swing_1: str
    """Of a figure around a middle, far below to far above: orange and blue, which all can tell apart."""
    swing_2: str
    swing_3: str
    swing_4: str
    swing_5: str

    @property
    def groups(self) -> tuple[str, ...]:
        """Colours of groups in their fixed order: direct, distribution, emerging."""
        return (self.direct, self.distribution, self.emerging)


LIGHT = Tokens(
    dark=False,
    window="#FFFFFF",
    side="#F6F7F8",
    hover="#F1F2F4",
    raised="#FFFFFF",
    selection="#E8EFFC",
    separator="#E3E5E8",
    border="#C4C8CF",
    outline="#868C97",
    text="#1A1C20",
    secondary="#525862",
    tertiary="#656B76",
    accent="#2A5BD0",
    accent_fill="#2A5BD0",
    on_accent="#FFFFFF",
    good="#1B7A46",
    good_graphic="#2C9A5B",
    good_fill="#E4F4EA",
    warning="#8A5300",
    warning_graphic="#C17A0B",
    warning_fill="#FCF0D9",
    bad="#B3261E",
    bad_graphic="#CF342B",
    bad_fill="#FCE8E6",
    provisional="#6B3FB8",
    track="#E3E5E8",
    neutral="#B9BEC6",
    tooltip="#23262B",
    on_tooltip="#FFFFFF",
    shadow="#28000000",
    fact_line="#0072B2",
    fact_bar="#0072B2",
    forecast="#4056B4E9",
    target="#1A1C20",
    last_year="#B87700",
    direct="#0072B2",
    distribution="#E69F00",
    emerging="#009E73",
    below="#D55E00",
    land="#FAFAF7",
    water="#DCE7F0",
    coast="#A9B4C0",
    river="#8FBADC",
    step_1="#C7E7F7",
    step_2="#7FC4EC",
    step_3="#459AD5",
    step_4="#286CAB",
    step_5="#173C70",
    swing_1="#A14206",
    swing_2="#E79F5C",
    swing_3="#EAE8E0",
    swing_4="#76BBE2",
    swing_5="#0E599D",
)

DARK = Tokens(
    dark=True,
    window="#17181B",
    side="#121315",
    hover="#23252A",
    raised="#1F2125",
    selection="#1E2B4A",
    separator="#2D3036",
    border="#474C55",
    outline="#767C87",
    text="#ECEDEF",
    secondary="#B1B6BF",
    tertiary="#9298A3",
    accent="#8AABFF",
    accent_fill="#3563D6",
    on_accent="#FFFFFF",
    good="#57C78B",
    good_graphic="#4FB97E",
    good_fill="#15301F",
    warning="#E8B04A",
    warning_graphic="#DDA23B",
    warning_fill="#33270F",
    bad="#FF8A80",
    bad_graphic="#F2675C",
    bad_fill="#3B1B19",
    provisional="#BFA4FF",
    track="#2D3036",
    neutral="#5A606B",
    tooltip="#ECEDEF",
    on_tooltip="#17181B",
    shadow="#80000000",
    fact_line="#56B4E9",
    fact_bar="#1F85C6",
    forecast="#660072B2",
    target="#ECEDEF",
    last_year="#E69F00",
    direct="#1F85C6",
    distribution="#E69F00",
    emerging="#1FB58C",
    below="#F0763A",
    land="#24272C",
    water="#121820",
    coast="#4B5561",
    river="#2F5C86",
    step_1="#26426C",
    step_2="#316CA5",
    step_3="#419BD4",
    step_4="#6DC8EB",
    step_5="#B9F5F8",
    swing_1="#F8A052",
    swing_2="#A75F34",
    swing_3="#4A4842",
    swing_4="#3977A8",
    swing_5="#85CFF3",
)
