"""The styles by name: who writes, in which form the tables are, what the unit's name begins with."""

from __future__ import annotations

from typing import NamedTuple

from support.layouts.draws import OFFICIAL, Draw
from support.narratives import known, middle, west
from support.narratives.report import Style


class Place(NamedTuple):
    """A style: its writer, its tables, the beginning of units' names; ``known``: a profile of its own is wanted."""

    write: Style
    tables: Draw = OFFICIAL
    prefix: str = ""
    known: bool = False


STYLES: dict[str, Place] = {
    "山西": Place(known.shanxi, OFFICIAL.but(info="yes"), "山西省东陵市", True),
    "上海": Place(known.shanghai, OFFICIAL.but(order="putuo"), "上海市", True),
    "四川": Place(west.sichuan, OFFICIAL.but(order="sichuan"), "四川省", True),
    "广西": Place(west.guangxi, OFFICIAL, "广西壮族自治区", True),
    "安徽": Place(middle.anhui, OFFICIAL, "安徽省", True),
    "湖南": Place(middle.hunan, OFFICIAL, "湖南省", True),
}
