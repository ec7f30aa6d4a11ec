# ruff: noqa: E501 - word lists read better as long lines
"""The catalogue's families: a power-tool maker's range, from drills to work lights.

A family's products are the combinations of its axes; each value of an axis brings a name in both languages,
a piece of the SKU and a price factor.
"""

from __future__ import annotations

from typing import NamedTuple


class Value(NamedTuple):
    """One value of an axis."""

    name: str
    local: str
    code: str
    factor: float


class Family(NamedTuple):
    """Products that differ by their axes. ``price`` is the recommended price in yuan before factors."""

    prefix: str
    category: str
    name: str
    local: str
    price: float
    pack: int
    box: int
    weight: float
    axes: tuple[tuple[Value, ...], ...]


def _values(text: str) -> tuple[Value, ...]:
    parts = (item.split("|") for item in text.split(";"))
    return tuple(Value(name.strip(), local, code, float(factor)) for name, local, code, factor in parts)


SERIES = _values("|||1;Pro|专业版|P|1.35;Compact|轻便版|C|0.9;Heavy|重载版|H|1.6;Eco|经济版|E|0.75")
GRADE = _values("|||1;industrial|工业级|I|1.5;premium|精品|X|1.25;value|实惠装|V|0.7;export|出口款|T|1.1")
VOLT = _values("12V|12V|12|0.6;18V|18V|18|1;20V|20V|20|1.08;36V|36V|36|1.9")
KIT = _values(
    "kit 2×2.0Ah|套装 2×2.0Ah|20K|1;kit 2×4.0Ah|套装 2×4.0Ah|40K|1.4;kit 2×5.0Ah|套装 2×5.0Ah|50K|1.6;"
    "kit 1×4.0Ah|套装 1×4.0Ah|41K|1.1;bare|裸机|B|0.55"
)
MOTOR = _values("|||1;brushless|无刷|L|1.25")
WATT = _values(
    "650W|650W|065|0.7;850W|850W|085|0.85;1100W|1100W|110|1;1400W|1400W|140|1.25;1800W|1800W|180|1.6"
)
DISC = _values(
    "100mm|100mm|0100|0.8;115mm|115mm|0115|0.9;125mm|125mm|0125|1;150mm|150mm|0150|1.2;180mm|180mm|0180|1.5;230mm|230mm|0230|1.9"
)
SHANK = _values(
    "20mm|20mm|0020|0.7;24mm|24mm|0024|0.85;26mm|26mm|0026|1;28mm|28mm|0028|1.15;32mm|32mm|0032|1.5;40mm|40mm|0040|2.2"
)
BLADE = _values(
    "140mm|140mm|0140|0.75;165mm|165mm|0165|0.9;185mm|185mm|0185|1;210mm|210mm|0210|1.25;255mm|255mm|0255|1.9"
)
AH = _values(
    "1.5Ah|1.5Ah|15|0.55;2.0Ah|2.0Ah|20|0.65;3.0Ah|3.0Ah|30|0.85;4.0Ah|4.0Ah|40|1;5.0Ah|5.0Ah|50|1.2;6.0Ah|6.0Ah|60|1.45;8.0Ah|8.0Ah|80|1.9;12.0Ah|12.0Ah|99|2.8"
)
AMP = _values("2A|2A|02|0.6;4A|4A|04|0.85;6A|6A|06|1;8A|8A|08|1.3;12A|12A|12|1.8")
PIECES = _values(
    "5 pc|5支装|05|0.6;10 pc|10支装|10|1;13 pc|13支装|13|1.25;19 pc|19支装|19|1.7;25 pc|25支装|25|2.1;50 pc|50支装|50|3.8"
)
DIAMETER = _values(
    "3mm|3mm|03|0.5;4mm|4mm|04|0.55;5mm|5mm|05|0.6;6mm|6mm|06|0.7;8mm|8mm|08|0.85;10mm|10mm|10|1;12mm|12mm|12|1.2;14mm|14mm|14|1.5;"
    "16mm|16mm|16|1.8;20mm|20mm|20|2.5"
)
LENGTH = _values(
    "110mm|110mm|11|0.8;160mm|160mm|16|1;210mm|210mm|21|1.2;260mm|260mm|26|1.5;310mm|310mm|31|1.8"
)
GRIT = _values(
    "P40|40目|040|1;P60|60目|060|1;P80|80目|080|1;P120|120目|120|1;P180|180目|180|1.05;P240|240目|240|1.05;P320|320目|320|1.1;P400|400目|400|1.1"
)
LINES = _values(
    "2 lines|2线|02|0.45;3 lines|3线|03|0.55;5 lines|5线|05|0.7;8 lines|8线|08|0.85;12 lines|12线|12|1;16 lines|16线|16|1.35"
)
BEAM = _values("green|绿光|G|1;red|红光|R|0.75")
RANGE = _values(
    "20m|20米|020|0.5;40m|40米|040|0.7;60m|60米|060|0.85;80m|80米|080|1;100m|100米|100|1.25;120m|120米|120|1.6"
)
INCH = _values(
    "12 inch|12寸|12|0.5;14 inch|14寸|14|0.65;16 inch|16寸|16|0.8;18 inch|18寸|18|1;20 inch|20寸|20|1.2;22 inch|22寸|22|1.5"
)
LUMEN = _values(
    "800 lm|800流明|08|0.5;1500 lm|1500流明|15|0.75;3000 lm|3000流明|30|1;5000 lm|5000流明|50|1.5;10000 lm|10000流明|99|2.4"
)
LITRE = _values("15 l|15升|15|0.7;20 l|20升|20|0.85;30 l|30升|30|1;50 l|50升|50|1.6;80 l|80升|80|2.3")
TORQUE = _values(
    "200Nm|200牛米|020|0.7;320Nm|320牛米|032|0.9;450Nm|450牛米|045|1;600Nm|600牛米|060|1.35;1000Nm|1000牛米|100|2"
)
BAR = _values("100 bar|100公斤|100|0.7;130 bar|130公斤|130|0.9;150 bar|150公斤|150|1;180 bar|180公斤|180|1.4")
TEETH = _values("24T|24齿|24|0.8;30T|30齿|30|0.9;40T|40齿|40|1;60T|60齿|60|1.2;80T|80齿|80|1.45")

