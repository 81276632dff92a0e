"""``xlcheck.yaml`` → :class:`Settings`. All mistakes at once, each with its place; passwords are never in it."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from xlcheck.errors import MappingError, Usage
from xlcheck.mapping.source import MappingSource
from xlcheck.mapping.validate import check
from xlcheck.office.names import FILE


def _is_name(text: str) -> str:
    if any(ord(c) < 32 for c in text):
        raise ValueError("里有看不见的控制字符，请删掉")
    return text


_Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1), AfterValidator(_is_name)]
_Yes = Literal["是", "否"]


def _is_address(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]+", text):
        raise ValueError("应当是一个邮箱地址，如 js@example.gov.cn")
    return text


_Address = Annotated[str, AfterValidator(_is_address)]
_Reply = Annotated[str, AfterValidator(lambda text: _is_address(text) if text else text)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class FolderNames(_Part):
    """Names of the folders, below the desk's folder or absolute."""

    inbox: _Name = Field("收件", alias="收件", description="单位报来的工作簿放进这里")
    working: _Name = Field("处理中", alias="处理中", description="正在检查的，请勿动")
    done: _Name = Field("已处理", alias="已处理", description="检查过的原件，按日期")
    returned: _Name = Field("已退回", alias="已退回", description="有问题、要退回单位的标记副本，按日期")
    unknown: _Name = Field("无法识别", alias="无法识别", description="读不了的，或不知道是哪个单位的")
    outbox: _Name = Field("发件", alias="发件", description="信件，按状态分文件夹")
    ledger: _Name = Field("台账", alias="台账", description="台账和备份")
    templates: _Name = Field("信件模板", alias="信件模板", description="自己写的信件模板（可以没有）")


class Server(_Part):
    """A mail server. The password comes from the environment or the system's keyring."""

    host: _Name = Field(alias="服务器")
    port: int = Field(0, ge=0, le=65535, alias="端口")
    security: Literal["SSL", "STARTTLS", "不加密"] = Field("SSL", alias="加密")
    user: str = Field("", alias="账号")
    password_variable: str = Field("", alias="密码环境变量")
    keyring: _Yes = Field("否", alias="密码在钥匙串")
    seconds: float = Field(60, gt=0, le=3600, alias="超时秒数")
    certificates: str = Field("", alias="证书文件", description="单位自建证书的 CA 文件（.pem）")


class Mail(Server):
    """Letters: the server that takes them, and what they say of us."""

    sender: _Address = Field(alias="发件人")
    sender_name: str = Field("", alias="发件人名称")
    reply_to: _Reply = Field("", alias="回复到")
    signature: str = Field("", alias="落款")
    megabytes: float = Field(20, gt=0, alias="附件上限MB")
    pause: float = Field(1, ge=0, alias="每封间隔秒数")
    automatic: _Yes = Field("否", alias="自动发送", description="是：watch 检查完就发；否：由 xlcheck send 发")


class Mailbox(Server):
    """The mailbox that units write to (IMAP)."""

    folder: _Name = Field("INBOX", alias="邮箱文件夹")
    days: int = Field(30, ge=1, alias="只看最近几天")


class Settings(_Part):
    """Everything that can be set; what is left out is as ``xlcheck init`` writes it. ``root`` is the desk's folder."""

    folders: FolderNames = Field(default_factory=lambda: FolderNames.model_validate({}), alias="文件夹")
    form: str = Field("", alias="表样", description="只收这一种表样；不写则自动识别")
    mappings: str = Field("", alias="映射文件夹", description="自己的映射放在这里；程序自带的照常可用")
    year: int | None = Field(None, ge=2000, le=2100, alias="年度", description="催报和总览看哪一年；不写则看最近一年")
    roster: str = Field("单位名册.csv", alias="单位名册")
    last_year: str = Field("", alias="上年文件夹", description="上年各单位的工作簿，核对年初数")
    settle: float = Field(3, ge=0, le=3600, alias="静置秒数")
    poll: float = Field(10, gt=0, le=3600, alias="轮询秒数")
    events: _Yes = Field("是", alias="文件事件", description="网络共享上收不到事件，写 否")
    jobs: int = Field(0, ge=0, le=256, alias="同时检查")
    send_to: str = Field("", alias="改好后发到")
    backups: int = Field(30, ge=0, alias="备份份数")
    mail: Mail | None = Field(None, alias="邮件")
    mailbox: Mailbox | None = Field(None, alias="收信")

    @model_validator(mode="before")
    @classmethod
    def _without_blanks(cls, data: object) -> object:
        """A key with nothing behind it is as if it were not there."""
        return _filled(data)


def _filled(data: object) -> object:
    if isinstance(data, dict):
        return {k: _filled(v) for k, v in data.items() if v is not None}
    return data


def load(root: Path) -> Settings:
    """The settings of the desk in ``root``.

    Raises:
        Usage: no desk there.
        MappingError: the file has mistakes (all of them).
    """
    path = root / FILE
    if not path.is_file():
        raise Usage(
            f"“{root.absolute()}”里没有 {FILE}，不是工作文件夹。工作文件夹在别处，就把它写在命令后面；还没有，先运行：xlcheck init {root}"
        )
    source = MappingSource(path, FILE)
    mistakes = list(source.mistakes)
    data = {} if source.data is None else source.data
    if not mistakes:
        mistakes = check(Settings, source) if source.data is not None else []
    if mistakes:
        raise MappingError(mistakes)
    return Settings.model_validate(data)


def password(server: Server, what: str) -> str:
    """The password for a server: from the environment, else from the system's keyring; empty without an account.

    Raises:
        Usage: there is none, and what to do.
    """
    if not server.user:
        return ""
    if server.password_variable:
        found = os.environ.get(server.password_variable, "")
        if found:
            return found
        raise Usage(f"{what}的密码没有找到：环境变量 {server.password_variable} 是空的。设好后再运行。")
    if server.keyring == "是":
        return _from_keyring(server, what)
    raise Usage(f"{what}没有写密码从哪里来。在 {FILE} 里写“密码环境变量”或“密码在钥匙串: 是”；密码本身不要写进文件。")


def _from_keyring(server: Server, what: str) -> str:
    try:
        import keyring
        import keyring.errors
    except ImportError as error:
        raise Usage("要从钥匙串取密码，请先安装：pip install 'xlcheck[keyring]'") from error
    try:
        found = keyring.get_password(f"xlcheck:{server.host}", server.user)
    except keyring.errors.KeyringError as error:
        raise Usage(f"{what}的密码取不出来：钥匙串不可用（{error}）。") from error
    if not found:
        raise Usage(f"{what}的密码不在钥匙串里。存进去：keyring set xlcheck:{server.host} {server.user}")
    return found


__all__ = ["FILE", "FolderNames", "Mail", "Mailbox", "Server", "Settings", "load", "password"]
