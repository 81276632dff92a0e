"""The styles by name: who writes, in which form the tables are, what the unit's name begins with."""

from __future__ import annotations

from typing import NamedTuple

from support.layouts.draws import OFFICIAL, Draw
from support.narratives import east, far, known, middle, mixed, national, south, west
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
    "北京": Place(east.beijing, OFFICIAL.but(order="beijing"), "北京市"),
    "浙江": Place(east.zhejiang, OFFICIAL, "浙江省"),
    "江苏": Place(south.jiangsu, OFFICIAL, "江苏省"),
    "广东": Place(south.guangdong, OFFICIAL, "广东省"),
    "湖北": Place(far.hubei, OFFICIAL, "湖北省"),
    "重庆": Place(far.chongqing, OFFICIAL, "重庆市"),
    "新疆": Place(national.xinjiang, OFFICIAL, "新疆"),
    "各地": Place(mixed.mixed, OFFICIAL),
    "中央": Place(national.central, OFFICIAL, "国家"),
}
