"""``xlcheck fill`` and ``xlcheck template``: a whole workbook, or every mistake at once and no file."""

from __future__ import annotations

import copy
import io
import json

import openpyxl
import pytest

from support.places import SAMPLE_DATA


@pytest.fixture
def fill(run, sample, tmp_path):
    def call(edit):
        data = copy.deepcopy(sample)
        edited = edit(data)
        data = data if edited is None else edited
        (tmp_path / "d.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
        return run("fill", "shanxi-2023", tmp_path / "d.json", "-o", tmp_path / "o.xlsx")

    return call


def rows(book, sheet: str) -> list[list[object]]:
    """The filled cells of each row."""
    return [[c.value for c in row if c.value is not None] for row in book[sheet].iter_rows()]


def test_a_filled_workbook_holds_the_figures_given(books):
    book = openpyxl.load_workbook(io.BytesIO(books["好"]), data_only=True)
    assert len(book.sheetnames) == 10
    found = rows(book, "公开03 支出决算表")
    assert ["合计", 567.18, 360.14, 207.04] in found
    assert ["2080502", "事业单位离退休", 108.54, 2.98, 105.56] in [[str(r[0]), *r[1:]] for r in found if r]
    assert "长治市屯留区社会保险中心" in str(book["公开01 收入支出决算总表"]["A3"].value)


def test_yaml_and_json_fill_the_same_workbook(run, books, tmp_path):
    assert run("fill", "shanxi-2023", SAMPLE_DATA, "-o", tmp_path / "y.xlsx").code == 0
    sheets = [
        openpyxl.load_workbook(io.BytesIO(b), data_only=True) for b in (books["好"], (tmp_path / "y.xlsx").read_bytes())
    ]
    values = [[[c.value for c in row] for s in book for row in s.iter_rows()] for book in sheets]
    assert values[0] == values[1]


def test_totals_that_are_left_out_are_computed_and_those_given_stay(fill, tmp_path):
    def edit(data):
        del data["tables"]["公开03"]["合计"]
        data["tables"]["公开05"]["合计"] = [999, 360.14, 207.04]

    assert fill(edit).code == 0
    book = openpyxl.load_workbook(tmp_path / "o.xlsx", data_only=True)
    [computed] = [r for r in rows(book, "公开03 支出决算表") if r[:1] == ["合计"]]
    assert computed == ["合计", 567.19, 360.14, 207.04]
    assert ["合计", 999, 360.14, 207.04] in rows(book, "公开05 一般公共预算支出决算表")


def test_fill_says_where_it_wrote(fill, tmp_path):
    assert fill(lambda _data: None).out == f"已写出 {tmp_path / 'o.xlsx'}\n"


def test_all_mistakes_in_the_data_are_listed_and_nothing_is_written(fill, tmp_path):
    def edit(data):
        data["tables"]["公开01"]["收入"]["没有的行"] = 1
        data["tables"]["公开01"]["支出"]["教育支出"] = "十二"
        data["tables"]["公开03"]["rows"][0]["values"] = {"没有的栏": 1}
        data["tables"]["公开03"]["rows"][1]["values"] = [1, 2]
        data["tables"]["公开05"]["没有的项"] = 1
        data["tables"]["公开06"]["30101"] = "1.2.3"
        data["tables"]["公开99"] = {}
        data["tables"]["公开10"]["货物"] = "NaN"
        data["colour"] = "red"

    done = fill(edit)
    assert done.code == 2
    for said in (
        "公开01：没有“没有的行”这一行",
        "“十二”不是数字",
        "没有“没有的栏”这一栏，有：本年支出合计、基本支出",
        "公开03“20801”：应有 6 个数，给了 2 个",
        "公开05：不认识“没有的项”",
        "“1.2.3”不是数字",
        "这套表没有“公开99”，有：公开01、",
        "“NaN”不是数字",
        "不认识的项“colour”",
    ):
        assert said in done.err
    assert len(done.err.strip().splitlines()) == 9
    assert not (tmp_path / "o.xlsx").exists()


@pytest.mark.parametrize(
    "data",
    [
        [], "text", 5, {"tables": "x"}, {"tables": [5]}, {"tables": {"公开01": 5}}, {"tables": {"公开01": "无"}}, {"tables": {"公开01": {"收入": 5}}},
        {"tables": {"公开01": {"收入": [1, 2]}}}, {"tables": {"公开03": {"rows": 5}}}, {"tables": {"公开03": {"rows": "x"}}},
        {"tables": {"公开03": {"rows": [5]}}},
        {"tables": {"公开03": {"rows": {"208": 1}}}}, {"tables": {"公开06": {"30101": [[1]]}}},
        {"tables": {"公开06": {"30101": True}}}, {"tables": {"公开06": {"30101": "1e400"}}},
        {"tables": {"公开06": {"30101": "9" * 400}}},
    ],
)  # fmt: skip
def test_data_of_any_shape_are_a_mistake_said_in_chinese_not_a_fault(fill, tmp_path, data):
    def edit(_):
        return data

    done = fill(edit)
    assert done.code == 2, done.err
    assert any("\u4e00" <= c <= "\u9fff" for c in done.err)
    assert not (tmp_path / "o.xlsx").exists()


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("d.yaml", "unit: [", "YAML 写法有误"),
        ("d.yaml", "unit: a\nunit: b\n", "d.yaml:2:1: “unit”写了两次"),
        ("d.json", "{", "读不了这个 JSON 文件"),
        ("d.yaml", "", "unit、year、tables"),
    ],
)
def test_a_data_file_that_cannot_be_read_is_exit_2_with_its_place(run, tmp_path, name, text, said):
    (tmp_path / name).write_text(text, encoding="utf-8")
    done = run("fill", "shanxi-2023", tmp_path / name, "-o", tmp_path / "o.xlsx")
    assert done.code == 2
    assert said in done.err


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["shanxi-2023", "none.yaml", "-o", "o.xlsx"], "没有“none.yaml”这个数据文件"),
        (
            ["none", "{sample}", "-o", "o.xlsx"],
            "没有“none”这套映射。现有：beijing-2023、central-2023、shanxi-2023、sichuan-2023、shanghai-putuo-2024",
        ),
        (["shanxi-2023", "{sample}"], "缺少"),
        (["shanxi-2023"], "缺少参数 DATA"),
    ],
)
def test_wrong_usage_is_exit_2_said_in_chinese(run, tmp_path, args, said):
    done = run("fill", *(a.replace("{sample}", str(SAMPLE_DATA)) for a in args), here=tmp_path)
    assert done.code == 2
    assert said in done.err
    assert list(tmp_path.iterdir()) == []


