"""Build samples/: the 屯留 2023 report from its data, faulty variants of it, and their expected reports.

``python tools/samples.py`` rewrites them; ``python tools/samples.py --check`` says what would change and
leaves with 1. The expected reports are what a reviewer has read and agreed to: look at a diff before
you commit it.
"""

from __future__ import annotations

import copy
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from xlcheck.filling.content import load, understand
from xlcheck.filling.scoreforms import filled_forms
from xlcheck.filling.scorewrite import score_workbook
from xlcheck.filling.totals import complete
from xlcheck.filling.write import workbook_bytes
from xlcheck.mapping.library import Library
from xlcheck.pipeline import Pipeline
from xlcheck.report.json import report_data, to_json

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = ROOT / "samples"
SET = "shanxi-2023"
SETS = ("shanxi-2023", "shanghai-putuo-2024", "central-2023", "sichuan-2023", "beijing-2023")
# published reports in the Shanghai form, as printed, mistakes included
PUTUO = ("putuo_shegong_2024", "putuo_caizheng_2024", "putuo_shengtai_2025", "putuo_shiquan_2025")
Data = dict[str, Any]


def _row(data: Data, table: str, code: str) -> list[Any]:
    values: list[Any] = next(r for r in data["tables"][table]["rows"] if r["code"] == code)["values"]
    return values


def transposed_digits(data: Data) -> None:
    """公开03 20801 基本支出: 275.64 typed as 257.64."""
    _row(data, "公开03", "20801")[1] = "257.64"


def yuan_in_one_cell(data: Data) -> None:
    """公开01 九、卫生健康支出: the amount in 元."""
    data["tables"]["公开01"]["支出"]["九、卫生健康支出"] = "152700"


def dropped_row(data: Data) -> None:
    """公开05: the row 2080506 is left out."""
    rows = data["tables"]["公开05"]["rows"]
    data["tables"]["公开05"]["rows"] = [r for r in rows if r["code"] != "2080506"]


def stale_total(data: Data) -> None:
    """公开06: 30201 办公费 was raised by 1.50, its totals were not recomputed."""
    data["tables"]["公开06"]["30201"] = "3.78"


def text_number(data: Data) -> None:
    """公开02 2080505 and 公开03 2080505: a figure typed as text; another cell holds a word."""
    _row(data, "公开02", "2080505")[0] = {"text": "37.39 "}
    _row(data, "公开03", "2080599")[2] = {"text": "见附注"}


def wrong_three_public(data: Data) -> None:
    """公开09: the total of 决算数 counts 公务用车购置费 twice; 预算数 is right."""
    data["tables"]["公开09"] = {
        "预算数": {"合计": "6.00", "公务用车小计": "5.00", "公务用车购置费": "2.00", "公务用车运行维护费": "3.00",
                "公务接待费": "1.00"},
        "决算数": {"合计": "7.40", "公务用车小计": "4.80", "公务用车购置费": "2.00", "公务用车运行维护费": "2.80",
                "公务接待费": "0.60"},
    }  # fmt: skip


def blank_total(data: Data) -> None:
    """公开04: 本年支出合计 left blank, and the unit's name differs in 公开07."""
    del data["tables"]["公开04"]["支出"]["本年支出合计"]
    data["tables"]["公开04"]["支出"]["本年支出合计"] = {"合计": None, "一般公共预算财政拨款": "567.18"}
    data["tables"]["公开07"]["单位名称"] = "长治市屯留区医疗保险中心"


FAULTS: dict[str, Callable[[Data], None]] = {
    "tunliu_2023_transposed": transposed_digits,
    "tunliu_2023_yuan": yuan_in_one_cell,
    "tunliu_2023_dropped_row": dropped_row,
    "tunliu_2023_stale_total": stale_total,
    "tunliu_2023_text": text_number,
    "tunliu_2023_three_public": wrong_three_public,
    "tunliu_2023_blank_total": blank_total,
}


FORMS_SET = "selfscore-shanxi"
FORMS_BASE = "selfscore_tunliu_2023"


def _total_of_money(form: Data) -> dict[str, Any]:
    rows: list[dict[str, Any]] = list(form["资金"].values())
    return rows[0]


