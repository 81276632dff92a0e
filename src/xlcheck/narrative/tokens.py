"""A passage → tokens: figures with their units, names of subjects, words by class, signs.

Each token is one character in a sentence's string of classes (:class:`~xlcheck.profile.NarrativeProfile` ``classes``), over which
the forms of sentences are patterns. Words that say nothing (虚词) and brackets without a figure leave no token.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from xlcheck.narrative.prose import BREAK, Prose, read_word
from xlcheck.profile import NarrativeProfile

AMOUNT, PERCENT, COUNT = "金额", "百分比", "数量"
SUBJECT, THIS_YEAR, OTHER_YEAR, VERSUS, UNKNOWN = "主体", "本年", "某年", "较", "未知"
EMPTY_WORD = "虚词"
SENTENCE_ENDS = ("。", BREAK)
_UNITS = {"百万元": 2, "亿元": 4, "亿": 4, "万元": 0, "万": 0, "千元": -1, "元": -4}
_MEASURES = (
    "个百分点", "台(套)", "台、套", "台套", "个批次", "人次数", "人次", "批次", "团次", "团组", "次", "批", "辆", "台", "套", "个", "人", "名",
    "项", "家", "户", "件", "起", "分", "条", "份", "场", "期", "处", "所", "宗", "篇", "艘", "架", "亩", "平方米", "平米", "公里", "年", "天", "小时", "岁", "倍", "%点",
)  # fmt: skip
_NUMBER = r"[-−－]?\d+(?:,\d{3})*(?:\.\d+)?"
_FIGURE = re.compile(
    rf"(?P<number>{_NUMBER})(?P<unit>百万元|亿元|万元|千元|元|亿|万(?![人次辆台套个吨平亩公册件户名])|%|{'|'.join(map(re.escape, _MEASURES))})?"
    r"|(?P<odd>(?:∞|—{1,4}|-{1,4}|－{1,2}|/|\*{1,2}|…)%)"
)
_DATE = re.compile(r"(?:\d{4}年)?\d{1,2}月(?:\d{1,2}日)?|\d{4}年(?:底|末|初)|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}")
_YEARS = re.compile(r"(?P<year>(?:19|20)\d{2})(?:年度|年)(?!\d{1,2}月)")
_VERSUS = re.compile(
    r"(?:相较于|相较|相对于|对比|较之|比较|较|比|与|同|和|跟)(?=上|去年|往年|(?:19|20)\d\d年|年初|全年|全部|预算|调整|本年|当年|同期|年度|初始|支出预算|部门)"
)
_ORDINAL = re.compile(
    r"(?:\d{1,2}[.、．](?!\d)|\(\d{1,2}\)[、.]?|[一二三四五六七八九十]{1,3}、|\([一二三四五六七八九十]{1,3}\)[、.]?|[①-⑳])"
)
# A name may have brackets of its own: 政府办公厅(室)及相关机构事务(款).
_LEVELS = re.compile(r"(?![.．])((?:[^()，。；：、\d\n]|\((?!(?:类|款|项)\))[^()\d\n]{1,6}\)){2,48}?)\((类|款|项)\)")
# Behind another level a name may have 、 in it: 环境保护管理事务(款)环境保护法规、规划及标准(项).
_NEXT_LEVEL = re.compile(r"([^()，。；：、\d\n][^()，。；：\d\n]{1,40}?)\((类|款|项)\)")
_CODED = re.compile(
    r"([^()，。；：、.．\d\n][^()，。；：、\d\n]{1,39}?)\((\d{7}|\d{5}|\d{3}|\d{2})(?:类|款|项)?\)|(\d{7}|\d{5}|\d{3})([^()，。；：、\d\n%元万亿个辆人次批台年月]{2,40}?)(?=\d|支出决算|决算|预算|年初)"
)
_BRACKET = re.compile(r"\([^()]*\)")
_SIGNS = {"，": "，", "、": "、", "(": "（", ")": "）", "：": "：", "；": "，"}
_LEVEL_WORDS = ("类", "款", "项")
_PART = 2  # digits that a 款 or 项 adds to the code above it
_SINGLE = {
    "单字增": "大于",
    "单字减": "小于",
}  # such a word is one before a figure, or a comparison before what it compares with
_BASES = ("年初预算", "全年预算", "预算", "上年")
_ANDS, _AFTER_FIGURE = "和及与", ("元", "%", "万", "亿", "个", "辆", "人")


class Printed(NamedTuple):
    """A figure as printed.

    ``value`` is in 万元 for amounts, in per cent, or a count; None where no number is printed (∞%, --%). ``ulp`` is
    the unit of its last printed digit, in the same measure. ``unit``: 万元, 元, %, 辆 …; empty where none is printed.
    """

    kind: str
    value: Decimal | None
    ulp: Decimal
    unit: str


@dataclass(slots=True)
class Token:
    """A piece of a passage, ``start`` to ``end`` in its prose. ``kind`` is its class.

    ``names`` are the names of a subject: its word, or the path of a 科目 (``levels``: 类, 款, 项 of each), ``code`` its
    printed code. ``ordinal``: an ordinal stands right before it; ``lead``: words that we don't know do.
    """

    kind: str
    start: int
    end: int
    text: str
    printed: Printed | None = None
    year: int | None = None
    names: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    code: str = ""
    ordinal: bool = False
    listed: bool = False
    lead: str = ""


@dataclass(slots=True)
class Sentence:
    """Tokens up to a full stop or the end of a paragraph; ``classes`` is their string."""

    tokens: list[Token]
    classes: str
    start: int
    end: int
    ends_paragraph: bool = False


class Lexicon:
    """The words of a profile and the names of subjects, found by their first two characters, the longest first.

    ``own`` are names of the unit, which name nothing else; ``short`` are names only right before a figure (水费2.19万元).
    """

    def __init__(
        self, profile: NarrativeProfile, names: Iterable[str], own: Iterable[str] = (), short: Iterable[str] = ()
    ) -> None:
        self.classes = profile.classes
        self.words: dict[str, tuple[str, str]] = {}
        for kind, words in profile.words.items():
            for word in words:
                self.words.setdefault(read_word(word), (kind, word))
        self.short = frozenset(short)
        for name in (*names, *self.short):
            self.words[read_word(name)] = (SUBJECT, name)
        for name in own:  # of the unit: 榕江县卫生健康局 speaks of no 卫生健康支出
            self.words[read_word(name)] = (EMPTY_WORD, name)
        self.heads: dict[str, list[str]] = {}
        for word in self.words:
            self.heads.setdefault(word[:2], []).append(word)
        for listed in self.heads.values():
            listed.sort(key=len, reverse=True)

    def at(self, text: str, start: int) -> tuple[str, str, int] | None:
        """The longest word that begins at a place: its class, itself, and how many characters of the text it is."""
        for head in (text[start : start + 2], text[start]):
            for word in self.heads.get(head, ()):
                if text.startswith(word, start):
                    return *self.words[word], len(word)
        return None


def sentences(prose: Prose, lexicon: Lexicon, year: int | None) -> Iterator[Sentence]:
    """The sentences of a passage."""
    text, start = prose.text, 0
    for end, character in enumerate(text):
        if character in SENTENCE_ENDS:
            if end > start:
                yield _sentence(
                    text, start, end, lexicon, year, ends=character == BREAK or text[end + 1 : end + 2] == BREAK
                )
            start = end + 1
    if len(text) > start:
        yield _sentence(text, start, len(text), lexicon, year, ends=True)


def _sentence(text: str, start: int, end: int, lexicon: Lexicon, year: int | None, *, ends: bool) -> Sentence:
    tokens = list(_Scanner(text, start, end, lexicon, year).tokens())
    classes = "".join(lexicon.classes[t.kind] for t in tokens)
    return Sentence(tokens, classes, start, end, ends)


class _Scanner:
    """Goes through one sentence."""

    def __init__(self, text: str, start: int, end: int, lexicon: Lexicon, year: int | None) -> None:
        self.text = text
        self.start, self.end = start, end
        self.lexicon = lexicon
        self.year = year
        self.paths = {m.start(): m for m in _LEVELS.finditer(text, start, end)}
        self.coded = {m.start(): m for m in _CODED.finditer(text, start, end)}

    def tokens(self) -> Iterator[Token]:
        at, unknown = self.start, -1
        ordinal = False
        while at < self.end:
            found, after = self._next(at, begins=at == self.start or self.text[at - 1] in "；：，")
            inside = unknown >= 0 and (found is None or found.kind == "连") and after <= at + 2
            if inside or (found is None and after == at):
                unknown = at if unknown < 0 else unknown
                at = max(after, at + 1)
                continue
            if unknown >= 0:
                yield Token(UNKNOWN, unknown, at, self.text[unknown:at])
                if found is not None and found.kind == SUBJECT:
                    found.lead = self.text[unknown:at]
                unknown = -1
            if found is not None and found.kind == "序号":
                ordinal, found = True, None
            elif found is not None:
                found.ordinal, ordinal = ordinal, False
                yield found
            at = after
        if unknown >= 0:
            yield Token(UNKNOWN, unknown, self.end, self.text[unknown : self.end])

    def _next(self, at: int, *, begins: bool) -> tuple[Token | None, int]:
        """The token at a place and where it ends; (None, the same place) where nothing known stands."""
        text = self.text
        if begins and (mark := _ORDINAL.match(text, at, self.end)):
            return Token("序号", at, mark.end(), mark[0]), mark.end()
        coded = self.coded.get(at)
        if self.paths.get(at) is not None or (coded is not None and len(coded[2] or coded[3]) > _PART):
            return self._path(at)
        found = self.lexicon.at(text, at)
        if found is not None and found[0] == SUBJECT:
            if found[1] in self.lexicon.short and not text[at + found[2] : at + found[2] + 1].isdigit():
                return None, at
            return self._subject(at, found[1], at + found[2])
        if text[at].isdigit() or text[at] in "-−－∞—/*…":
            return self._figure(at)
        if text[at] in _ANDS and text[at - 1 : at] in _AFTER_FIGURE and self._begins_figure(at + 1):
            return Token("、", at, at + 1, text[at]), at + 1  # 63.50%和36.50%
        mark = _VERSUS.match(text, at, self.end)
        if mark:
            return Token(VERSUS, at, mark.end(), mark[0]), mark.end()
        if text[at] == "(" and (skip := self._skipped(at)):
            return None, skip
        if text[at] in _SIGNS:
            sign = _SIGNS[text[at]]
            return Token(sign, at, at + 1, text[at]), at + 1
        if found is None:
            return None, at
        kind, word, length = found
        end = at + length
        if kind == EMPTY_WORD:
            return None, end
        if kind in _SINGLE and not _FIGURE.match(text, end, self.end):
            kind = _SINGLE[kind] if self._begins_base(end) else ""
        return (Token(kind, at, end, word), end) if kind else (None, at)

    def _begins_base(self, at: int) -> bool:
        """Whether what something is measured from follows: 超年初预算."""
        found = self.lexicon.at(self.text, at) if at < self.end else None
        return found is not None and found[0] in _BASES

    def _begins_figure(self, at: int) -> bool:
        return self.text[at : at + 1].isdigit() and not _YEARS.match(self.text, at, self.end)

    def _skipped(self, at: int) -> int:
        """The end of brackets in which no figure stands; 0 where there is one, or no closing bracket."""
        mark = _BRACKET.match(self.text, at, self.end)
        return mark.end() if mark and not re.search(r"\d", mark[0]) else 0

    def _subject(self, at: int, word: str, end: int) -> tuple[Token, int]:
        level = re.compile(r"\((类|款|项)\)").match(self.text, end, self.end)
        return Token(
            SUBJECT, at, level.end() if level else end, self.text[at:end], names=(word,)
        ), level.end() if level else end

    def _path(self, at: int) -> tuple[Token | None, int]:
        """A 科目 by its path (…(类)…(款)…(项)), or with its code."""
        names: list[str] = []
        levels: list[str] = []
        code, end = "", at
        while True:
            level = self.paths.get(end) or (_NEXT_LEVEL.match(self.text, end, self.end) if names else None)
            if level is not None:
                names.append(level[1])
                levels.append(level[2])
                end = level.end()
                continue
            coded = self.coded.get(end)
            if coded is None:
                break
            printed = coded[2] or coded[3]
            if len(printed) == _PART and len(code) not in (3, 5):
                break
            names.append((coded[1] or coded[4]).strip())
            code = code + printed if len(printed) == _PART else printed  # 教育支出(205)教育管理事务(01)行政运行(01)
            levels.append({3: "类", 5: "款", 7: "项"}[len(code)])
            end = coded.end()
        names = [self._without_lead(n) for n in names]
        if not code and not any(names):
            return None, at
        return Token(SUBJECT, at, end, self.text[at:end], names=tuple(names), levels=tuple(levels), code=code), end

    def _without_lead(self, name: str) -> str:
        """A name without words before it that are none of it: 其中：, 主要用于."""
        while True:
            found = self.lexicon.at(name, 0) if name else None
            if found is None or found[2] >= len(name) or found[0] not in ("其中", "用途", "虚词", "连"):
                return name
            name = name[found[2] :]

    def _figure(self, at: int) -> tuple[Token | None, int]:
        text = self.text
        date = _DATE.match(text, at, self.end)
        if date:
            return None, date.end()
        year = _YEARS.match(text, at, self.end)
        if year:
            number = int(year["year"])
            return Token(
                THIS_YEAR if number == self.year else OTHER_YEAR, at, year.end(), year[0], year=number
            ), year.end()
        mark = _FIGURE.match(text, at, self.end)
        if not mark:
            return None, at
        if mark["odd"]:
            return Token(PERCENT, at, mark.end(), mark[0], Printed(PERCENT, None, Decimal(0), "%")), mark.end()
        return self._number(mark)

    def _number(self, mark: re.Match[str]) -> tuple[Token | None, int]:
        number, unit, end = mark["number"], mark["unit"] or "", mark.end()
        value = Decimal(number.replace(",", "").replace("−", "-").replace("－", "-"))
        ulp = Decimal(1).scaleb(int(value.as_tuple().exponent))
        listed = False
        if not unit:
            unit, listed = self._unit_behind(end), True
            if not unit and "." not in number:
                return Token(UNKNOWN, mark.start(), end, mark[0]), end
        if unit in ("年", "天", "小时", "岁") or unit == "个百分点":
            return Token(UNKNOWN, mark.start(), end, mark[0]), end
        kind = PERCENT if unit == "%" else AMOUNT if unit in _UNITS or not unit else COUNT
        shift = _UNITS.get(unit, 0) if kind == AMOUNT else 0
        printed = Printed(kind, value.scaleb(shift), ulp.scaleb(shift), unit)
        return Token(kind, mark.start(), end, mark[0], printed, listed=listed), end

    def _unit_behind(self, at: int) -> str:
        """The unit of the next figure of a list: 12.5、13.5万元."""
        mark = re.compile(rf"(?:[、，和及]{_NUMBER})*[、，和及]{_NUMBER}(万元|亿元|元|%)").match(
            self.text, at, self.end
        )
        return mark[1] if mark else ""


def ordinal_at(text: str, at: int) -> str:
    """The ordinal that stands at a place; empty where none does."""
    mark = _ORDINAL.match(text, at)
    return mark[0] if mark else ""


def by_kind(tokens: Iterable[Token]) -> Mapping[str, list[Token]]:
    """Tokens by their class."""
    found: dict[str, list[Token]] = {}
    for token in tokens:
        found.setdefault(token.kind, []).append(token)
    return found
