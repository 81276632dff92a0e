"""Units that no roster has yet: known by the name that they print, until a person takes them into the roster.

Their codes are drafted of their names, so that the same name is the same unit whenever it comes.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import PurePosixPath

from xlcheck.labels import plain
from xlcheck.office.roster import Unit

LEAD = "待定"
_DIGITS = 10  # of the hash: ten thousand units share none of them
_NOISE = re.compile(r"[()\[\]【】〔〕《》<>\"'·.,、:;_\-—]+")
_COPY = re.compile(r"(?:[-_]?副本)?[(（]\d{1,3}[)）]$")
_CODE = re.compile(r"(?<![0-9A-Za-z])\d{3,}(?![0-9A-Za-z])")
_YEAR = re.compile(r"(?:19|20)\d{2}(?:\d{2}){0,2}")
_ABOUT = re.compile(
    r"(?:[-_ (（]*(?:19|20)\d{2}.*|[-_ ]*(?:部门|单位)?(?:决算|公开|财政拨款|审核|定稿|终稿|报送|报表|附件|工作簿).*)$"
)
_LEADS = re.compile(r"^附件\s*[一二三四五六七八九十\d]*\s*[：:、.．_-]*\s*")
_SAYS_WHO = re.compile(r"[\u3400-\u9fff]{3}|[A-Za-z]{3}.*[A-Za-z]{3}")
_SAYS_NOTHING = re.compile(
    r"(?i)(?:\d|[-_ .()（）]|book|sheet|workbook|template|report|final|copy|juesuan|gongkai|new|folder|untitled|新建|文件夹|文件|文档|表格|工作表|工作簿|汇总|"
    r"未命名|无标题|附件|附表|资料|材料|年度?|月|日|号|版|最新|最终|修改|文字|说明|情况|公开|决算|预算|绩效|自评|部门|单位|表|桌面|下载|微信|副本|压缩|打包|临时)+"
)
_EDGES = " \t-_—:：,，;；()（）[]【】"


def name_key(name: str) -> str:
    """What of a name counts when names are compared."""
    return _NOISE.sub("", plain(name)).lower()


def draft_code(name: str) -> str:
    """The code of a unit that has only a name."""
    return LEAD + hashlib.sha256(name_key(name).encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]


def is_draft(code: str) -> bool:
    """Whether a code was drafted: nobody has given the unit one of its own."""
    return code.startswith(LEAD)


def code_shown(code: str) -> str:
    """A code as people read it: what was drafted says no more than that it is to be settled."""
    return LEAD if is_draft(code) else code


def printed_unit(said: str) -> Unit | None:
    """The unit that sheets name; None where they name none. A code beside the name is no part of the name."""
    name = " ".join(said.split())
    codes = [found for found in _CODE.findall(name) if not _YEAR.fullmatch(found)]
    if len(codes) == 1:
        name = name.replace(codes[0], "").strip(_EDGES) or name
    return Unit(draft_code(name), name) if name_key(name) else None


def printed_code(said: str) -> str:
    """The code that stands beside the name of a unit; empty where none does, or nobody could tell which it is."""
    codes = [found for found in _CODE.findall(" ".join(said.split())) if not _YEAR.fullmatch(found)]
    return codes[0] if len(codes) == 1 else ""


def named_file(name: str) -> Unit | None:
    """The unit that a path in the inbox seems to be of; None where it says nothing of a unit (附件1, 决算公开).

    The innermost part that names one counts.
    """
    path = PurePosixPath(name.replace("\\", "/"))
    parts = (path.stem, *(part for part in reversed(path.parts[:-1]) if part != "/"))
    return next(filter(None, map(_named_part, parts)), None)


def _named_part(part: str) -> Unit | None:
    bare = _ABOUT.sub("", _LEADS.sub("", _COPY.sub("", part.strip()))).strip(_EDGES)
    says = _SAYS_WHO.search(bare) and not _SAYS_NOTHING.fullmatch(bare)
    return printed_unit(bare) if says else None