def test_fill_never_overwrites_the_data_it_reads(run, tmp_path):
    path = tmp_path / "d.yaml"
    path.write_bytes(SAMPLE_DATA.read_bytes())
    assert run("fill", "shanxi-2023", path, "-o", path).code == 2
    assert path.read_bytes() == SAMPLE_DATA.read_bytes()


def test_a_place_that_cannot_be_written_is_exit_70(run, tmp_path):
    (tmp_path / "folder").mkdir()
    done = run("fill", "shanxi-2023", SAMPLE_DATA, "-o", tmp_path / "folder")
    assert done.code == 70
    assert "这是文件夹，不是文件" in done.err


def test_a_template_is_the_blank_form_and_is_recognised(run, tmp_path):
    done = run("template", "shanxi-2023", "-o", tmp_path / "t.xlsx")
    assert (done.code, done.out) == (0, f"已写出 {tmp_path / 't.xlsx'}\n")
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    assert len(book.sheetnames) == 10
    found = run("check", tmp_path / "t.xlsx", "--format", "json").json
    assert (found["status"], found["workbook"]["set"]) == ("checked", "shanxi-2023")
    assert [f["message"][:7] for f in found["findings"] if f["kind"] == "structure"] == ["各表都没有数据"]


def test_a_template_of_no_set_is_exit_2(run, tmp_path):
    done = run("template", "none", "-o", tmp_path / "t.xlsx")
    assert done.code == 2
    assert "没有“none”这套映射" in done.err
    assert not (tmp_path / "t.xlsx").exists()