def total_transposed(data: Data) -> None:
    """取暖费: the total 99.43 typed as 99.34; 遗属补助: the grade of 100 points is 良."""
    data["forms"][2]["总分"]["得分"] = "99.34"
    data["forms"][1]["总分"]["等级"] = "良"


def weights_over(data: Data) -> None:
    """遗属补助: two indicators weigh 10 more than they did, 120 in all, and one of them got no more points."""
    rows = data["forms"][1]["指标"]
    rows[2]["分值"] = "20"
    rows[3]["分值"] = rows[3]["得分"] = "20"
    data["forms"][1]["总分"] |= {"分值": "100", "得分": "110"}


def empty_results(data: Data) -> None:
    """离退休人员工资: six results left empty with full scores; the rate of execution is off in its last digit."""
    for row in data["forms"][0]["指标"][:6]:
        row["完成值"] = ""
    _total_of_money(data["forms"][0])["执行率"] = "44.29"


def yuan_and_text(data: Data) -> None:
    """取暖费: what was spent in 元; its text says another rate, and 遗属补助 was sent twice."""
    _total_of_money(data["forms"][2])["全年执行数"] = "997920"
    data["forms"][2]["实际完成情况"] = data["forms"][2]["实际完成情况"].replace("94.29%", "92.49%")
    data["forms"].append(copy.deepcopy(data["forms"][1]))


FORM_FAULTS: dict[str, Callable[[Data], None]] = {
    "selfscore_tunliu_2023_total": total_transposed,
    "selfscore_tunliu_2023_weights": weights_over,
    "selfscore_tunliu_2023_empty": empty_results,
    "selfscore_tunliu_2023_yuan": yuan_and_text,
}


def fill_forms(data: Data) -> bytes:
    """A workbook of score sheets from data."""
    spec = Library().score_sheet(FORMS_SET)
    assert spec is not None  # noqa: S101 - it is shipped
    return filled_forms(spec, data)


def fill(data: Data, set_id: str = SET) -> bytes:
    """A filled workbook from data."""
    form = Library().load(set_id)
    content = understand(form, data)
    return workbook_bytes(form, complete(form, content), content.unit, content.year)


def build() -> dict[Path, bytes]:
    """Every generated file below samples/ and templates/, with its contents."""
    base = load(SAMPLES / "tunliu_2023.yaml")
    files: dict[Path, bytes] = {
        ROOT / "templates" / f"{set_id}.xlsx": workbook_bytes(Library().load(set_id), None) for set_id in SETS
    }
    pipeline = Pipeline()
    workbooks: dict[str, bytes] = {}
    for name, fault in {"tunliu_2023": lambda _: None, **FAULTS}.items():
        data = copy.deepcopy(base)
        fault(data)
        workbooks[name] = fill(data)
    for name in PUTUO:
        workbooks[name] = fill(load(SAMPLES / f"{name}.yaml"), "shanghai-putuo-2024")
    for place in ("sichuan", "beijing"):
        workbooks[f"{place}_2023"] = fill(load(SAMPLES / f"{place}_2023.yaml"), f"{place}-2023")
    forms = load(SAMPLES / f"{FORMS_BASE}.yaml")
    for name, fault in {FORMS_BASE: lambda _: None, **FORM_FAULTS}.items():
        data = copy.deepcopy(forms)
        fault(data)
        workbooks[name] = fill_forms(data)
    files |= {ROOT / "templates" / f"{s.id}.xlsx": score_workbook(s, ()) for s in Library().score_sheets}
    for name, workbook in workbooks.items():
        files[SAMPLES / f"{name}.xlsx"] = workbook
        checked = pipeline.run(workbook, f"samples/{name}.xlsx")
        files[SAMPLES / f"{name}.json"] = (to_json(report_data(checked.report)) + "\n").encode()
    return files


def main() -> int:
    """Write, or with ``--check`` compare."""
    changed = [(path, data) for path, data in build().items() if not path.is_file() or path.read_bytes() != data]
    for path, data in changed:
        print(path.relative_to(ROOT))
        if "--check" not in sys.argv:
            path.write_bytes(data)
    return 1 if changed and "--check" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
