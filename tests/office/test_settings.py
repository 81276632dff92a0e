"""xlcheck.yaml: all mistakes at once with their places; no password in it; folders that do not overlap."""

from __future__ import annotations

import os
import re
from pathlib import Path

import keyring
import keyring.backend
import pytest

from xlcheck.errors import MappingError, Usage
from xlcheck.office.folders import folders
from xlcheck.office.settings import FILE, Server, load, password
from xlcheck.office.starter import SETTINGS


def written(root: Path, text: str) -> Path:
    (root / FILE).write_text(text, encoding="utf-8")
    return root


def test_what_init_writes_can_be_read(tmp_path: Path) -> None:
    found = load(written(tmp_path, SETTINGS))
    assert (found.settle, found.poll, found.roster, found.mail, found.events) == (3, 10, "单位名册.csv", None, "是")


def test_what_init_only_suggests_fits_too(tmp_path: Path) -> None:
    """Every commented setting, with its # taken away."""
    lines = [
        line.removeprefix("# ") if line.startswith("# ") and ":" in line else line for line in SETTINGS.splitlines()
    ]
    lines = [line for line in lines if not line.startswith(("xlcheck 的", "  #", "各文件夹", "发信。", "从邮箱"))]
    found = load(written(tmp_path, "\n".join(lines)))
    assert found.mail is not None
    assert found.mail.port == 465
    assert found.mailbox is not None
    assert found.mailbox.folder == "INBOX"
    assert found.folders.inbox == "收件"


def test_all_mistakes_at_once_with_their_lines(tmp_path: Path) -> None:
    text = "静置秒数: 三\n不认识: 1\n邮件:\n  服务器: x\n  发件人: 没有at\n  加密: 无\n  密码: 123456\n"
    with pytest.raises(MappingError) as caught:
        load(written(tmp_path, text))
    assert {(m.line, m.file) for m in caught.value.mistakes} == {(n, FILE) for n in (1, 2, 5, 6, 7)}


def test_a_password_in_the_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match="密码"):
        load(written(tmp_path, "邮件:\n  服务器: x\n  发件人: a@b.cn\n  密码: secret\n"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("轮询秒数: 0\n", "“轮询秒数”要大于 0，现在是“0”"),
        ("年度: 1998\n", "“年度”不能小于 2000，现在是“1998”"),
        ("同时检查: 900\n", "“同时检查”不能大于 256，现在是“900”"),
        ("备份份数: 1.5\n", "“备份份数”应当是整数，现在是“1.5”"),
        ("静置秒: 3\n", "不认识的项“静置秒”。是不是“静置秒数”？"),
        ("收信:\n  服务器: x\n  密码: y\n", "不认识的项“密码”。是不是“密码环境变量”或“密码在钥匙串”？"),
        ("邮件:\n  服务器: x\n  发件人: 科长\n", "“发件人”应当是一个邮箱地址，如 js@example.gov.cn，现在是“科长”"),
        ("邮件:\n  服务器: x\n  发件人: a@b.cn\n  回复到: a b@c\n", "“回复到”应当是一个邮箱地址"),
        ("文件夹: 收件\n", "“文件夹”应当是“键: 值”"),
        ("轮询秒数: .nan\n", "“轮询秒数”应当是数字，现在是“.nan”"),
        ("单位名册: [a]\n", "“单位名册”应当是文字"),
        ('文件夹: {收件: "a\\0b"}\n', "“收件”里有看不见的控制字符"),
        ("\t年度: 2023\n", "YAML 写法有误：这里不能用制表符"),
        ("年度: [\n", "YAML 写法有误：这里缺内容"),
        ("落款: a: b\n", "YAML 写法有误：冒号放错了位置"),
        ("年度: 2023\n 轮询秒数: 3\n", "YAML 写法有误：冒号放错了位置"),
        ("邮件:\n  服务器: x\n 发件人: a@b.cn\n", "YAML 写法有误：缩进不齐"),
        ("年度\n静置秒数: 3\n", "YAML 写法有误："),
        ('改好后发到: "a\n', "YAML 写法有误：引号或括号没有写完"),
        ("改好后发到: *a\n", "YAML 写法有误：“*”开头的文字要加引号"),
    ],
)
def test_every_mistake_is_a_chinese_sentence(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(MappingError) as caught:
        load(written(tmp_path, text))
    (mistake,) = caught.value.mistakes
    assert mistake.message.startswith(said)
    assert not re.search(r"[a-z]{4,} [a-z]{3,}", mistake.message), "English"


def test_no_settings_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(Usage, match="xlcheck init"):
        load(tmp_path)


class _Memory(keyring.backend.KeyringBackend):
    priority = 1  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.kept = {("xlcheck:mail.cn", "a@b.cn"): "secret"}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password


def test_passwords_come_from_the_environment_or_the_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    base = {"服务器": "mail.cn", "账号": "a@b.cn"}
    assert password(Server.model_validate({"服务器": "mail.cn"}), "发信") == ""
    with pytest.raises(Usage, match="密码环境变量"):
        password(Server.model_validate(base), "发信")
    named = Server.model_validate(base | {"密码环境变量": "XLCHECK_TEST_PASSWORD"})
    monkeypatch.delenv("XLCHECK_TEST_PASSWORD", raising=False)
    with pytest.raises(Usage, match="XLCHECK_TEST_PASSWORD"):
        password(named, "发信")
    monkeypatch.setenv("XLCHECK_TEST_PASSWORD", "p")
    assert password(named, "发信") == "p"
    before = keyring.get_keyring()
    try:
        keyring.set_keyring(_Memory())
        assert password(Server.model_validate(base | {"密码在钥匙串": "是"}), "发信") == "secret"
        with pytest.raises(Usage, match="keyring set"):
            password(Server.model_validate(base | {"账号": "x@y.cn", "密码在钥匙串": "是"}), "发信")
    finally:
        keyring.set_keyring(before)


@pytest.mark.parametrize(
    "names",
    [
        {"收件": "甲", "已处理": "甲"}, {"收件": "甲", "已退回": "甲/乙"}, {"收件": "."}, {"收件": "甲/../乙", "台账": "乙"},
        {"收件": ".."},
    ],
)  # fmt: skip
def test_folders_that_overlap_are_refused(tmp_path: Path, names: dict[str, str]) -> None:
    text = "文件夹:\n" + "".join(f"  {k}: {v}\n" for k, v in names.items())
    settings = load(written(tmp_path, text))
    with pytest.raises(Usage):
        folders(tmp_path, settings)


def test_a_folder_in_the_code_or_behind_a_link_is_refused(tmp_path: Path) -> None:
    import xlcheck

    inside = Path(xlcheck.__file__).parent / "收件"
    with pytest.raises(Usage, match="程序"):
        folders(tmp_path, load(written(tmp_path, f"文件夹:\n  收件: {inside}\n")))
    if os.name != "nt":
        (tmp_path / "elsewhere").mkdir()
        (tmp_path / "链接").symlink_to(tmp_path / "elsewhere")
        with pytest.raises(Usage, match="链接"):
            folders(tmp_path, load(written(tmp_path, "文件夹:\n  收件: 链接\n")))
