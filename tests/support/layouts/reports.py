"""The published reports as units, so that they too can be printed in any layout.

Their relations hold up to rounding only, and one of them holds true errors: ``known_errors`` names those.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from support.layouts.draws import OFFICIAL, Draw
from support.layouts.units import (
    CARRIED_IN,
    CARRIED_OUT,
    F_IN,
    FUNDS,
    HELP,
    PROJECT,
    PUBLIC_ITEMS,
    T01,
    T02,
    T03,
    T04,
    T05,
    T05_FLOW,
    T06,
    T07,
    T08,
    T08_WIDE,
    T09,
    T10,
    TOTAL,
    WIDE_DETAIL,
    Key,
    Unit,
)

DATA = Path(__file__).resolve().parents[2] / "data"
FLOW = (CARRIED_IN, "本年收入", "本年支出·小计", "本年支出·基本支出", "本年支出·项目支出", CARRIED_OUT)
CODED = {"公开02": T02, "公开03": T03, "公开05": T05, "公开07": T07, "公开08": T08}
# two hands of ours that print them as no template does, and a third and fourth of other provinces
HANDS: dict[str, Draw] = {
    "official": OFFICIAL,
    "plain_hand": OFFICIAL.but(
        sheet_name="表1", title="year", number="附表1", facts="one", unit_label="编制单位：", currency="单位：万元",
        amount_word="决算数", lanci="none", hangci="none", merged="no", ordinals="none", codes="one", total="last",
        blocks_06="2", rows_06="used", public="labels", depth="flat", name_indent="spaces", notes="none", total_05="合计",
    ),
    "office_hand": OFFICIAL.but(
        order="putuo", sheet_name="1收入支出决算总表", sheets="cover+contents", codes="split_parts", total="first",
        total_word="总计", public="pairs", blocks_06="4", foot_06="own_rows", group_05="yes", total_05="本年支出合计",
        carry_word="上年结转和结余", soe="six", amount_word="本年决算数", extra_01="budget", blank="0.00", lanci="unlabelled",
        of_which="其中：", words="few",
    ),
    "list_hand": OFFICIAL.but(
        two_sided="stacked", codes="both_space", blocks_06="list3", public="transposed", title="unit_year",
        facts="above", functions="used", extra_codes="remark", empty_table="statement", shift="row", words="some",
        padding="packed",
    ),
}  # fmt: skip


def names() -> list[str]:
    """The reports at hand."""
    return sorted(p.parent.name for p in DATA.glob("*/tables.yaml"))


@cache
def _read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.load((DATA / name / "tables.yaml").read_text("utf-8"), Loader=yaml.CSafeLoader)
    return found


def _cents(value: Any) -> int | None:
    return round(value * 100) if isinstance(value, int | float) and value else None


def _plain(label: str) -> str:
    """A row label without its ordinal, in the canonical wording."""
    front, mark, rest = label.partition("、")
    label = rest if mark and set(front) <= set("一二三四五六七八九十") else label
    return HELP if label.startswith("使用非财政拨款结余") else label


def as_unit(name: str) -> Unit:
    """A report's figures."""
    document = _read(name)
    tables = document["tables"]
    facts: dict[Key, int] = {}
    codes: dict[str, tuple[str, ...]] = {}
    alias: dict[str, str] = {}

    def put(table: str, section: str, row: str, column: str, value: Any) -> None:
        cents = _cents(value)
        if cents is not None:
            facts[table, section, row, column] = cents

    for number, table in (("公开01", T01), ("公开04", T04)):
        for section, key in (("收入", "income"), ("支出", "expenditure")):
            for label, value in tables[number][key].items():
                row = _plain(label)
                if isinstance(value, dict):
                    for column, part in value.items():
                        if section == "支出":
                            put(table, section, row, column, part)
                        else:
                            put(table, section, f"{F_IN}·{_plain(column)}", "决算数", part)
                else:
                    row = f"{F_IN}·{_plain(row.partition('/')[2])}" if row.startswith(f"{F_IN}/") else row
                    put(table, section, row, "决算数", value)
    for number, table in CODED.items():
        found = tables[number]
        columns = found["columns"]
        if table in (T07, T08):
            columns = FLOW if len(columns) == 6 else ("合计", "基本支出", "项目支出")
        elif table == T05:
            columns = (TOTAL, "基本支出", "项目支出")
        if table == T08 and len(columns) == 6:
            table = T08_WIDE
        codes[table] = tuple(str(r["code"]) for r in found["rows"])
        for column, value in zip(columns, found["total"] or [], strict=False):
            put(table, "", TOTAL, column, value)
        for row in found["rows"]:
            alias.setdefault(str(row["code"]), row["name"])
            for column, value in zip(columns, row["values"], strict=True):
                put(table, "", str(row["code"]), column, value)
    for table in (T05_FLOW, T08, T08_WIDE, WIDE_DETAIL, PROJECT):
        codes.setdefault(table, ())
    for code, item in tables["公开06"]["items"].items():
        put(T06, "", str(code), "决算数", item["amount"])
    for word in ("人员经费合计", "公用经费合计"):
        put(T06, "", word, "决算数", tables["公开06"].get(word))
    for key, column in (("budget", "预算数"), ("actual", "决算数")):
        for item in PUBLIC_ITEMS:
            put(T09, "", item, column, (tables["公开09"].get(key) or {}).get(item))
    for row, value in (tables.get("公开10", {}).get("一、政府采购情况") or {}).items():
        put(T10, "", "政府采购支出合计" if row == "合计" else row, "统计数", value)
    counts = dict.fromkeys(
        (*(f"car{i}" for i in range(8)), "cars", "kept", "meals", "guests", "meeting", "training", "devices"), 0
    )
    return Unit(document["unit"], int(document["year"]), "real", 0, codes, facts, counts, alias)


def known_errors(name: str) -> list[set[str]]:
    """The two sides of each relation that truly fails in the report."""
    known = yaml.safe_load((DATA / name / "known.yaml").read_text("utf-8"))
    return [{f"{x['left']:.2f}", f"{x['right']:.2f}"} for x in known["arithmetic"] if x["kind"] == "error"]


assert FUNDS
