"""``--format html``: to the screen or to a file, every workbook in its order, refused ones too."""

from __future__ import annotations

import re

KEYS = re.compile(r'<article class="workbook" id="(w[0-9a-f]{8})"')


def test_a_page_goes_to_the_screen_or_to_a_file(run, inbox, tmp_path):
    screen = run("check", inbox / "错误.xlsx", "--format", "html")
    target = tmp_path / "报告" / "r.html"
    done = run("check", inbox / "错误.xlsx", "--format", "html", "--output", target)
    assert (screen.code, done.code, done.out) == (1, 1, "")
    assert target.read_text(encoding="utf-8") == screen.out
    assert screen.out.startswith("<!DOCTYPE html>")
    assert screen.out.endswith("</html>\n")


def test_several_workbooks_come_in_order_with_the_refused_ones(run, inbox):
    done = run("check", inbox / "好.xlsx", inbox / "坏.xlsx", inbox / "好.xlsx", "--format", "html", "--jobs", "2")
    assert done.code == 3
    assert len(set(KEYS.findall(done.out))) == 3
    assert "共 3 份工作簿，其中 1 份没有检查" in done.out
    assert done.out.index("文件已损坏") > 0


def test_the_same_page_from_one_process_or_two(run, inbox):
    pages = {run("check", inbox, "--format", "html", "--jobs", str(n)).out for n in (1, 2)}
    assert len(pages) == 1


def test_the_page_is_utf8_whatever_the_terminal_is(run, inbox):
    done = run("check", inbox / "错误.xlsx", "--format", "html", PYTHONIOENCODING="gbk")
    assert "公开03" in done.out


def test_a_copy_is_named_on_the_page(run, inbox, tmp_path):
    done = run("check", inbox / "错误.xlsx", "--format", "html", "--out", tmp_path / "副本")
    assert "标记副本：" in done.out
    assert (tmp_path / "副本" / "错误.xlsx").exists()