FAMILIES: tuple[Family, ...] = (
    Family("DR", "Drills", "impact drill", "锂电冲击钻", 640, 1, 4, 3.0, (VOLT, KIT, MOTOR, SERIES)),
    Family("SD", "Drills", "screwdriver drill", "锂电螺丝刀", 420, 1, 4, 2.0, (VOLT, KIT, MOTOR, SERIES)),
    Family("AD", "Drills", "corded drill 13mm", "交流冲击钻 13mm", 230, 1, 6, 1.2, (WATT, SERIES, GRADE)),
    Family("IW", "Impact wrenches", "impact wrench", "锂电冲击扳手", 890, 1, 4, 1.6, (TORQUE, KIT, SERIES)),
    Family(
        "ID", "Impact wrenches", "impact driver", "锂电冲击起子", 580, 1, 4, 1.5, (VOLT, KIT, MOTOR, SERIES)
    ),
    Family("HM", "Rotary hammers", "rotary hammer", "电锤", 740, 1, 2, 1.8, (SHANK, WATT, SERIES)),
    Family(
        "HC", "Rotary hammers", "cordless rotary hammer", "锂电电锤", 1180, 1, 2, 1.2, (SHANK, KIT, SERIES)
    ),
    Family("AG", "Grinders", "angle grinder", "角磨机", 280, 1, 6, 2.4, (DISC, WATT, SERIES)),
    Family("CG", "Grinders", "cordless grinder", "锂电角磨机", 760, 1, 4, 1.4, (DISC, KIT, SERIES)),
    Family("PO", "Grinders", "polisher", "抛光机", 430, 1, 4, 0.8, (DISC, WATT, SERIES)),
    Family("SR", "Sanders", "orbital sander", "砂光机", 270, 1, 6, 0.9, (WATT, SERIES, GRADE)),
    Family("PL", "Sanders", "planer", "电刨", 350, 1, 4, 0.6, (WATT, SERIES, GRADE)),
    Family("SC", "Saws", "circular saw", "电圆锯", 470, 1, 4, 1.5, (BLADE, WATT, SERIES)),
    Family("JS", "Saws", "jig saw", "曲线锯", 320, 1, 4, 1.0, (WATT, SERIES, GRADE)),
    Family("RS", "Saws", "reciprocating saw", "往复锯", 560, 1, 4, 0.9, (VOLT, KIT, MOTOR, SERIES)),
    Family("CS", "Garden", "chain saw", "电链锯", 690, 1, 2, 0.8, (INCH, KIT, SERIES)),
    Family("PW", "Garden", "pressure washer", "高压清洗机", 880, 1, 1, 0.6, (BAR, WATT, SERIES)),
    Family("BT", "Batteries", "battery", "锂电池包", 330, 1, 10, 2.6, (VOLT, AH, SERIES)),
    Family("CH", "Batteries", "charger", "快速充电器", 150, 1, 10, 1.6, (VOLT, AMP, SERIES)),
    Family("BD", "Drill bits", "HSS bit set", "高速钢钻头", 58, 10, 60, 2.4, (PIECES, GRADE, SERIES)),
    Family(
        "BS", "Drill bits", "SDS-Plus bit", "SDS-Plus 锤钻头", 16, 10, 100, 2.6, (DIAMETER, LENGTH, GRADE)
    ),
    Family("BH", "Drill bits", "wood bit", "木工钻头", 14, 10, 100, 1.2, (DIAMETER, LENGTH, GRADE)),
    Family(
        "CW", "Abrasives", "cutting disc 50 pc", "树脂切割片 50 片", 95, 4, 20, 2.4, (DISC, GRADE, SERIES)
    ),
    Family("GW", "Abrasives", "grinding disc 25 pc", "磨光片 25 片", 78, 4, 20, 1.8, (DISC, GRADE, SERIES)),
    Family("SP", "Abrasives", "sanding sheet 100 pc", "砂纸 100 张", 62, 4, 20, 1.2, (GRIT, GRADE, SERIES)),
    Family("DB", "Abrasives", "diamond disc", "金刚石锯片", 88, 5, 50, 1.4, (DISC, GRADE, SERIES)),
    Family("SB", "Saw blades", "saw blade", "合金锯片", 92, 5, 50, 1.2, (BLADE, TEETH, GRADE)),
    Family("LL", "Measuring", "line laser", "激光水平仪", 520, 1, 6, 1.6, (LINES, BEAM, SERIES, GRADE)),
    Family("LM", "Measuring", "laser distance meter", "激光测距仪", 260, 1, 10, 1.2, (RANGE, SERIES, GRADE)),
    Family("WL", "Site lights", "work light", "工作灯", 190, 1, 6, 0.8, (LUMEN, VOLT, SERIES)),
    Family("VC", "Dust", "vacuum cleaner", "工业吸尘器", 820, 1, 1, 0.7, (LITRE, WATT, SERIES)),
    Family("HG", "Heat", "heat gun", "热风枪", 180, 1, 6, 0.7, (WATT, SERIES, GRADE)),
)
